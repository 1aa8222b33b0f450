/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/sid.h"

#include <stdio.h>

#define HEADER 8     /* revision, count, authority */
#define PARTS_MAX 15 /* MS-DTYP 2.4.2 */

int
sid_number(const void *value, size_t size, uint32_t *number_r)
{
	const char *v = value;
	uint64_t n = 0;

	for (size_t i = 0; i < size; i++) {
		if (v[i] < '0' || v[i] > '9' || n > UINT32_MAX)
			return -1;
		n = n * 10 + (uint64_t)(v[i] - '0');
	}
	if (n == 0 || n > UINT32_MAX)
		return -1;
	*number_r = (uint32_t)n;
	return 0;
}

int
sid_of_group(
    const void *sid, size_t size, uint32_t number, char out[SID_TEXT_MAX])
{
	const uint8_t *s = sid;
	uint64_t authority = 0;
	int at;

	/* the last part is the account's own number */
	if (number == 0 || size < HEADER || s[0] != 1 || s[1] < 2 ||
	    s[1] > PARTS_MAX || size != HEADER + 4 * (size_t)s[1])
		return -1;
	for (size_t i = 2; i < HEADER; i++)
		authority = authority << 8 | s[i];
	at = snprintf(
	    out, SID_TEXT_MAX, "S-1-%llu", (unsigned long long)authority);
	for (size_t i = 0; i + 1 < s[1]; i++) {
		const uint8_t *p = s + HEADER + 4 * i;
		uint32_t part = (uint32_t)p[0] | (uint32_t)p[1] << 8 |
				(uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;

		at +=
		    snprintf(out + at, SID_TEXT_MAX - (size_t)at, "-%u", part);
	}
	snprintf(out + at, SID_TEXT_MAX - (size_t)at, "-%u", number);
	return 0;
}
