/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/group_list.h"

uint64_t
group_list_number(const void *text, size_t size)
{
	const uint8_t *at = text;
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < size; i++)
		h = (h ^ at[i]) * UINT64_C(1099511628211);
	return h;
}
