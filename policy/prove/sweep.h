/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_SWEEP_H
#define POLICY_PROVE_SWEEP_H

#include "policy/prove/box.h"
#include "policy/prove/witness.h"

/* Hosts that match both patterns. */
struct wanted {
	const struct pattern *pattern[2];
	uint32_t literal; /* its number if there is one; else INTERN_NONE */
};

/* The addresses, hosts and times among which one is looked for. */
struct target {
	const struct world *world;
	const struct range *cells; /* as in struct box; at least one */
	uint32_t cell_count;
	const struct wanted *wanted;
	size_t wanted_count;
	bool unknown_host;
	const uint64_t *times; /* not all zero */
};

/* How a scope to avoid stands to that: does it hold all of a dimension? */
struct obstacle {
	const struct box *box;
	uint32_t number; /* from 0 on, none twice */
	bool all_cells, all_hosts, all_times;
};

/* Memory for any number of sweeps over one target. */
struct sweep;
struct sweep *sweep_new(const struct target *target, struct arena *scratch,
    struct arena *hosts, const struct obstacle *obstacles, size_t count);

/*
 * Looks for an address, a host and a time outside of these obstacles, which
 * hold for every other dimension.  1 with all three in place_r, 0 if there is
 * none, -1 if budget or memory ran out.
 */
int sweep_run(struct sweep *sweep, const struct obstacle *const *list,
    size_t count, struct place *place_r);

/* Does the box match the host of that number, which has no star? */
bool sweep_box_has_host(
    const struct world *world, const struct box *box, uint32_t literal);

#endif
