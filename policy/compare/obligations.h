/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_COMPARE_OBLIGATIONS_H
#define POLICY_COMPARE_OBLIGATIONS_H

#include "policy/prove/region.h"

/* One of two policies, in the numbers of the world that both are in. */
struct diff_side {
	const struct policy *policy;
	struct rule *rules; /* with scopes in the numbers of the world */
	const struct box **boxes;
	need passing;	     /* factors_passing() of its denies */
	size_t first_period; /* of its own, among those of both */
};

/* With these factors the one rule decides by the old policy and the other one
 * by the new policy, and their obligations differ. */
struct obligations_pair {
	const struct rule *rules[2]; /* old, new */
	uint32_t factors;
};

/*
 * Calls report for each pair of rules with such a request, which is the witness
 * then.  Decided, not sampled.  region->avoided has room for all rules of both.
 * 0, or -1: undecided.
 */
int obligations_compare(struct region *region, const struct diff_side sides[2],
    struct policy_witness *witness,
    void (*report)(void *arg, const struct obligations_pair *pair), void *arg);

#endif
