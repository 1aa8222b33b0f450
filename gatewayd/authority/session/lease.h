/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session whose rule says "lease": every so often directory and the policy
 * in force now are asked again about it, with the factors that were proven
 * when it was granted.  A no ends it; no answer is asked for again until one
 * more lease is over, and then ends it.
 */
#ifndef AUTHORITY_SESSION_LEASE_H
#define AUTHORITY_SESSION_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/authority/link/directory_link.h"
#include "lib/base/loop.h"

struct authority;
struct session;
struct subject;

/* Part of a session; zeroed before first use. */
struct lease {
	struct loop_timer timer;
	bool loading;		 /* the subject, for its approvals */
	struct subject *subject; /* held while directory is asked, or NULL */
	int64_t approved_ms;	 /* the approval's end; 0: none is in force */
	struct directory_question question; /* who is this now? */
	uint32_t seconds;		    /* 0: there is none */
	uint64_t until; /* monotonic: an answer is due; 0: not asked yet */
	int64_t renewed_ms;
};

/* The session is open now; nothing happens unless its rule wants a lease. */
void lease_begin(struct session *s);
/* It was open before a restart, and nobody knows for how long it has not been
 * renewed: it is, soon. */
void lease_resume(struct session *s);
/* No more renewals. */
void lease_stop(struct session *s);

#endif
