/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open sessions after a restart of authority: they continue, or have ended.
 */
#ifndef AUTHORITY_SESSION_SESSION_RESTART_H
#define AUTHORITY_SESSION_SESSION_RESTART_H

#include "gatewayd/authority/authority.h"

/* To be called once, after the log was read.  A session continues if its
 * process is still the one that opened it; else it gets its CLOSED record.  -1:
 * no memory. */
int session_restart_all(struct authority *all);

#endif
