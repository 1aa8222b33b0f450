/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#define MANY 5000

struct thing {
	uint32_t key;
	bool there, seen;
	struct table_item item;
};

static int
make(void **state)
{
	struct table *t = calloc(1, sizeof *t);

	assert_non_null(t);
	assert_int_equal(table_init(t), 0);
	*state = t;
	return 0;
}

static int
unmake(void **state)
{
	table_free(*state);
	free(*state);
	return 0;
}

static void
add(struct table *t, struct thing *thing)
{
	assert_int_equal(
	    table_add(t, &thing->item, &thing->key, sizeof thing->key, thing),
	    0);
	thing->there = true;
}

static void
what_was_added_is_found_until_removed(void **state)
{
	struct table *t = *state;
	struct thing a = {.key = 1}, b = {.key = 2};

	assert_null(table_find(t, &a.key, sizeof a.key));
	add(t, &a);
	add(t, &b);
	assert_int_equal(t->count, 2);
	assert_ptr_equal(table_find(t, &a.key, sizeof a.key), &a);
	assert_ptr_equal(table_find(t, &b.key, sizeof b.key), &b);
	table_remove(t, &a.item);
	assert_null(table_find(t, &a.key, sizeof a.key));
	assert_ptr_equal(table_find(t, &b.key, sizeof b.key), &b);
	/* a second time does nothing */
	table_remove(t, &a.item);
	assert_int_equal(t->count, 1);
	add(t, &a);
	assert_ptr_equal(table_find(t, &a.key, sizeof a.key), &a);
}

static void
keys_are_bytes_with_a_size(void **state)
{
	static const char *const keys[] = {"a", "ab", "a\0b", "a\0c", ""};
	static const size_t sizes[] = {1, 2, 3, 3, 0};
	struct table *t = *state;
	struct table_item items[5];

	for (size_t i = 0; i < 5; i++)
		assert_int_equal(table_add(t, &items[i], keys[i], sizes[i],
				     (void *)(uintptr_t)keys[i]),
		    0);
	for (size_t i = 0; i < 5; i++)
		assert_ptr_equal(table_find(t, keys[i], sizes[i]), keys[i]);
	assert_null(table_find(t, "a\0", 2));
	assert_null(table_find(t, "a\0d", 3));
	assert_null(table_find(t, "b", 1));
}

/* Against an array, in which looking is slow and sure. */
static void
thousands_come_and_go(void **state)
{
	static struct thing things[MANY];
	struct table *t = *state;
	unsigned seed = 7;
	size_t there = 0;

	memset(things, 0, sizeof things);
	for (uint32_t i = 0; i < MANY; i++)
		things[i].key = i * 2654435761u;
	for (int step = 0; step < 20 * MANY; step++) {
		struct thing *one = &things[rand_r(&seed) % MANY];

		assert_ptr_equal(table_find(t, &one->key, sizeof one->key),
		    one->there ? one : NULL);
		if (one->there) {
			table_remove(t, &one->item);
			one->there = false;
			there--;
		} else {
			add(t, one);
			there++;
		}
		assert_int_equal(t->count, there);
	}
	for (uint32_t i = 0; i < MANY; i++)
		assert_ptr_equal(
		    table_find(t, &things[i].key, sizeof things[i].key),
		    things[i].there ? &things[i] : NULL);
}

static void
chains_stay_short(void **state)
{
	static struct thing things[MANY];
	struct table *t = *state;
	size_t longest = 0;

	memset(things, 0, sizeof things);
	for (uint32_t i = 0; i < MANY; i++) {
		things[i].key = i << 8; /* alike in the low bits */
		add(t, &things[i]);
	}
	assert_true(t->bucket_count >= MANY);
	for (size_t b = 0; b < t->bucket_count; b++) {
		size_t length = 0;

		for (struct table_item *i = t->bucket[b]; i != NULL;
		     i = i->next)
			length++;
		longest = length > longest ? length : longest;
	}
	assert_in_range(longest, 1, 24);
}

static void
each_is_seen_once_and_may_go(void **state)
{
	static struct thing things[MANY];
	struct table *t = *state;
	struct table_item *next = NULL;
	struct thing *one;
	size_t at = 0, seen = 0;

	memset(things, 0, sizeof things);
	assert_null(table_each(t, &at, &next));
	for (uint32_t i = 0; i < MANY; i++) {
		things[i].key = i;
		add(t, &things[i]);
	}
	for (at = 0; (one = table_each(t, &at, &next)) != NULL; seen++) {
		assert_false(one->seen);
		one->seen = true;
		if (one->key % 2 == 0)
			table_remove(t, &one->item);
	}
	assert_int_equal(seen, MANY);
	assert_int_equal(t->count, MANY / 2);
	for (at = 0, seen = 0; (one = table_each(t, &at, &next)) != NULL;
	     seen++)
		assert_int_equal(one->key % 2, 1);
	assert_int_equal(seen, MANY / 2);
}

static void
a_table_that_is_gone_takes_and_finds_nothing(void **state)
{
	struct thing a = {.key = 1};
	struct table t;

	assert_int_equal(table_init(&t), 0);
	add(&t, &a);
	table_free(&t);
	assert_null(table_find(&t, &a.key, sizeof a.key));
	assert_int_equal(table_add(&t, &a.item, &a.key, sizeof a.key, &a), -1);
	table_free(&t);
}

static void
no_two_tables_hash_alike(void **state)
{
	struct table *t = *state, other;

	assert_int_equal(table_init(&other), 0);
	assert_int_not_equal(t->seed, other.seed);
	table_free(&other);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, unmake)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_was_added_is_found_until_removed),
	    TEST(keys_are_bytes_with_a_size),
	    TEST(thousands_come_and_go),
	    TEST(chains_stay_short),
	    TEST(each_is_seen_once_and_may_go),
	    TEST(a_table_that_is_gone_takes_and_finds_nothing),
	    TEST(no_two_tables_hash_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
