/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_TIMECLASS_H
#define POLICY_PROVE_TIMECLASS_H

#include "policy/model.h"
#include "policy/prove/budget.h"

/* Moments at which every condition gives the same answer. */
struct timeclass {
	int64_t time_unix;     /* the first such moment that was found */
	const uint64_t *holds; /* bits, one for each period */
};

struct timeclasses {
	struct timeclass *list;
	size_t count;
};

/* How often one of them begins or ends: in a week, or by date. */
size_t timeclass_ends(const struct period *period);

/*
 * All combinations of periods that hold at some moment from since_unix on.
 * Exact: zones and calendar repeat every 400 years once their last single
 * change is over.  0, or -1: memory or budget ran out.
 */
int timeclass_find(const struct policy *policy, struct arena *scratch,
    struct budget *budget, int64_t since_unix, struct timeclasses *classes_r);

#endif
