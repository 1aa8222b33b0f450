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
	uint64_t facts[SCOPE_PARTS_MAX]; /* that each list of people asks */
	uint64_t not_facts;		 /* and that "except" asks */
};

/* 0, or -1: memory or budget ran out. */
int world_init(struct world *world, const struct policy *policy,
    struct arena *arena, struct budget *budget, int64_t since_unix);

/* NULL: memory or budget ran out.  The scope is not copied. */
const struct box *box_make(
    const struct world *world, struct arena *arena, const struct scope *scope);

/*
 * A box around these, whoever they are about.  It may hold more.  NULL: memory
 * or budget ran out.
 */
const struct box *box_around(const struct world *world, struct arena *arena,
    const struct box *const *list, size_t count);

/* The address of a cell. */
struct policy_address world_address(const struct world *world, uint32_t cell);

/* Does it leave out people or hosts by "except"?  Of networks no cell is left
 * that it does not hold. */
static inline bool
box_is_open(const struct box *box)
{
	return box->scope->not_principals.count > 0 ||
	       box->scope->not_hosts.count > 0;
}

/* May the fact be unknown in this scope, which asks for it or not? */
static inline bool
takes_unknown(
    const struct scope *scope, const struct ids *ids, const struct ids *except)
{
	return scope->unknown_matches ||
	       (ids->any && (except->count == 0 || scope->unknown_is_outside));
}

#endif
