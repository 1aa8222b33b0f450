/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_FACTORS_H
#define POLICY_VALUE_FACTORS_H

#include <stdbool.h>

#include "policy/model.h"

/* Different factors needed at most: recovery stands in for otp. */
#define FACTORS_COUNT_MAX 4u

/* How many factors a set counts for; an approval counts for none. */
unsigned factors_count(uint32_t factors);

need factors_need(uint32_t factor); /* one bit */
need factors_need_count(unsigned count);

static inline bool
factors_suffice(need wanted, uint32_t factors)
{
	return wanted >> (factors & 63u) & 1u;
}

/* What "grace" asks for: the set without what has to be enrolled here. */
static inline uint32_t
factors_without_enrolled(uint32_t factors)
{
	return factors & ~(POLICY_OTP | POLICY_FIDO2 | POLICY_RECOVERY);
}

/* The smallest sets that suffice, ascending; returns how many, at most 32. */
unsigned factors_ways(need wanted, uint8_t ways[32]);

/* POLICY_OTP for "otp", and so on; 0 if there is no such factor. */
uint32_t factors_find(const char *name, size_t length);

/* The name of the factor with bit i, NULL past the last one. */
const char *factors_name(unsigned i);

#endif
