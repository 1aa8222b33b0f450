/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/digits.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
digits_take(const char *typed, size_t size, char *digits_r, size_t count)
{
	size_t taken = 0;

	if (size == 0 || !is_digit(typed[0]) || !is_digit(typed[size - 1]))
		return false;
	for (size_t i = 0; i < size; i++) {
		if (typed[i] == ' ' || typed[i] == '\t')
			continue;
		if (!is_digit(typed[i]) || taken == count)
			return false;
		digits_r[taken++] = typed[i];
	}
	return taken == count;
}
