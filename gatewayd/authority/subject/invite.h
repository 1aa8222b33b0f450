/* SPDX-License-Identifier: Apache-2.0 */
/* How invitations come into the store and out of it. */
#ifndef AUTHORITY_SUBJECT_INVITE_H
#define AUTHORITY_SUBJECT_INVITE_H

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/subject/invitation.h"

/* STORE_OK: done, on disk.  STORE_ABSENT: there was none to end.
 * STORE_CONFLICT: somebody else has changed it.  STORE_UNAVAILABLE: unknown. */
typedef void (*invite_call)(void *arg, enum store_status);

/* The person of that canonical name is invited from now on; an invitation
 * that is there begins anew.  call comes once, later or at once. */
void invite_begin(struct authority *, struct subject *, const char *name,
    invite_call, void *arg);
/* Ends the invitation, which counts for nobody from this moment on, whatever
 * the store says: of two who spend it one is told STORE_OK. */
void invite_end(struct authority *, struct subject *, invite_call, void *arg);

#endif
