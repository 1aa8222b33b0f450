/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start of authority.  It reads which records the store has applied.  Then
 * it applies the later records, and records the attempts that were left open.
 * It serves no request before that.
 */
#ifndef AUTHORITY_RECOVERY_STARTUP_H
#define AUTHORITY_RECOVERY_STARTUP_H

#include "gatewayd/authority/authority.h"

/* Calls one of these once.  serve: all records are applied.  blocked: log,
 * store and key contradict each other; text has the reason and the remedy. */
void startup_begin(struct authority *all, void (*serve)(struct authority *),
    void (*blocked)(const char *text));

/* Applies the records of the log, and all new ones: an attempt or a session in
 * the files has its record. */
extern const struct audit_hooks startup_hooks;

#endif
