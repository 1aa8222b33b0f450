/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_FACTORS_H
#define POLICY_VALUE_FACTORS_H

#include <stdbool.h>

#include "policy/model.h"

/* The most factors that a rule can need; recovery counts as the otp. */
#define FACTORS_COUNT_MAX 4u

/* The number of factors in a set; an approval is none. */
unsigned factors_count(uint32_t factors);

need factors_need(uint32_t factor);	 /* needs this factor: one bit */
need factors_need_count(unsigned count); /* needs this many factors */

static inline bool
factors_suffice(need wanted, uint32_t factors)
{
	return wanted >> (factors & 63u) & 1u;
}

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
