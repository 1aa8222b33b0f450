/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define FIRST_BUCKETS 64

int
table_init(struct table *t)
{
	*t = (struct table){.bucket_count = FIRST_BUCKETS};
	if (getrandom(&t->seed, sizeof t->seed, 0) != sizeof t->seed)
		return -1;
	t->bucket = calloc(t->bucket_count, sizeof *t->bucket);
	return t->bucket == NULL ? -1 : 0;
}

void
table_free(struct table *t)
{
	free(t->bucket);
	*t = (struct table){0};
}

static uint64_t
hash(const struct table *t, const void *key, size_t size)
{
	const uint8_t *k = key;
	uint64_t h = t->seed;

	for (size_t i = 0; i < size; i++) {
		h ^= k[i];
		h *= 0x9e3779b97f4a7c15;
		h ^= h >> 29;
	}
	return h;
}

static struct table_item **
bucket_of(const struct table *t, uint64_t h)
{
	return &t->bucket[h & (t->bucket_count - 1)];
}

/* When there is no memory for it, the table goes on with long chains. */
static void
grow(struct table *t)
{
	struct table bigger = *t;

	bigger.bucket_count *= 2;
	bigger.bucket = calloc(bigger.bucket_count, sizeof *bigger.bucket);
	if (bigger.bucket == NULL)
		return;
	for (size_t i = 0; i < t->bucket_count; i++) {
		struct table_item *item = t->bucket[i], *next;

		for (; item != NULL; item = next) {
			struct table_item **b = bucket_of(&bigger, item->hash);

			next = item->next;
			item->next = *b;
			*b = item;
		}
	}
	free(t->bucket);
	*t = bigger;
}

int
table_add(struct table *t, struct table_item *item, const void *key,
    size_t key_size, void *owner)
{
	struct table_item **b;

	if (t->bucket == NULL)
		return -1;
	if (t->count >= t->bucket_count)
		grow(t);
	*item = (struct table_item){.key = key,
	    .key_size = key_size,
	    .hash = hash(t, key, key_size),
	    .owner = owner};
	b = bucket_of(t, item->hash);
	item->next = *b;
	*b = item;
	t->count++;
	return 0;
}

void
table_remove(struct table *t, struct table_item *item)
{
	struct table_item **p;

	if (item->owner == NULL)
		return;
	for (p = bucket_of(t, item->hash); *p != NULL; p = &(*p)->next)
		if (*p == item) {
			*p = item->next;
			t->count--;
			break;
		}
	item->owner = NULL;
}

void *
table_find(const struct table *t, const void *key, size_t key_size)
{
	uint64_t h = hash(t, key, key_size);

	if (t->bucket == NULL)
		return NULL;
	for (struct table_item *i = *bucket_of(t, h); i != NULL; i = i->next)
		if (i->hash == h && i->key_size == key_size &&
		    memcmp(i->key, key, key_size) == 0)
			return i->owner;
	return NULL;
}

void *
table_each(const struct table *t, size_t *at, struct table_item **next)
{
	struct table_item *item = *at == 0 ? NULL : *next;

	while (item == NULL && *at < t->bucket_count)
		item = t->bucket[(*at)++];
	if (item == NULL)
		return NULL;
	*next = item->next;
	return item->owner;
}
