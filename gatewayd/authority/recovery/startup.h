/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start of authority: what the store had covered, then the records after
 * it, then the attempts that were left open.  Nobody is served before.
 */
#ifndef AUTHORITY_RECOVERY_STARTUP_H
#define AUTHORITY_RECOVERY_STARTUP_H

#include "gatewayd/authority/authority.h"

/* One of them is called, once: serve when all is caught up; blocked when log,
 * store and key contradict each other: why, and what to do. */
void startup_begin(struct authority *all, void (*serve)(struct authority *),
    void (*blocked)(const char *text));

/* What follows from the records of the log, and from those that are written
 * from then on: an attempt or a session of the files has its record. */
extern const struct audit_hooks startup_hooks;

#endif
