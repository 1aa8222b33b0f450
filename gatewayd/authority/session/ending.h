/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ends a session while its process runs.  The session gets no more tokens.  The
 * parent ends the process, with a harder signal each time.  The CLOSED record
 * is written when the process is gone.  Until then a line in the operational
 * log says every minute that the process still runs.
 *
 * doc/threat-model.md, "The end of a session", has measurements with
 * OpenSSH 9.2 and su of util-linux 2.38.
 */
#ifndef AUTHORITY_SESSION_ENDING_H
#define AUTHORITY_SESSION_ENDING_H

#include "lib/base/reason.h"

struct session;

/* Begins to end an open session.  Ignored if the session is ending already. */
void ending_begin(struct session *s, enum reason reason);
/* Begins to end the session at its ends_ms.  To be called again when that
 * changes. */
void ending_at(struct session *s);
/* Calls gone once, when the session is gone.  -1: another caller waits. */
int ending_wait(struct session *s, void (*gone)(void *arg), void *arg);
void ending_forget(struct session *s);

#endif
