/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of items that live inside their owners' structs.  The table
 * keeps a pointer to an item's key: those bytes must not move or change while
 * the item is in the table.
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
	uint64_t seed; /* random: nobody can choose keys that collide */
};

/* 0, or -1: no memory, or no random bytes. */
int table_init(struct table *t);
/* Frees the table, but no owner. */
void table_free(struct table *t);
/* The key must not be in the table yet.  -1: no memory. */
int table_add(struct table *t, struct table_item *item, const void *key,
    size_t key_size, void *owner);
void table_remove(struct table *t, struct table_item *item);
/* The owner of the item with this key, or NULL. */
void *table_find(const struct table *t, const void *key, size_t key_size);
/* Returns one owner after the other, and NULL at the end.  Start with *at = 0.
 * The caller may remove the returned item before the next call. */
void *table_each(const struct table *t, size_t *at, struct table_item **next);

#endif
