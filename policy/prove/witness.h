/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_WITNESS_H
#define POLICY_PROVE_WITNESS_H

#include "policy/prove/box.h"
#include "policy/value/hostname.h"

/* A person with exactly these memberships. */
struct person {
	uint32_t is[POLICY_WITNESS_MEMBERS + 1]; /* and the employment */
	size_t count;
	enum policy_employment employment;
	uint64_t unknown; /* FACT_ bits; else what is not said is known */
};

void person_clear(struct person *person);

/*
 * Adds principal number i to the person.  False if nobody can be both: two user
 * names, two ids, or two employments.  There is room for as many as all lists
 * of two scopes.
 */
bool person_add(const struct policy *policy, struct person *person,
    const struct ids *principals, uint32_t i);

/*
 * Makes these facts (FACT_ bits) unknown.  False if something that the person
 * is tells one of them.
 */
bool person_forget(
    const struct policy *policy, struct person *person, uint64_t facts);

/* Sets the employment.  True if some statement of the policy names it. */
bool person_set_employment(const struct policy *policy, struct person *person,
    enum policy_employment employment);

bool person_is_one_of(
    const struct person *person, const struct ids *principals);

/* Is the person among those that the box is about? */
bool person_is_in(const struct person *person, const struct box *box);
/* And not among those that it leaves out by "except"? */
bool person_is_left(const struct person *person, const struct box *box);

/* Where and when, with no host ("") and no address as they may be unknown. */
struct place {
	unsigned service; /* of policy.services */
	uint32_t age;
	int64_t time_unix;
	struct policy_address client;
	char host[HOSTNAME_MAX + 1];
};

/*
 * Adds the approvals that are just enough for both quorums, by the same people
 * where both want several.  b may be NULL.  After witness_make().
 */
void witness_approve(const struct policy *policy,
    struct policy_witness *witness, const struct quorum *a,
    const struct quorum *b);

void witness_make(const struct policy *policy, const struct person *person,
    const struct place *place, struct policy_witness *witness_r);

#endif
