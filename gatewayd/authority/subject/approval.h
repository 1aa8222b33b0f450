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
#include "policy/policy.h"

#define APPROVALS_MAX 16  /* per person */
#define APPROVAL_GROUP 16 /* of a group's canonical DN the first of SHA-256 */

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
	/* stable id of who gave it, by the session it was given from; "": it
	 * was given from none */
	char giver_subject[SUBJECT_MAX + 1];
	/* this person's groups at that moment, of those that the policy then
	 * named after "approval N of": approvers.h */
	uint8_t group_count;
	uint8_t group[POLICY_APPROVER_GROUPS_MAX][APPROVAL_GROUP];
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
/* Into an empty one.  -1: no memory. */
int approvals_copy(struct approvals *to, const struct approvals *from);
struct approval *approvals_find(struct approvals *all, const char *reference);
void approvals_drop(struct approvals *all, struct approval *a);
/* Drops those whose time is over. */
void approvals_expire(struct approvals *all, int64_t now_ms);

/* Who wants to use one, and what for.  Nobody uses their own: uid and subject
 * are the person's. */
struct approval_use {
	const char *name, *subject, *service;
	uint32_t uid;
	int64_t now_ms;
};

bool approval_is_in_force(
    const struct approval *a, const struct approval_use *use);

#endif
