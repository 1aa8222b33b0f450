/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

/*
 * The one of names that was probably meant, or NULL when none is near.  A name
 * is near if few letters were added, left out, changed or swapped with the
 * next: one, and one more for every four letters.  Names of more than 64 bytes
 * are never near.
 */
const char *nearest(
    const char *typed, size_t size, const char *const *names, size_t count);

/* The same for names that are in no array: the caller tries one after the
 * other. */
struct nearest {
	const char *name; /* the nearest so far; NULL at first */
	unsigned distance;
};
void nearest_try(
    struct nearest *best, const char *typed, size_t size, const char *name);

#endif
