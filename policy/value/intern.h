/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_INTERN_H
#define POLICY_VALUE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "policy/value/arena.h"

#define INTERN_NONE UINT32_MAX

struct intern_key {
	const char *data;
	uint32_t size;
	uint32_t hash;
};

/*
 * Byte strings, numbered from 0 in the order in which they were added.  A
 * zeroed struct is empty.
 */
struct intern {
	struct intern_key *keys;
	uint32_t count;
	uint32_t *slots;     /* a hash table of number + 1; 0 is a free slot */
	uint32_t slot_count; /* a power of two */
};

/* Adds the key if it is new.  Its number, or INTERN_NONE without memory. */
uint32_t intern_add(
    struct intern *intern, struct arena *arena, const void *data, size_t size);

/* The number of the key, or INTERN_NONE if it was never added. */
uint32_t intern_find(
    const struct intern *intern, const void *data, size_t size);

#endif
