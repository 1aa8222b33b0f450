/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/store_ram.h"

#include <stdlib.h>
#include <string.h>

#include "gatewayd/store/store.h"

struct table {
	struct store_entry *entry; /* sorted by key */
	size_t count;
};

struct store_ram {
	struct store base;
	struct table now, committed;
	uint64_t last; /* version given */
	bool changed, broken, failed;
};

static void
table_clear(struct table *t)
{
	free(t->entry);
	*t = (struct table){0};
}

static int
table_copy(struct table *to, const struct table *from)
{
	struct store_entry *copy = NULL;

	if (from->count > 0) {
		copy = calloc(from->count, sizeof *copy);
		if (copy == NULL)
			return -1;
		memcpy(copy, from->entry, from->count * sizeof *copy);
	}
	table_clear(to);
	*to = (struct table){copy, from->count};
	return 0;
}

/* Index of the first key that is not below key. */
static size_t
find(const struct table *t, const char *key)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(t->entry[middle].key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
expired(const struct store *s, const struct store_entry *e)
{
	return e->expires_ms != 0 && e->expires_ms <= s->now_ms();
}

static void
remove_at(struct table *t, size_t at)
{
	t->count--;
	memmove(&t->entry[at], &t->entry[at + 1],
	    (t->count - at) * sizeof *t->entry);
}

static int
insert_at(struct table *t, size_t at, const struct store_entry *e)
{
	struct store_entry *grown =
	    realloc(t->entry, (t->count + 1) * sizeof *grown);

	if (grown == NULL)
		return -1;
	t->entry = grown;
	memmove(&grown[at + 1], &grown[at], (t->count - at) * sizeof *grown);
	grown[at] = *e;
	t->count++;
	return 0;
}

/* The entry of that key, dropped if it has expired; NULL when not there. */
static struct store_entry *
present(struct store_ram *r, const char *key, size_t *at)
{
	*at = find(&r->now, key);
	if (*at == r->now.count || strcmp(r->now.entry[*at].key, key) != 0)
		return NULL;
	if (!expired(&r->base, &r->now.entry[*at]))
		return &r->now.entry[*at];
	remove_at(&r->now, *at);
	return NULL;
}

static enum store_status
ram_get(struct store *s, const char *key, struct store_entry *e_r)
{
	struct store_ram *r = (struct store_ram *)s;
	struct store_entry *e;
	size_t at;

	if (r->broken)
		return STORE_UNAVAILABLE;
	e = present(r, key, &at);
	if (e == NULL)
		return STORE_ABSENT;
	*e_r = *e;
	return STORE_OK;
}

static enum store_status
ram_put_if(struct store *s, struct store_entry *entry)
{
	struct store_ram *r = (struct store_ram *)s;
	uint64_t expected = entry->version;
	struct store_entry *e;
	size_t at;

	r->changed = true;
	e = present(r, entry->key, &at);
	entry->version = e != NULL ? e->version : 0;
	if (entry->version != expected)
		return STORE_CONFLICT;
	entry->version = ++r->last;
	if (e != NULL)
		*e = *entry;
	else if (insert_at(&r->now, at, entry) < 0)
		r->failed = true;
	return r->failed ? STORE_UNAVAILABLE : STORE_OK;
}

static enum store_status
ram_delete_if(struct store *s, const char *key, uint64_t *version)
{
	struct store_ram *r = (struct store_ram *)s;
	uint64_t expected = *version;
	struct store_entry *e;
	size_t at;

	r->changed = true;
	e = present(r, key, &at);
	*version = e != NULL ? e->version : 0;
	if (e == NULL)
		return STORE_ABSENT;
	if (*version != expected)
		return STORE_CONFLICT;
	remove_at(&r->now, at);
	*version = ++r->last;
	return STORE_OK;
}

static enum store_status
ram_next(
    struct store *s, const char *key, bool inclusive, struct store_entry *e_r)
{
	struct store_ram *r = (struct store_ram *)s;

	if (r->broken)
		return STORE_UNAVAILABLE;
	for (size_t at = find(&r->now, key); at < r->now.count; at++) {
		const struct store_entry *e = &r->now.entry[at];

		if (expired(s, e) || (!inclusive && strcmp(e->key, key) == 0))
			continue;
		*e_r = *e;
		return STORE_OK;
	}
	return STORE_ABSENT;
}

static int
ram_commit(struct store *s)
{
	struct store_ram *r = (struct store_ram *)s;
	bool failed = r->failed || r->broken;

	if (!r->changed)
		return 0;
	r->changed = r->failed = false;
	if (!failed && table_copy(&r->committed, &r->now) == 0)
		return 0;
	(void)table_copy(&r->now, &r->committed);
	return -1;
}

static void
ram_expire(struct store *s)
{
	struct store_ram *r = (struct store_ram *)s;

	for (size_t at = r->now.count; at-- > 0;)
		if (expired(s, &r->now.entry[at])) {
			remove_at(&r->now, at);
			r->changed = true;
		}
}

static void
ram_close(struct store *s)
{
	struct store_ram *r = (struct store_ram *)s;

	table_clear(&r->now);
	table_clear(&r->committed);
	free(r);
}

static const struct store_ops ops = {
    .get = ram_get,
    .put_if = ram_put_if,
    .delete_if = ram_delete_if,
    .next = ram_next,
    .commit = ram_commit,
    .expire = ram_expire,
    .close = ram_close,
};

struct store *
store_ram_open(void)
{
	struct store_ram *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	store_init(&r->base, &ops);
	return &r->base;
}

void
store_ram_break(struct store *s, bool broken)
{
	((struct store_ram *)s)->broken = broken;
}
