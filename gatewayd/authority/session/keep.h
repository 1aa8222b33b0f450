/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of open sessions.  One is written before it opens and cleared when
 * its CLOSED record is on disk, so that after kill -9 of everything each of
 * them goes on or gets that record, once.  As with the table of open attempts
 * (slots.h) the kernel keeps the pages and nothing is synced: a power cut
 * ends every process that a session belongs to.
 *
 * A slot is a head in clear, which only ever takes rights away, and the
 * session (kept.h) sealed: what was changed by somebody without the seal key
 * is no session.  A slot that cannot be read is given up, and logged; that
 * session has no rights any more and gets no record.  The file is written, not
 * mapped: a full disk or a cut file is an error, not a signal.
 */
#ifndef AUTHORITY_SESSION_KEEP_H
#define AUTHORITY_SESSION_KEEP_H

#include <stdint.h>

#include "gatewayd/authority/session/kept.h"
#include "lib/base/reason.h"

#define KEEP_COUNT 8192 /* open sessions at most */
#define KEEP_FILE_HEAD 16
#define KEEP_SLOT 16384

struct keep;
struct seal;

enum keep_state {
	KEEP_OPEN = 1,
	KEEP_ENDING, /* it is over, its process is not yet */
	KEEP_CLOSED  /* only its record is missing */
};

/* From the process before, and neither resumed nor recorded yet. */
struct keep_left {
	struct kept kept;
	enum keep_state state;
	int64_t time_ms; /* of ENDING and CLOSED */
	enum reason reason;
	bool opened; /* the OPENED record is on disk */
	int pidfd;   /* of its process, or -1: gone */
};

/* Takes the fd; looks at the processes, which must be done before the sandbox,
 * and at nothing else.  NULL: the reason was logged. */
struct keep *keep_open(int fd, struct seal *seal);
/* Reads the sessions, once, inside the sandbox: who had authority before may
 * have written them. */
void keep_load(struct keep *k);
void keep_close(struct keep *k);

/* Writes the session under its id, in the place of what was there; fills in
 * turn and process.place.  -1: it was not written and must not go on. */
int keep_put(struct keep *k, struct kept *s);
/* That session is over.  Nothing happens when it is not there. */
void keep_mark(struct keep *k, const char *session, enum keep_state state,
    int64_t time_ms, enum reason reason);
/* A session's record of that outcome is on disk. */
void keep_recorded(struct keep *k, const char *session, uint8_t outcome);

/* Is it in the file? */
bool keep_has(struct keep *k, const char *session);

/* One that is left, or NULL; the caller frees it and owns the pidfd.  Its slot
 * stays as it is. */
struct keep_left *keep_next_left(struct keep *k);

#endif
