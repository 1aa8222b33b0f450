/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of open sessions.  One is written before it opens and cleared when
 * its CLOSED record is on disk, so that after kill -9 of everything each of
 * them goes on or gets that record, once.  As with the table of open attempts
 * (attempt_table.h) the kernel keeps the pages and nothing is synced: a power
 * cut ends every process that a session belongs to.
 *
 * A slot is a head in clear, which only ever takes rights away, and the
 * session (saved_session.h) sealed: what was changed by somebody without the
 * seal key is no session.  A slot that cannot be read is given up, and logged;
 * that session has no rights any more and gets no record.  The file is written,
 * not mapped: a full disk or a cut file is an error, not a signal.
 */
#ifndef AUTHORITY_SESSION_SESSION_FILE_H
#define AUTHORITY_SESSION_SESSION_FILE_H

#include <stdint.h>

#include "gatewayd/authority/session/saved_session.h"
#include "lib/base/reason.h"

#define SESSION_FILE_COUNT 8192 /* open sessions at most */
#define SESSION_FILE_FILE_HEAD 16
#define SESSION_FILE_SLOT 16384

struct session_file;
struct seal;

enum session_file_state {
	SESSION_FILE_OPEN = 1,
	SESSION_FILE_ENDING, /* it is over, its process is not yet */
	SESSION_FILE_CLOSED  /* only its record is missing */
};

/* From the process before, and neither resumed nor recorded yet. */
struct session_file_left {
	struct saved_session saved;
	enum session_file_state state;
	int64_t time_ms; /* of ENDING and CLOSED */
	enum reason reason;
	bool opened; /* the OPENED record is on disk */
	int pidfd;   /* of its process, or -1: gone */
};

/* Takes the fd; looks at the processes, which must be done before the sandbox,
 * and at nothing else.  NULL: the reason was logged. */
struct session_file *session_file_open(int fd, struct seal *seal);
/* Reads the sessions, once, inside the sandbox: who had authority before may
 * have written them. */
void session_file_load(struct session_file *k);
void session_file_close(struct session_file *k);

/* Writes the session under its id, in the place of what was there; fills in
 * turn and process.place.  -1: it was not written and must not go on. */
int session_file_put(struct session_file *k, struct saved_session *s);
/* That session is over.  Nothing happens when it is not there. */
void session_file_mark(struct session_file *k, const char *session,
    enum session_file_state state, int64_t time_ms, enum reason reason);
/* A session's record of that outcome is on disk. */
void session_file_recorded(
    struct session_file *k, const char *session, uint8_t outcome);

/* Is it in the file? */
bool session_file_has(struct session_file *k, const char *session);

/* One that is left, or NULL; the caller frees it and owns the pidfd.  Its slot
 * stays as it is. */
struct session_file_left *session_file_next_left(struct session_file *k);

#endif
