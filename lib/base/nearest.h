/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/* The name that was likely meant: at most one and a quarter of the letters
 * added, left out, changed or swapped with the next; NULL when none is that
 * near.  Names past 64 bytes are never near. */
const char *nearest(
    const char *typed, size_t size, const char *const *names, size_t count);

/* The same with one name after the other, where they are in no array. */
struct nearest {
	const char *name; /* so far; NULL at first */
	unsigned distance;
};
void nearest_try(
    struct nearest *best, const char *typed, size_t size, const char *name);

#endif
