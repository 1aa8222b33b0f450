/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session that must end while its process runs: tokens stop at once, the
 * parent is asked to end the process, harder each time, and the CLOSED record
 * comes when the process is gone.  While it is not there is no such record:
 * the operational log says so, every minute.
 *
 * What the process does when it is told, measured (OpenSSH 9.2, su of
 * util-linux 2.38): doc/threat-model.md, "The end of a session".
 */
#ifndef AUTHORITY_SESSION_ENDING_H
#define AUTHORITY_SESSION_ENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/reason.h"

struct session;

/* Part of a session; zeroed before first use. */
struct ending {
	enum reason reason;
	uint8_t step; /* enum end_step: how hard it was asked; 0 not yet */
	bool closed;  /* the module has reported the close already */
	void (*gone)(void *arg); /* who waits; NULL: nobody */
	void *arg;
};

/* Of an open session; nothing happens to one that is ending already. */
void ending_begin(struct session *s, enum reason reason);
/* Calls, once, when the session is gone.  -1: somebody else waits for it. */
int ending_wait(struct session *s, void (*gone)(void *arg), void *arg);
void ending_forget(struct session *s);
/* from the session's own end */
void ending_told(struct session *s);

#endif
