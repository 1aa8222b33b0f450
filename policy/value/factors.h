/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_FACTORS_H
#define POLICY_VALUE_FACTORS_H

#include <stdbool.h>

#include "policy/model.h"

/* The most factors that a rule can need; recovery counts as the otp. */
#define FACTORS_COUNT_MAX 4u

/* They are sets of these, from none on. */
#define FACTORS_SETS 64u

/* The number of factors in a set; an approval is none. */
unsigned factors_count(uint32_t factors);

need factors_need(uint32_t factor);	 /* needs this factor: one bit */
need factors_need_count(unsigned count); /* needs this many factors */

static inline bool
factors_suffice(need wanted, uint32_t factors)
{
	return wanted >> (factors & 63u) & 1u;
}

static inline need
factors_set(uint32_t factors)
{
	return UINT64_C(1) << (factors & 63u);
}

/* These sets and all that are part of one, or that one is part of. */
need factors_subsets(need sets);
need factors_supersets(need sets);
/* Each set of the one side together with each of the other. */
need factors_join(need a, need b);

/* The sets that are enough for a permit, some of them only by grace. */
need factors_open(const struct rule *permit);
/* Its smallest sets. */
need factors_least(const struct rule *rule);

/*
 * With more factors fewer denies match.  Which sets make a difference: all that
 * denies of this list let pass together, none among them.
 */
need factors_passing(const struct rule *denies, size_t count);
/* The sets that the same denies of this list let pass as these factors. */
need factors_alike(const struct rule *denies, size_t count, uint32_t factors);

/* The set that "grace" asks for: without the factors that are enrolled here. */
static inline uint32_t
factors_without_enrolled(uint32_t factors)
{
	return factors & ~(POLICY_OTP | POLICY_FIDO2 | POLICY_RECOVERY);
}

/* Fills in the smallest sets that suffice, ascending.  Returns their number. */
unsigned factors_ways(need wanted, uint8_t ways[32]);

/* POLICY_OTP for "otp", and so on; 0 if there is no such factor. */
uint32_t factors_find(const char *name, size_t length);

#endif
