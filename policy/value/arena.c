/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)64 * 1024)

struct arena_chunk {
	struct arena_chunk *next;
	size_t size;
	alignas(max_align_t) unsigned char data[];
};

static struct arena_chunk *
add_chunk(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk;

	if (size < CHUNK_SIZE)
		size = CHUNK_SIZE;
	if (arena->limit != 0 && arena->total + size > arena->limit)
		return NULL;
	chunk = calloc(1, sizeof *chunk + size);
	if (chunk == NULL)
		return NULL;
	arena->total += size;
	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->used = 0;
	return chunk;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	struct arena_chunk *chunk = arena->chunks;
	const size_t align = alignof(max_align_t);
	void *memory;

	if (arena->failed || size > SIZE_MAX / 4) {
		arena->failed = 1;
		return NULL;
	}
	size = (size + align - 1) / align * align;
	if (chunk == NULL || chunk->size - arena->used < size)
		chunk = add_chunk(arena, size);
	if (chunk == NULL) {
		arena->failed = 1;
		return NULL;
	}
	memory = chunk->data + arena->used;
	arena->used += size;
	return memory;
}

char *
arena_copy(struct arena *arena, const char *data, size_t size)
{
	char *copy = arena_alloc(arena, size + 1);

	if (copy != NULL && size > 0)
		memcpy(copy, data, size);
	return copy;
}

void *
arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
	void *bigger;
	size_t room = count < 4 ? 4 : 2 * count;

	if (array != NULL && (count < 4 || (count & (count - 1)) != 0))
		return array;
	if (room > SIZE_MAX / 4 / size) {
		arena->failed = 1;
		return NULL;
	}
	bigger = arena_alloc(arena, room * size);
	if (bigger != NULL && array != NULL)
		memcpy(bigger, array, count * size);
	return bigger;
}

void
arena_reset(struct arena *arena)
{
	struct arena_chunk *keep = arena->chunks, *chunk;

	arena->failed = 0;
	if (keep == NULL)
		return;
	chunk = keep->next;
	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	keep->next = NULL;
	arena->total = keep->size;
	memset(keep->data, 0, arena->used);
	arena->used = 0;
}

void
arena_free(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks;

	while (chunk != NULL) {
		struct arena_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	*arena = (struct arena){0};
}
