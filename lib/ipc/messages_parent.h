/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between the parent and a role, on the control channel.  messages.h
 * includes this file, and says what the lists mean.
 */
#ifndef IPC_MESSAGES_PARENT_H
#define IPC_MESSAGES_PARENT_H

/*
 * parent -> role, on the control channel (fd 3).  The parent sends CONFIG,
 * FILE, LISTEN and PEER at the start.  It sends them again at a reload, and
 * PEER also when a peer was restarted.
 */
/* conf: the role's own struct of lib/conf/conf.h, of exactly its size */
#define FIELDS_PARENT_CONFIG_NOTE(F) F(BYTES, conf, 32768, 0)
/* with one fd: a key, a directory, or a text that the role may read */
#define FIELDS_PARENT_FILE_NOTE(F) F(STR, name, 255, 0)
/* with one fd: a listening socket */
#define FIELDS_PARENT_LISTEN_NOTE(F) F(STR, name, 32, 0)
/* with one fd: a channel to that role, in the place of the one before */
#define FIELDS_PARENT_PEER_NOTE(F) F(U8, peer, 0, 0) F(U32, number, 0, 0)
/* role -> parent: that channel has ended.  While both live, they get another */
#define FIELDS_PARENT_LOST_NOTE(F) FIELDS_PARENT_PEER_NOTE(F)
/* The messages above are complete; enum go says what to do with them.  round is
 * the number of the reload: an answer to an earlier reload has another. */
#define FIELDS_PARENT_GO_NOTE(F)      \
	F(U8, go, 0, 0) /* enum go */ \
	F(U32, round, 0, 0)
/* role -> parent: the answer to GO, with its go and round.  GO_FORGET has no
 * answer. */
#define FIELDS_PARENT_READY_NOTE(F) \
	F(U8, go, 0, 0)             \
	F(U32, round, 0, 0)         \
	F(U8, failed, 0, 0)         \
	F(STR, text, TEXT_MAX, 0)
/*
 * role -> parent: whether the role can do its job.  A role that never sends
 * this can do its job from its READY on.  BLOCKED: an administrator has to act;
 * reason says why, and what to do.
 */
#define FIELDS_PARENT_STATE_NOTE(F)              \
	F(U8, state, 0, 0) /* enum role_state */ \
	F(STR, reason, WHY_MAX, 0)               \
	F(I64, worked_ms, 0, 0) /* the last time it could; 0: never */
/*
 * directory, forward -> parent: a certificate that a server showed.  depth 0 is
 * the server's own, and replaces all that the parent knew of that server.
 * ends: seconds since 1970.
 */
#define FIELDS_PARENT_SHOWN_NOTE(F)  \
	F(STR, server, TEXT_MAX, 0)  \
	F(U8, depth, 0, 0)           \
	F(STR, subject, TEXT_MAX, 0) \
	F(I64, ends, 0, 0)
/* directory, forward -> parent: whether the role can work with that server.
 * text: how it works, or why not and what to do.  directory sends it at each
 * change, and each minute while the server answers; both send it after
 * GO_PROBE. */
#define FIELDS_PARENT_SERVER_NOTE(F)                                         \
	F(STR, server, TEXT_MAX, 0)                                          \
	F(U8, works, 0, 0)                                                   \
	F(I64, worked_ms, 0, 0) /* its last answer; 0: none, or not known */ \
	F(STR, text, WHY_MAX, 0)
/* authority -> parent, with one fd: a session is over, and this is the pidfd of
 * the process that opened it.  authority sends the next step until that process
 * is gone. */
#define FIELDS_PARENT_END_NOTE(F)          \
	F(STR, session, SESSION_ID_MAX, 0) \
	F(U8, step, 0, 0) /* enum end_step */
/* authority -> parent, with one fd, a pidfd: asks for facts about the process.
 * until: nobody above that pid is of interest; 0: all are. */
#define FIELDS_PARENT_WHO_REQ(F) \
	F(U64, id, 0, 0)         \
	F(U32, until, 0, 0)
/*
 * known 0: the process has ended, or the fd is no pidfd.  login_uid and
 * audit_session are WHO_UNSET if the process has none.  ancestors: a u32 for
 * each pid, the parent of the process first.  The list ends with until, or
 * at the first process whose parent could not be found out.
 */
#define FIELDS_PARENT_WHO_ANS(F)    \
	F(U64, id, 0, 0)            \
	F(U8, known, 0, 0)          \
	F(U32, pid, 0, 0)           \
	F(U32, login_uid, 0, 0)     \
	F(U32, audit_session, 0, 0) \
	F(BYTES, ancestors, 4 * ANCESTORS_MAX, 0)

#define MESSAGES_PARENT(M)    \
	M(PARENT_CONFIG_NOTE) \
	M(PARENT_FILE_NOTE)   \
	M(PARENT_LISTEN_NOTE) \
	M(PARENT_PEER_NOTE)   \
	M(PARENT_GO_NOTE)     \
	M(PARENT_READY_NOTE)  \
	M(PARENT_STATE_NOTE)  \
	M(PARENT_END_NOTE)    \
	M(PARENT_WHO_REQ)     \
	M(PARENT_WHO_ANS)     \
	M(PARENT_SHOWN_NOTE)  \
	M(PARENT_SERVER_NOTE) \
	M(PARENT_LOST_NOTE)

#endif
