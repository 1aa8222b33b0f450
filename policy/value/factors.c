/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/factors.h"

#include <string.h>

_Static_assert(FACTOR_COUNT == 6, "a set of factors is a row of 64 (need)");

unsigned
factors_count(uint32_t factors)
{
	unsigned count = 0;

	if (factors & POLICY_RECOVERY)
		factors |= POLICY_OTP;
	factors &= POLICY_FACTORS & ~POLICY_RECOVERY;
	for (; factors != 0; factors &= factors - 1)
		count++;
	return count;
}

need
factors_need(uint32_t factor)
{
	need wanted = 0;

	for (uint32_t m = 0; m < 64; m++)
		wanted |= (need)((m & factor) == factor) << m;
	return wanted;
}

need
factors_need_count(unsigned count)
{
	need wanted = 0;

	for (uint32_t m = 0; m < 64; m++)
		wanted |= (need)(factors_count(m) >= count) << m;
	return wanted;
}

/* True if no smaller set suffices. */
static bool
is_smallest(need wanted, uint32_t factors)
{
	for (uint32_t bit = 1; bit < 64; bit <<= 1) {
		if ((factors & bit) && factors_suffice(wanted, factors & ~bit))
			return false;
	}
	return true;
}

unsigned
factors_ways(need wanted, uint8_t ways[32])
{
	unsigned count = 0;

	for (uint32_t m = 0; m < 64 && count < 32; m++) {
		if (factors_suffice(wanted, m) && is_smallest(wanted, m))
			ways[count++] = (uint8_t)m;
	}
	return count;
}

need
factors_subsets(need sets)
{
	for (uint32_t bit = 1; bit < 64; bit <<= 1)
		sets |= (sets & factors_need(bit)) >> bit;
	return sets;
}

need
factors_supersets(need sets)
{
	for (uint32_t bit = 1; bit < 64; bit <<= 1)
		sets |= (sets & ~factors_need(bit)) << bit;
	return sets;
}

need
factors_join(need a, need b)
{
	need joined = 0;

	for (; a != 0; a &= a - 1)
		for (need left = b; left != 0; left &= left - 1)
			joined |= factors_set((uint32_t)__builtin_ctzll(a) |
					      (uint32_t)__builtin_ctzll(left));
	return joined;
}

need
factors_least(const struct rule *rule)
{
	need sets = 0;

	for (unsigned i = 0; i < rule->way_count; i++)
		sets |= factors_set(rule->ways[i]);
	return sets;
}

need
factors_open(const struct rule *permit)
{
	need sets = 0;

	if (permit->obligations.grace_seconds == 0)
		return permit->need;
	for (unsigned i = 0; i < permit->way_count; i++)
		sets |= factors_set(factors_without_enrolled(permit->ways[i]));
	return permit->need | factors_supersets(sets);
}

need
factors_passing(const struct rule *denies, size_t count)
{
	need sets = factors_set(0);

	for (size_t i = 0; i < count; i++)
		sets |= factors_join(sets, factors_least(&denies[i]));
	return sets;
}

need
factors_alike(const struct rule *denies, size_t count, uint32_t factors)
{
	need alike = ~(need)0;

	for (size_t i = 0; i < count; i++)
		alike &= factors_suffice(denies[i].need, factors)
			     ? denies[i].need
			     : ~denies[i].need;
	return alike;
}

uint32_t
factors_find(const char *name, size_t length)
{
	return factor_find(name, length) & POLICY_FACTORS;
}

const char *
policy_factors_text(uint32_t factors, char out[POLICY_FACTORS_TEXT])
{
	size_t used = 0;

	for (unsigned i = 0; i < FACTOR_COUNT; i++) {
		size_t length = strlen(factor_word(i));

		if (!(factors & 1u << i))
			continue;
		if (used > 0)
			out[used++] = '+';
		memcpy(out + used, factor_word(i), length);
		used += length;
	}
	if (used == 0) {
		memcpy(out, "none", 4);
		used = 4;
	}
	out[used] = '\0';
	return out;
}
