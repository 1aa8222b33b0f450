/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_WITNESS_H
#define POLICY_PROVE_WITNESS_H

#include "policy/model.h"
#include "policy/value/hostname.h"

/* A person with exactly these memberships. */
struct person {
	uint32_t is[3]; /* principals: two, and one for the employment */
	size_t count;
	enum policy_employment employment;
};

void person_clear(struct person *person);

/*
 * Adds principal number i to the person.  False if nobody can be both: two user
 * names, two ids, or two employments.
 */
bool person_add(const struct policy *policy, struct person *person,
    const struct ids *principals, uint32_t i);

/* Sets the employment.  True if some statement of the policy names it. */
bool person_set_employment(const struct policy *policy, struct person *person,
    enum policy_employment employment);

bool person_is_one_of(
    const struct person *person, const struct ids *principals);

/* Where and when, with no host ("") and no address as they may be unknown. */
struct place {
	unsigned service; /* of policy.services */
	uint32_t age;
	int64_t time_unix;
	struct policy_address client;
	char host[HOSTNAME_MAX + 1];
};

void witness_make(const struct policy *policy, const struct person *person,
    const struct place *place, struct policy_witness *witness_r);

#endif
