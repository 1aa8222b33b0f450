/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_TARGET_H
#define POLICY_PROVE_TARGET_H

#include "policy/prove/box.h"

/* Hosts that match all of these patterns. */
struct wanted {
	const struct pattern *const *patterns;
	uint32_t count;
	uint32_t literal; /* its number if one has no star; or INTERN_NONE */
};

/* The addresses, hosts, times, services and ages among which one is looked
 * for. */
struct target {
	const struct world *world;
	const struct range *cells; /* as in struct box; at least one */
	uint32_t cell_count;
	const struct wanted *wanted;
	size_t wanted_count;
	bool unknown_host;
	const uint64_t *times; /* not all zero */
	uint64_t services;
	uint32_t age_least, age_limit; /* as in struct scope */
};

/*
 * How a scope to avoid stands to that: does it hold all of a dimension?  Of
 * hosts, those that it leaves out by "except" count as held, unless all wanted
 * ones are.
 */
struct obstacle {
	const struct box *box;
	uint32_t number; /* from 0 on, none twice */
	bool all_cells, all_hosts, all_times;
};

/* All there is.  0, or -1 without memory. */
int target_everything(
    const struct world *world, struct arena *arena, struct target *target_r);

/*
 * Leaves what is in the box too, whoever it is about.  0 if that is nothing, 1
 * if it may be something, -1 if memory or budget ran out.
 */
int target_narrow(
    struct target *target, struct arena *arena, const struct box *box);

/* Leaves those hosts that match this pattern as well.  As above. */
int target_narrow_to_host(
    struct target *target, struct arena *arena, uint32_t host);

/* 1 with all but the number if they may have something in common, 0 if not, -1
 * if the budget ran out. */
int target_relate(const struct target *target, const struct box *box,
    struct obstacle *obstacle_r);

/* Quick and on the safe side: false means that no wanted host matches. */
bool wanted_may_meet(
    const struct wanted *wanted, const struct pattern *pattern);

/* Are all of these hosts among those that the box leaves out? */
bool target_excepts(const struct world *world, const struct box *box,
    const struct wanted *wanted);

/* Does the box match the host of that number, which has no star? */
bool target_box_has_host(
    const struct world *world, const struct box *box, uint32_t literal);

#endif
