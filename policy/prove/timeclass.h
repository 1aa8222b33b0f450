/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_TIMECLASS_H
#define POLICY_PROVE_TIMECLASS_H

#include "policy/model.h"
#include "policy/prove/budget.h"

/* A set of moments at which the same periods hold. */
struct timeclass {
	int64_t time_unix;    /* the first of these moments that was found */
	const uint8_t *holds; /* per period: 1 if it holds */
};

struct timeclasses {
	struct timeclass *list;
	size_t count;
};

/*
 * Finds all combinations of periods that hold at some moment, at since_unix or
 * later.  The answer is exact: after their last single change, zones and
 * calendar repeat every 400 years.  0, or -1 if memory or budget ran out.
 */
int timeclass_find(const struct policy *policy, struct arena *scratch,
    struct budget *budget, int64_t since_unix, struct timeclasses *classes_r);

/* True if the scope's during and outside hold at these moments. */
bool timeclass_matches(
    const struct timeclass *class, const struct scope *scope);

#endif
