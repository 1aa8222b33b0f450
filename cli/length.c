/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/length.h"

#include <stdlib.h>
#include <string.h>

int
length_parse(const char *text, uint32_t most, uint32_t *seconds_r)
{
	static const char units[] = "smhdw";
	static const unsigned sizes[] = {1, 60, 3600, 86400, 604800};
	char *end;
	unsigned long number = strtoul(text, &end, 10);
	const char *unit = *end != '\0' ? strchr(units, *end) : NULL;

	if (text[0] < '0' || text[0] > '9' || unit == NULL || end[1] != '\0' ||
	    number == 0 || number > most / sizes[unit - units])
		return -1;
	*seconds_r = (uint32_t)(number * sizes[unit - units]);
	return 0;
}
