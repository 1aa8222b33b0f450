/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the log says is over: credentials that were revoked, approvals that
 * were withdrawn, invitations that were spent.  The store may have it still,
 * or again, when it was put back from a copy.  It is taken out of the store
 * before the subject is loaded, so that nobody ever reads it.
 */
#ifndef AUTHORITY_SUBJECT_REVOCATION_H
#define AUTHORITY_SUBJECT_REVOCATION_H

#include "gatewayd/authority/subject/subject.h"

/* That credential, INVITATION_ID or approval is over; or has begun again after
 * that.  For subjects that are not loaded.  -1: no memory. */
int revocation_add(
    struct subjects *all, const char *id, bool approval, const char *what);
void revocation_drop(
    struct subjects *all, const char *id, bool approval, const char *what);
/* An approval of a reference that was withdrawn is given again: only the one
 * that ends then is in force, and not the one of before. */
void revocation_except(struct subjects *all, const char *id,
    const char *reference, int64_t ends_ms);

/* Takes all of it out of the store, one after the other.  gone false: not all
 * of it; what is left stays to be taken out. */
void revocation_remove(struct subjects *all, struct subject *s,
    void (*then)(void *arg, bool gone), void *arg);

#endif
