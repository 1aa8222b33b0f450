/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open sessions across a restart of authority: what is written of one, and
 * what becomes of it when it is read back.
 */
#ifndef AUTHORITY_SESSION_SESSION_RESTART_H
#define AUTHORITY_SESSION_SESSION_RESTART_H

#include "gatewayd/authority/authority.h"

struct session;

/* Writes a session that opens, or what has changed of it.  -1: it would be
 * forgotten at a restart, and must not go on. */
int session_restart_write(struct session *s);

/* Once, when the log was read: each session that was open goes on if its
 * process is still the one that opened it, and gets its CLOSED record if not.
 * -1: no memory. */
int session_restart_all(struct authority *all);

#endif
