/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of items that live inside their owners' structs.  Keys are
 * bytes that stay where they are for as long as the item is in the table.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct table_item {
	struct table_item *next;
	const void *key;
	size_t key_size;
	uint64_t hash;
	void *owner;
};

struct table {
	struct table_item **bucket;
	size_t bucket_count; /* a power of two */
	size_t count;
	uint64_t seed; /* so that keys from outside cannot be made to collide */
};

/* -1: no memory, or no random bytes */
int table_init(struct table *t);
void table_free(struct table *t); /* the owners stay */
/* The key must not be in the table yet.  -1: no memory. */
int table_add(struct table *t, struct table_item *item, const void *key,
    size_t key_size, void *owner);
void table_remove(struct table *t, struct table_item *item);
/* the owner, or NULL */
void *table_find(const struct table *t, const void *key, size_t key_size);
/* One owner after the other: start with *at = 0; NULL at the end.  The one
 * returned may be removed before the next call. */
void *table_each(const struct table *t, size_t *at, struct table_item **next);

#endif
