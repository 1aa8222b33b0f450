/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_ARENA_H
#define POLICY_VALUE_ARENA_H

#include <stddef.h>

/* Memory that is freed all at once.  A zeroed arena is empty. */
struct arena {
	struct arena_chunk *chunks;
	size_t used;  /* bytes used of the newest chunk */
	size_t total; /* bytes of all chunks */
	size_t limit; /* the most that total may be; 0: no limit */
	int failed;   /* memory or limit ran out, at this call or before */
};

/* Returns zeroed memory, aligned for any type, or NULL when none is left. */
void *arena_alloc(struct arena *arena, size_t size);

/* Copies size bytes of data and puts a NUL after them.  NULL as above. */
char *arena_copy(struct arena *arena, const char *data, size_t size);

/*
 * Makes room for one more element, at array[count].  The array must have grown
 * through this function only.  Returns the array, which may have moved, or
 * NULL.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

/*
 * Empties the arena and clears failed.  Keeps some of the memory for the next
 * use.
 */
void arena_reset(struct arena *arena);

void arena_free(struct arena *arena);

#endif
