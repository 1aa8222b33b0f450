/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_BOX_H
#define POLICY_PROVE_BOX_H

#include "policy/model.h"
#include "policy/prove/budget.h"
#include "policy/prove/pattern.h"
#include "policy/prove/timeclass.h"

/*
 * All values of each dimension, in the few classes between which a policy makes
 * a difference, and scopes as sets of such classes.
 *
 *   address  Cells: from one end of a network to the next one, those of IPv4
 *            first.  The last cell is the unknown address.
 *   time     Bits: the classes of timeclass.h.
 */
struct range {
	uint32_t from, until; /* cells; until is not part of it */
};

struct world {
	const struct policy *policy;
	struct budget *budget;
	struct timeclasses times;
	size_t words; /* of a set of times */
	const uint64_t *all_times;
	uint64_t **periods;		/* per period: when it holds */
	uint8_t (*cells)[16];		/* their first addresses */
	uint32_t cell_count;		/* without the unknown one */
	struct range *networks;		/* per network */
	const struct pattern *patterns; /* per host pattern */
};

/* A scope in these classes. */
struct box {
	const struct scope *scope;
	const uint64_t *times;	   /* NULL: all */
	const struct range *cells; /* ascending, apart from each other */
	uint32_t cell_count;
	const uint32_t *globs; /* host patterns with a star */
	uint32_t glob_count;
	bool asks_employment;
};

/* 0, or -1: memory or budget ran out. */
int world_init(struct world *world, const struct policy *policy,
    struct arena *arena, struct budget *budget, int64_t since_unix);

/* NULL: memory or budget ran out.  The scope is not copied. */
const struct box *box_make(
    const struct world *world, struct arena *arena, const struct scope *scope);

/* The address of a cell. */
struct policy_address world_address(const struct world *world, uint32_t cell);

/* May the fact be unknown in this scope, which asks for it or not? */
static inline bool
takes_unknown(const struct scope *scope, const struct ids *ids)
{
	return ids->any || scope->unknown_matches;
}

#endif
