/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An approval: another person has approved this person's logins until a given
 * time, under a reference of the company's change system.  The whole approval
 * is sealed, and bound to subject and reference.  So the store cannot make one,
 * lengthen one, or give one to another person.
 */
#ifndef AUTHORITY_SUBJECT_APPROVAL_H
#define AUTHORITY_SUBJECT_APPROVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/authority/credential/credential.h"
#include "gatewayd/authority/link/store_value.h"
#include "gatewayd/authority/seal.h"
#include "lib/base/bytes.h"
#include "lib/ipc/messages.h"

#define APPROVALS_MAX 16 /* per person */

struct approval {
	char reference[APPROVAL_MAX + 1]; /* of name_reference() */
	/* the canonical name it was given for: directory alone cannot have one
	 * person's approval open another's account */
	char name[CREDENTIAL_NAME_MAX + 1];
	char service[SERVICE_MAX + 1]; /* "": every service */
	char giver[64 + 1];	       /* as claimed */
	/* of the process that gave it; UINT32_MAX: it had none, or an earlier
	 * release wrote the approval */
	uint32_t giver_uid;
	int64_t given_ms, ends_ms;
};

/* -1: it does not fit, or there are no random bytes. */
int approval_encode(const struct approval *a, struct seal *seal,
    const char *subject, struct store_value *value_r);
/* -1: this was not sealed for this subject and reference. */
int approval_decode(struct approval *a, struct seal *seal, const char *subject,
    const char *reference, struct bytes value);

#define APPROVAL_KEYS "authority/approval/"
/* authority/approval/<subject>/<reference>; reference "": the prefix of all.
 * -1: does not fit. */
int approval_key(
    char *out, size_t size, const char *subject, const char *reference);
/* The other way round.  -1: not such a key. */
int approval_of_key(const char *key, char subject_r[SUBJECT_MAX + 1],
    char reference_r[APPROVAL_MAX + 1]);

/* A subject's approvals, as many as it has. */
struct approvals {
	size_t count;
	struct approval *item;
};

void approvals_clear(struct approvals *all);
/* -1: as many as there may be, or no memory. */
int approvals_add(struct approvals *all, const struct approval *new);
struct approval *approvals_find(struct approvals *all, const char *reference);
void approvals_drop(struct approvals *all, struct approval *a);
/* Drops those whose time is over. */
void approvals_expire(struct approvals *all, int64_t now_ms);
/* The approval that lasts longest for that name and service, or NULL.  uid is
 * the person's own: an approval that was given with that login uid does not
 * count. */
const struct approval *approvals_in_force(const struct approvals *all,
    const char *name, const char *service, uint32_t uid, int64_t now_ms);

#endif
