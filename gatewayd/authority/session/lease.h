/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lease of a session whose rule has "lease".  After each lease authority
 * asks directory and the present policy about the session again, with the
 * factors that were proven at the grant.  A no ends the session.  Without an
 * answer authority asks again, and ends the session after one more lease.
 */
#ifndef AUTHORITY_SESSION_LEASE_H
#define AUTHORITY_SESSION_LEASE_H

struct session;

/* The session opens: begins the lease, if its rule has one. */
void lease_begin(struct session *s);
/* The session continues after a restart: renews the lease soon, because the
 * last renewal is not known. */
void lease_resume(struct session *s);

#endif
