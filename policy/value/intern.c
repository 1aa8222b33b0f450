/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/intern.h"

#include <string.h>

/*
 * Not keyed: the table holds only what the policy's author wrote, so others
 * choose what is looked up but not what collides.
 */
static uint32_t
hash_of(const void *data, size_t size)
{
	const unsigned char *at = data;
	uint64_t hash = 0x9e3779b97f4a7c15u ^ size;
	uint64_t word;

	while (size >= sizeof word) {
		memcpy(&word, at, sizeof word);
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
		at += sizeof word;
		size -= sizeof word;
	}
	word = 0;
	if (size > 0)
		memcpy(&word, at, size);
	hash = (hash ^ word) * 0xc4ceb9fe1a85ec53u;
	return (uint32_t)(hash ^ hash >> 32);
}

/* The slot that holds the key, or the free one where it belongs. */
static uint32_t
slot_of(
    const struct intern *intern, const void *data, size_t size, uint32_t hash)
{
	uint32_t mask = intern->slot_count - 1;
	uint32_t slot = hash & mask;

	while (intern->slots[slot] != 0) {
		const struct intern_key *key =
		    &intern->keys[intern->slots[slot] - 1];

		if (key->hash == hash && key->size == size &&
		    memcmp(key->data, data, size) == 0)
			break;
		slot = (slot + 1) & mask;
	}
	return slot;
}

static int
widen(struct intern *intern, struct arena *arena)
{
	uint32_t wanted = intern->slot_count == 0 ? 16 : intern->slot_count * 2;
	uint32_t *slots;

	if (intern->slot_count > intern->count * 2)
		return 0;
	slots = arena_alloc(arena, wanted * sizeof *slots);
	if (slots == NULL)
		return -1;
	intern->slots = slots;
	intern->slot_count = wanted;
	for (uint32_t i = 0; i < intern->count; i++) {
		const struct intern_key *key = &intern->keys[i];

		slots[slot_of(intern, key->data, key->size, key->hash)] = i + 1;
	}
	return 0;
}

uint32_t
intern_add(
    struct intern *intern, struct arena *arena, const void *data, size_t size)
{
	struct intern_key key = {.size = (uint32_t)size};
	struct intern_key *keys;
	uint32_t slot;

	if (widen(intern, arena) != 0)
		return INTERN_NONE;
	key.hash = hash_of(data, size);
	slot = slot_of(intern, data, size, key.hash);
	if (intern->slots[slot] != 0)
		return intern->slots[slot] - 1;
	key.data = arena_copy(arena, data, size);
	keys = arena_grow(arena, intern->keys, intern->count, sizeof *keys);
	if (key.data == NULL || keys == NULL)
		return INTERN_NONE;
	intern->keys = keys;
	keys[intern->count] = key;
	intern->slots[slot] = ++intern->count;
	return intern->count - 1;
}

uint32_t
intern_find(const struct intern *intern, const void *data, size_t size)
{
	uint32_t slot;

	if (intern->count == 0)
		return INTERN_NONE;
	slot = slot_of(intern, data, size, hash_of(data, size));
	return intern->slots[slot] != 0 ? intern->slots[slot] - 1 : INTERN_NONE;
}
