/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lease of a session whose rule has "lease".  After each lease authority
 * asks directory and the present policy about the session again, with the
 * factors that were proven at the grant.  A no ends the session.  Without an
 * answer authority asks again, and ends the session after one more lease.
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
	struct directory_question question; /* the lookup */
	uint32_t seconds;		    /* 0: the rule has no lease */
	uint64_t until; /* when an answer is due, monotonic; 0: not asked */
	int64_t renewed_ms;
};

/* The session opens: begins the lease, if its rule has one. */
void lease_begin(struct session *s);
/* The session continues after a restart: renews the lease soon, because the
 * last renewal is not known. */
void lease_resume(struct session *s);
/* No more renewals. */
void lease_stop(struct session *s);

#endif
