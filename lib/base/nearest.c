/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/nearest.h"

#include <string.h>

#define MOST 64

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Edit distance with exchanged neighbours (optimal string alignment). */
static unsigned
distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
	unsigned rows[3][MOST + 1];

	for (size_t j = 0; j <= b_size; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a_size; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3];
		const unsigned *second = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b_size; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]),
			    least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], second[j - 2] + 1);
		}
	}
	return rows[a_size % 3][b_size];
}

void
nearest_try(
    struct nearest *best, const char *typed, size_t size, const char *name)
{
	size_t n = strlen(name);
	unsigned d;

	if (size > MOST || n > MOST)
		return;
	d = distance(typed, size, name, n);
	if ((best->name == NULL || d < best->distance) && d <= 1 + size / 4 &&
	    d < n) {
		best->distance = d;
		best->name = name;
	}
}

const char *
nearest(const char *typed, size_t size, const char *const *names, size_t count)
{
	struct nearest best = {NULL, 0};

	for (size_t i = 0; i < count; i++)
		nearest_try(&best, typed, size, names[i]);
	return best.name;
}
