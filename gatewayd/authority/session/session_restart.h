/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open sessions across a restart of authority: writing them, and continuing or
 * ending them afterwards.
 */
#ifndef AUTHORITY_SESSION_SESSION_RESTART_H
#define AUTHORITY_SESSION_SESSION_RESTART_H

#include "gatewayd/authority/authority.h"

struct session;

/* Writes a session that opens or has changed.  -1: the session would be lost at
 * a restart, and must not continue. */
int session_restart_write(struct session *s);

/* To be called once, after the log was read.  A session continues if its
 * process is still the one that opened it; else it gets its CLOSED record.  -1:
 * no memory. */
int session_restart_all(struct authority *all);

#endif
