/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of open sessions.  authority writes a session before it opens, and
 * clears its slot when the CLOSED record is on disk.  So after kill -9 of all
 * roles each session continues, or gets that record once.  As with the table of
 * open attempts (attempt_table.h) nothing is synced: the kernel keeps the
 * pages, and a power cut ends all processes of sessions anyway.
 *
 * Each slot has a plaintext header and an encrypted session (saved_session.h).
 * Editing the header can only end a session; editing the encrypted part makes
 * the slot invalid.  An invalid slot is logged and dropped: that session has no
 * rights any more and gets no record.  The file is written, not mapped, so a
 * full disk or a truncated file is an error and no signal.
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
	SESSION_FILE_ENDING, /* over, but its process still runs */
	SESSION_FILE_CLOSED  /* only the CLOSED record is missing */
};

/* A session of an earlier process, neither resumed nor recorded yet. */
struct session_file_left {
	struct saved_session saved;
	enum session_file_state state;
	int64_t time_ms; /* of ENDING and CLOSED */
	enum reason reason;
	bool opened; /* the OPENED record is on disk */
	int pidfd;   /* of its process; -1: that has ended */
};

/* Opens the processes of the sessions, which is possible only before the
 * sandbox.  Owns the fd.  NULL: the reason was logged. */
struct session_file *session_file_open(int fd, struct seal *seal);
/* Reads the sessions, once.  This is done inside the sandbox, because an
 * attacker who controlled authority may have written the file. */
void session_file_load(struct session_file *k);
void session_file_close(struct session_file *k);

/* Writes the session, in place of an earlier state.  Sets turn and
 * process.place.  -1: it was not written, and the session must not continue. */
int session_file_put(struct session_file *k, struct saved_session *s);
/* Marks that session as over, if the file has it. */
void session_file_mark(struct session_file *k, const char *session,
    enum session_file_state state, int64_t time_ms, enum reason reason);
/* The session's record with that outcome is on disk. */
void session_file_recorded(
    struct session_file *k, const char *session, uint8_t outcome);

/* True if the file has the session. */
bool session_file_has(struct session_file *k, const char *session);

/* Returns one session of an earlier process, or NULL.  The caller frees it and
 * owns the pidfd.  The slot does not change. */
struct session_file_left *session_file_next_left(struct session_file *k);

#endif
