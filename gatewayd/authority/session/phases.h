/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The phases of a session.  The module redeems the grant with the nonce that
 * only the module knows.  The account phase confirms it.  The session phase
 * opens it.  It ends when it is closed or when its process is gone.  When its
 * time is over, and for other reasons, authority has the process ended
 * (ending.h).  Opening needs the ticket of the grant, and only the process that
 * opened a session can close it.
 */
#ifndef AUTHORITY_SESSION_PHASES_H
#define AUTHORITY_SESSION_PHASES_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/authority/session/session.h"

struct peer;

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
int phases_grant(struct authority *all, const struct session_grant *g);
/* These answer the frames at redeem.sock.  A request that does not match gets
 * PAMWIRE_DENIED.  Each request works once. */
void phases_redeem(struct authority *all, const struct pamwire_redeem *m,
    struct pamwire_redeemed *r);
void phases_account(struct authority *all, const struct pamwire_account *m,
    struct pamwire_redeemed *r);
/* The peer is the process that lives as long as the session does. */
void phases_open(struct authority *all, const struct pamwire_session_open *m,
    const struct peer *peer, struct pamwire_session_ans *r);
/* Only the peer that opened the session can close it. */
void phases_close(struct authority *all, const struct pamwire_session_close *m,
    const struct peer *peer, struct pamwire_session_ans *r);

/* Continues a session after a restart.  Owns the pidfd, and on success the
 * session.  -1: no memory. */
int phases_resume(struct session *s, int pidfd);

#endif
