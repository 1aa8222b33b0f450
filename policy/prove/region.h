/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_REGION_H
#define POLICY_PROVE_REGION_H

#include "policy/prove/box.h"

/*
 * Is there a request inside two scopes and outside of many others?  Decided,
 * not sampled.  What makes that finite:
 *
 *   person   Without "except", scopes require memberships and never exclude
 *            them.  So only the minimal person has to be tried: one with
 *            exactly the memberships that both scopes require.
 *   except   Scopes to be avoided are taken as if they excepted no people and
 *            hosts.  If that leaves nothing, whoever gets past them is inside
 *            of one of them, and excepted there: each such person or host is
 *            tried, within that scope alone, in the same way.
 *   age      The answer changes only at the limits that scopes name.
 *   address  The answer changes only at the ends of networks: see sweep.c.
 *   host     See hostsearch.h.
 *   time     See timeclass.h.
 *   factors  Not of the search: who asks it tries the sets that matter, and
 *            avoids the denies that each of them meets.
 *   unknown  An address, host or employment that is unknown is one value
 *            more, outside of all permits that ask and inside of all denies.
 *            An unknown id or attribute need not be tried: one that is known
 *            and in no list is outside of as many permits, and of more denies.
 *            But a deny may ask for just that, and so does a permit to be
 *            avoided, by "except".
 */
struct region {
	const struct policy *policy;
	struct arena scratch; /* of one search */
	struct arena hosts;   /* of one search for a host */
	struct arena memory;  /* of the region */
	struct budget budget; /* of all searches together */
	struct world world;
	const struct box **avoided; /* room for avoided_room of them */
	size_t avoided_count;
	size_t avoided_room;
};

/* 0, or -1: memory or budget ran out. */
int region_init(struct region *region, const struct policy *policy,
    uint64_t budget, int64_t since_unix, size_t avoided_room);
void region_free(struct region *region);

/* What searches are asked about, kept until the end.  NULL: as above. */
const struct box *region_box(struct region *region, const struct scope *scope);
/* One box for each of these rules. */
const struct box **region_boxes(
    struct region *region, const struct rule *rules, size_t count);

/* Avoids those of these denies that match with these factors, and no more. */
void region_avoid_denies(struct region *region, const struct rule *denies,
    const struct box *const *boxes, size_t count, uint32_t factors);

/*
 * Looks for a request that is in both scopes and in none of region->avoided.
 * 1 with a witness (its proven factors are left 0), 0 if there is none, -1 if
 * it could not be decided.
 */
int region_search(struct region *region, const struct box *a,
    const struct box *b, struct policy_witness *witness_r);

/* Matches every request. */
extern const struct scope region_everything;

#endif
