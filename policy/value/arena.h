/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_ARENA_H
#define POLICY_VALUE_ARENA_H

#include <stddef.h>

/* Memory that is freed all at once; zeroed means empty. */
struct arena {
	struct arena_chunk *chunks;
	size_t used;  /* of the newest chunk */
	size_t total; /* of all chunks */
	size_t limit; /* of total; 0: none */
	int failed;   /* set once memory or limit ran out; sticks */
};

/* Zeroed memory aligned for any type; NULL when there is no more. */
void *arena_alloc(struct arena *arena, size_t size);

/* size bytes of data with a NUL after them. */
char *arena_copy(struct arena *arena, const char *data, size_t size);

/*
 * Room for one more element at array[count], in an array that only ever grew
 * through this.  Returns the array, maybe moved, or NULL.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t size);

/*
 * Forgets what is in it and that it failed, keeps some memory for what comes
 * next.
 */
void arena_reset(struct arena *arena);

void arena_free(struct arena *arena);

#endif
