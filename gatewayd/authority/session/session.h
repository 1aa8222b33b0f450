/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What exists after a grant: redeemed by the module with the nonce that only
 * it knows, confirmed by the account phase, opened by the session phase, ended
 * when it is closed or when its process is gone.  When its time is over, and
 * for other reasons of ours, that process is ended (ending.h).  Its
 * id is not secret and gives nothing: a session is opened with the ticket of
 * its grant, and closed by the process that opened it.
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
	SESSION_GRANTED,  /* on disk; the module has not asked yet */
	SESSION_REDEEMED, /* the account phase has its ticket */
	SESSION_APPROVED, /* the account phase was passed */
	SESSION_OPEN,
	SESSION_ENDING /* over, and its process is told so: see ending.h */
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

/* What an attempt hands on when it is granted. */
struct session_grant {
	const struct msg_AUDIT_APPEND_REQ *record; /* it is on disk */
	const struct claim *claim;
	struct groups *groups; /* the session's from here on, on success */
	struct snapshot *snapshot;
	const struct policy_obligations *obligations; /* the snapshot's */
	uint32_t uid;
	bool answered; /* by a person, not only by what sshd had proven */
};

/* -1: no memory or no randomness, nobody is let in. */
int session_grant(struct authority *all, const struct session_grant *g);
/* A fresh id: 128 random bits as base64url.  -1: no randomness. */
int session_new_id(char *out, size_t size);

/* The answer to each frame at redeem.sock; anything that does not match is
 * PAMWIRE_DENIED.  Every request works once. */
void session_redeem(struct authority *all, const struct pamwire_redeem *m,
    struct pamwire_redeemed *r);
void session_account(struct authority *all, const struct pamwire_account *m,
    struct pamwire_redeemed *r);
/* The peer is the process that lives as long as the session does. */
void session_open(struct authority *all, const struct pamwire_session_open *m,
    const struct peer *peer, struct pamwire_session_ans *r);
/* Only for the peer that opened it. */
void session_close(struct authority *all, const struct pamwire_session_close *m,
    const struct peer *peer, struct pamwire_session_ans *r);

/* One that was open before a restart goes on; takes the pidfd, and on success
 * the session.  -1: no memory. */
int session_resume(struct session *s, int pidfd);
/* Tokens name that group. */
bool session_names_group(const struct session *s, const char *dn);
/* It is over: the record, and whoever waits for it hears. */
void session_end(struct session *s, enum reason reason);
/* Its time is over at ends_ms; set again when that changes. */
void session_set_end(struct session *s);

/* An open one of that uid, or NULL. */
struct session *session_find(
    struct authority *all, const char *id, uint32_t uid);

#endif
