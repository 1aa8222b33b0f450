/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/copies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool
matches(const char *p, const char *hidden, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((char)(p[i] + 1) != hidden[i])
			return false;
	return true;
}

bool
copies_are_left(const char *hidden)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	size_t len = strlen(hidden);
	char line[512];
	bool found = false;

	if (maps == NULL)
		abort();
	while (!found && fgets(line, sizeof line, maps)) {
		unsigned long from, to;
		char mode[5];

		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 ||
		    mode[0] != 'r' || mode[1] != 'w')
			continue;
		for (; !found && from + len <= to; from++)
			found = matches((const char *)from, hidden, len);
	}
	fclose(maps);
	return found;
}

void
copies_hide(char *secret)
{
	for (; *secret != '\0'; secret++)
		++*secret;
}
