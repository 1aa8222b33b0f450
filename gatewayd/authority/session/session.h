/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session exists after a grant.  The module redeems the grant with the nonce
 * that only the module knows.  The account phase confirms it.  The session
 * phase opens it.  It ends when it is closed or when its process is gone.  When
 * its time is over, and for other reasons, authority has the process ended
 * (ending.h).  The session's id is not secret and gives no right: opening needs
 * the ticket of the grant, and only the process that opened a session can close
 * it.
 */
#ifndef AUTHORITY_SESSION_SESSION_H
#define AUTHORITY_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/session/claim.h"
#include "gatewayd/authority/session/ending.h"
#include "gatewayd/authority/session/lease.h"
#include "gatewayd/authority/subject/groups.h"
#include "lib/ipc/messages.h"
#include "lib/wire/pamwire.h"

struct peer;
struct policy_obligations;

enum session_state {
	SESSION_GRANTED,  /* the record is on disk; not redeemed yet */
	SESSION_REDEEMED, /* the account phase has its ticket */
	SESSION_APPROVED, /* the account phase has passed */
	SESSION_OPEN,
	SESSION_ENDING /* over, but its process still runs: see ending.h */
};

struct session {
	struct table_item item;	      /* by id */
	struct table_item grant_item; /* by attempt id */
	struct authority *all;
	enum session_state state;
	char id[PAMWIRE_SESSION + 1];
	uint8_t attempt[ATTEMPT_ID];
	struct claim claim;
	bool answered; /* by a person, not only by what sshd had proven */
	uint8_t ticket[PAMWIRE_TICKET]; /* for the next phase, once */
	/* the facts of the attempt, for every later step to repeat */
	struct msg_AUDIT_APPEND_REQ record;
	struct groups *groups;
	struct snapshot *snapshot; /* keeps the obligations alive */
	const struct policy_obligations *obligations;
	uint32_t seconds;
	int64_t granted_ms, opened_ms, ends_ms;
	uint32_t uid;
	int32_t pid; /* of who opened it, and when it was seen */
	uint64_t pid_seen_ms;
	struct policy_obligations *resumed; /* copied, in a resumed session */
	struct loop_timer timer;
	struct loop_watch process; /* pidfd of who opened it */
	struct lease lease;
	struct ending ending;
};

/* The parts of a granted attempt that its session needs. */
struct session_grant {
	const struct msg_AUDIT_APPEND_REQ *record; /* it is on disk */
	const struct claim *claim;
	struct groups *groups; /* the session's from here on, on success */
	struct snapshot *snapshot;
	const struct policy_obligations *obligations; /* the snapshot's */
	uint32_t uid;
	bool answered; /* by a person, not only by what sshd had proven */
};

/* Makes a session.  -1: no memory or no random bytes; nobody is let in. */
int session_grant(struct authority *all, const struct session_grant *g);
/* Makes an id: 128 random bits as base64url.  -1: no random bytes. */
int session_new_id(char *out, size_t size);

/* These answer the frames at redeem.sock.  A request that does not match gets
 * PAMWIRE_DENIED.  Each request works once. */
void session_redeem(struct authority *all, const struct pamwire_redeem *m,
    struct pamwire_redeemed *r);
void session_account(struct authority *all, const struct pamwire_account *m,
    struct pamwire_redeemed *r);
/* The peer is the process that lives as long as the session does. */
void session_open(struct authority *all, const struct pamwire_session_open *m,
    const struct peer *peer, struct pamwire_session_ans *r);
/* Only the peer that opened the session can close it. */
void session_close(struct authority *all, const struct pamwire_session_close *m,
    const struct peer *peer, struct pamwire_session_ans *r);

/* Continues a session after a restart.  Owns the pidfd, and on success the
 * session.  -1: no memory. */
int session_resume(struct session *s, int pidfd);
/* True if tokens of the session name that group. */
bool session_names_group(const struct session *s, const char *dn);
/* The session is over: writes its record, and tells a caller that waits. */
void session_end(struct session *s, enum reason reason);
/* Sets the timer for ends_ms.  To be called again when that changes. */
void session_set_end(struct session *s);

/* An open session of that uid, or NULL. */
struct session *session_find(
    struct authority *all, const char *id, uint32_t uid);

#endif
