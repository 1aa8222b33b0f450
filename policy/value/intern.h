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

/* Byte strings numbered from 0 in the order they came; zeroed means empty. */
struct intern {
	struct intern_key *keys;
	uint32_t count;
	uint32_t *slots; /* number + 1, 0 is free; a power of two of them */
	uint32_t slot_count;
};

/* The number of the key, new or old; INTERN_NONE when memory ran out. */
uint32_t intern_add(
    struct intern *intern, struct arena *arena, const void *data, size_t size);

/* The number of the key, or INTERN_NONE if it never was added. */
uint32_t intern_find(
    const struct intern *intern, const void *data, size_t size);

#endif
