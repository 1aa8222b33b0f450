/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session exists after a grant.  phases.h brings it to the state OPEN.
 * lease.h and ending.h look after it from then on.  The session's id is not
 * secret and gives no right.
 */
#ifndef AUTHORITY_SESSION_SESSION_H
#define AUTHORITY_SESSION_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/link/directory_link.h"
#include "gatewayd/authority/session/claim.h"
#include "gatewayd/authority/subject/groups.h"
#include "lib/base/loop.h"
#include "lib/base/reason.h"
#include "lib/ipc/messages.h"
#include "lib/wire/pamwire.h"

struct policy_obligations;

enum session_state {
	SESSION_GRANTED,  /* the record is on disk; not redeemed yet */
	SESSION_REDEEMED, /* the account phase has its ticket */
	SESSION_APPROVED, /* the account phase has passed */
	SESSION_OPEN,
	SESSION_ENDING /* over, but its process still runs: see ending.h */
};

/* The renewals of a session: lease.h. */
struct lease {
	struct loop_timer timer;
	bool loading;		 /* the subject, for its approvals */
	struct subject *subject; /* held while directory is asked, or NULL */
	struct directory_question question; /* the lookup */
	uint32_t seconds;		    /* 0: the rule has no lease */
	uint64_t until; /* when an answer is due, monotonic; 0: not asked */
	int64_t renewed_ms;
};

/* How far its end has come: ending.h. */
struct ending {
	enum reason reason;
	uint8_t step;		 /* enum end_step, the last one; 0: none yet */
	bool closed;		 /* the module has reported the close already */
	void (*gone)(void *arg); /* NULL: nobody waits */
	void *arg;
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

/* Makes an id: 128 random bits as base64url.  -1: no random bytes. */
int session_new_id(char *out, size_t size);

/* An open session of that uid, or NULL. */
struct session *session_find(
    struct authority *all, const char *id, uint32_t uid);
/* True if tokens of the session name that group. */
bool session_names_group(const struct session *s, const char *dn);

/* Writes a session that opens or has changed.  -1: the session would be lost at
 * a restart, and must not continue. */
int session_save(struct session *s);
/* No more renewals: an answer that comes for one is ignored. */
void session_stop_lease(struct session *s);
/* Appends the session's record of that outcome. */
void session_report(
    struct session *s, enum outcome outcome, enum reason reason);
/* The session is over: writes its record, frees it, and tells a caller that
 * waits. */
void session_end(struct session *s, enum reason reason);

#endif
