/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rights that are over by the log: revoked credentials, withdrawn approvals,
 * spent invitations.  The store may still have them, or has them again after it
 * was restored from a copy.  authority deletes them from the store before it
 * loads the subject, so they are never used.
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
