/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/factors.h"

#include <string.h>

static const char *const names[] = {
    "password",
    "otp",
    "fido2",
    "publickey",
    "recovery",
    "approval",
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

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

uint32_t
factors_find(const char *name, size_t length)
{
	for (unsigned i = 0; i < NAME_COUNT - 1; i++) {
		if (strlen(names[i]) == length &&
		    memcmp(names[i], name, length) == 0)
			return 1u << i;
	}
	return 0;
}

const char *
factors_name(unsigned i)
{
	return i < NAME_COUNT ? names[i] : NULL;
}

const char *
policy_factors_text(uint32_t factors, char out[POLICY_FACTORS_TEXT])
{
	size_t used = 0;

	for (unsigned i = 0; i < NAME_COUNT; i++) {
		size_t length = strlen(names[i]);

		if (!(factors & 1u << i))
			continue;
		if (used > 0)
			out[used++] = '+';
		memcpy(out + used, names[i], length);
		used += length;
	}
	if (used == 0) {
		memcpy(out, "none", 4);
		used = 4;
	}
	out[used] = '\0';
	return out;
}
