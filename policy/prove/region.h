/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_REGION_H
#define POLICY_PROVE_REGION_H

#include "policy/model.h"
#include "policy/prove/budget.h"
#include "policy/prove/timeclass.h"

/*
 * Decides whether some request is inside two scopes and outside of many others.
 * The answer is exact, because the requests to try are finitely many:
 *
 *   person   Scopes require memberships and never exclude them.  So only the
 *            minimal person has to be tried: one with exactly the memberships
 *            that both scopes require.
 *   address  The answer changes only at the ends of networks.
 *   host     See hostsearch.h.
 *   time     See timeclass.h.
 *   age      The answer changes only at the limits that scopes name.
 *
 *   unknown  An address, host or employment that is unknown is one value
 *            more, outside of all permits that ask and inside of all denies.
 *            An unknown id or attribute need not be tried: one that is known
 *            and in no list is outside of as many permits, and of more denies.
 */
struct region {
	const struct policy *policy;
	struct arena scratch; /* freed after each search */
	struct arena memory;  /* freed with the region */
	struct budget budget; /* of all searches together */
	struct timeclasses times;
	const struct scope **avoided;
	size_t avoided_count;
	size_t avoided_room; /* the most that avoided can hold */
};

/* 0, or -1: memory or budget ran out. */
int region_init(struct region *region, const struct policy *policy,
    uint64_t budget, int64_t since_unix, size_t avoided_room);
void region_free(struct region *region);

/*
 * Looks for a request that is in both scopes and in none of region->avoided.
 * 1 with a witness, whose proven factors are 0.  0 if there is no such request.
 * -1 if that could not be decided.
 */
int region_search(struct region *region, const struct scope *a,
    const struct scope *b, struct policy_witness *witness_r);

#endif
