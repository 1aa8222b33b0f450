/* SPDX-License-Identifier: Apache-2.0 */
/* What every backend must do: each test runs against each of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "gatewayd/store/store.h"
#include "tests/store/backend.h"
#include "tests/support/unit.h"

static int64_t now = 1000000;

static int64_t
test_clock(void)
{
	return now;
}

static void
a_key_that_was_never_put_is_absent(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_get(b, "a/none"), STORE_ABSENT);
	assert_int_equal(b->got.version, 0);
	assert_int_equal(b->got.size, 0);
}

static void
a_put_is_there_with_its_version(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	uint64_t version = b->got.version;

	assert_true(version > 0);
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	assert_int_equal(b->got.version, version);
	assert_int_equal(b->got.size, 3);
	assert_memory_equal(b->got.value, "one", 3);
}

static void
a_put_on_another_version_conflicts_and_changes_nothing(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	uint64_t version = b->got.version;

	assert_int_equal(backend_put(b, "a/k", 0, "two"), STORE_CONFLICT);
	assert_int_equal(b->got.version, version);
	assert_int_equal(
	    backend_put(b, "a/k", version + 1, "two"), STORE_CONFLICT);
	assert_int_equal(backend_put(b, "a/none", 7, "two"), STORE_CONFLICT);
	assert_int_equal(b->got.version, 0);
	assert_int_equal(backend_get(b, "a/none"), STORE_ABSENT);
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	assert_memory_equal(b->got.value, "one", 3);
}

static void
a_key_that_is_put_again_is_there_once(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	assert_int_equal(
	    backend_put(b, "a/k", b->got.version, "two"), STORE_OK);
	backend_list(b, "a/", "", 100);
	assert_int_equal(b->count, 2); /* and the end */
	assert_memory_equal(b->answer[0].value, "two", 3);
	assert_int_equal(b->answer[1].status, STORE_ABSENT);
}

static void
of_two_changes_in_one_round_the_second_conflicts(void **state)
{
	struct backend *b = *state;
	struct store_entry e = {.key = "a/k", .size = 1, .value = "x"};

	b->count = 0;
	store_put_if(b->store, (struct store_ask){.id = 1}, &e);
	store_put_if(b->store, (struct store_ask){.id = 2}, &e);
	assert_int_equal(b->count, 0); /* not before the flush */
	assert_int_equal(store_flush(b->store), 0);
	assert_int_equal(b->count, 2);
	assert_int_equal(b->answer[0].status, STORE_OK);
	assert_int_equal(b->answer[1].status, STORE_CONFLICT);
	assert_int_equal(b->answer[1].version, b->answer[0].version);
}

static void
answers_come_in_the_order_of_asking_with_their_asker(void **state)
{
	struct backend *b = *state;
	struct store_entry e = {.key = "a/k", .size = 1, .value = "x"};
	int me;

	b->count = 0;
	store_get(b->store, (struct store_ask){&me, 7}, "a/k");
	store_put_if(b->store, (struct store_ask){&me, 8}, &e);
	store_get(b->store, (struct store_ask){NULL, 9}, "a/k");
	store_flush(b->store);
	assert_int_equal(b->count, 3);
	assert_int_equal(b->answer[0].ask.id, 7);
	assert_ptr_equal(b->answer[0].ask.who, &me);
	assert_int_equal(b->answer[0].status, STORE_ABSENT);
	assert_int_equal(b->answer[1].ask.id, 8);
	assert_int_equal(b->answer[2].ask.id, 9);
	assert_null(b->answer[2].ask.who);
	assert_int_equal(b->answer[2].status, STORE_OK);
	assert_int_equal(b->answer[2].version, b->answer[1].version);
	store_flush(b->store);
	assert_int_equal(b->count, 3); /* once */
}

static void
a_delete_wants_the_right_version(void **state)
{
	struct backend *b = *state;

	assert_int_equal(backend_delete(b, "a/k", 0), STORE_ABSENT);
	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	uint64_t version = b->got.version;

	assert_int_equal(backend_delete(b, "a/k", version + 1), STORE_CONFLICT);
	assert_int_equal(b->got.version, version);
	assert_int_equal(backend_delete(b, "a/k", 0), STORE_CONFLICT);
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	assert_int_equal(backend_delete(b, "a/k", version), STORE_OK);
	assert_int_equal(backend_get(b, "a/k"), STORE_ABSENT);
	assert_int_equal(backend_delete(b, "a/k", version), STORE_ABSENT);
}

static void
no_version_comes_twice(void **state)
{
	struct backend *b = *state;
	uint64_t last = 0;
	char key[32];

	for (int i = 0; i < 50; i++) {
		snprintf(key, sizeof key, "a/%d", i % 3);
		assert_int_equal(backend_put(b, key, 0, "v"), STORE_OK);
		assert_true(b->got.version > last);
		last = b->got.version;
		assert_int_equal(backend_delete(b, key, last), STORE_OK);
		assert_true(b->got.version > last);
		last = b->got.version;
	}
	/* one that was read before the delete does not fit afterwards */
	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	last = b->got.version;
	assert_int_equal(backend_delete(b, "a/k", last), STORE_OK);
	assert_int_equal(backend_put(b, "a/k", 0, "two"), STORE_OK);
	assert_int_equal(backend_put(b, "a/k", last, "three"), STORE_CONFLICT);
}

static void
values_are_bytes_up_to_the_largest(void **state)
{
	static const size_t sizes[] = {0, 1, 255, 256, VALUE_MAX};
	struct backend *b = *state;
	struct store_entry e = {.key = "a/k"};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		e.size = sizes[i];
		for (size_t at = 0; at < e.size; at++)
			e.value[at] = (uint8_t)(at * 7 + i);
		store_put_if(b->store, (struct store_ask){0}, &e);
		store_flush(b->store);
		assert_int_equal(b->got.status, STORE_OK);
		e.version = b->got.version;
		assert_int_equal(backend_get(b, "a/k"), STORE_OK);
		assert_int_equal(b->got.size, e.size);
		assert_memory_equal(b->got.value, e.value, e.size);
	}
}

static void
keys_are_bytes_up_to_the_longest(void **state)
{
	struct backend *b = *state;
	char longest[KEY_MAX + 1];

	memset(longest, 'k', KEY_MAX);
	longest[KEY_MAX] = '\0';
	assert_int_equal(backend_put(b, longest, 0, "long"), STORE_OK);
	longest[KEY_MAX - 1] = '\0';
	assert_int_equal(backend_get(b, longest), STORE_ABSENT);
	assert_int_equal(backend_put(b, "a/\xff\xfe'--", 0, "odd"), STORE_OK);
	assert_int_equal(backend_get(b, "a/\xff\xfe'--"), STORE_OK);
	assert_memory_equal(b->got.value, "odd", 3);
	assert_int_equal(backend_get(b, "A/\xff\xfe'--"), STORE_ABSENT);
}

static void
put_all(struct backend *b, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		assert_int_equal(backend_put(b, *keys, 0, *keys), STORE_OK);
}

static void
a_list_has_its_prefix_only_in_order_of_bytes(void **state)
{
	static const char *const keys[] = {"a/2", "b/1", "a/1", "a", "a/10",
	    "a0", "a/\xff", "a/\xff\xff", "a/", "b", "\xff\xff", NULL};
	static const char *const expected[] = {
	    "a/", "a/1", "a/10", "a/2", "a/\xff", "a/\xff\xff"};
	struct backend *b = *state;

	put_all(b, keys);
	backend_list(b, "a/", "", 100);
	assert_int_equal(b->count, 7);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(b->answer[i].status, STORE_OK);
		assert_string_equal(b->answer[i].key, expected[i]);
		assert_memory_equal(
		    b->answer[i].value, expected[i], strlen(expected[i]));
	}
	assert_int_equal(b->answer[6].status, STORE_ABSENT);
	assert_false(b->answer[6].more);
	backend_list(b, "\xff", "", 100);
	assert_int_equal(b->count, 2);
	backend_list(b, "\xff\xff\xff", "", 100);
	assert_int_equal(b->count, 1);
	backend_list(b, "c", "", 100);
	assert_int_equal(b->count, 1);
	assert_int_equal(b->answer[0].status, STORE_ABSENT);
}

static void
a_list_goes_on_after_a_full_page(void **state)
{
	static const char *const keys[] = {
	    "a/1", "a/2", "a/3", "a/4", "b/1", NULL};
	struct backend *b = *state;

	put_all(b, keys);
	backend_list(b, "a/", "", 3);
	assert_int_equal(b->count, 4);
	assert_string_equal(b->answer[2].key, "a/3");
	assert_true(b->answer[3].more);
	backend_list(b, "a/", "a/3", 3);
	assert_int_equal(b->count, 2);
	assert_string_equal(b->answer[0].key, "a/4");
	assert_false(b->answer[1].more);
	/* a page that ends with the prefix is the last */
	backend_list(b, "a/", "", 4);
	assert_int_equal(b->count, 5);
	assert_false(b->answer[4].more);
}

static void
what_has_expired_is_not_there(void **state)
{
	struct backend *b = *state;
	struct store_entry e = {
	    .key = "a/k", .size = 1, .value = "x", .expires_ms = now + 10};

	store_put_if(b->store, (struct store_ask){0}, &e);
	assert_int_equal(backend_put(b, "a/stays", 0, "x"), STORE_OK);
	now += 9;
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	uint64_t version = b->got.version;

	now += 1;
	assert_int_equal(backend_get(b, "a/k"), STORE_ABSENT);
	backend_list(b, "a/", "", 10);
	assert_int_equal(b->count, 2);
	assert_string_equal(b->answer[0].key, "a/stays");
	assert_int_equal(backend_put(b, "a/k", version, "y"), STORE_CONFLICT);
	assert_int_equal(b->got.version, 0);
	assert_int_equal(backend_delete(b, "a/k", version), STORE_ABSENT);
	assert_int_equal(backend_put(b, "a/k", 0, "y"), STORE_OK);
	assert_true(b->got.version > version);
	/* the new one has no expiry of the old */
	now += 100000;
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
}

static void
expired_entries_are_removed_and_no_others(void **state)
{
	struct backend *b = *state;
	struct store_entry e = {.size = 1, .value = "x"};

	for (int i = 0; i < 600; i++) {
		snprintf(e.key, sizeof e.key, "a/%d", i);
		e.expires_ms = i % 2 == 0 ? now + 5 : now + 1000;
		store_put_if(b->store, (struct store_ask){0}, &e);
	}
	assert_int_equal(store_flush(b->store), 0);
	now += 10;
	for (int i = 0; i < 4; i++) {
		store_expire(b->store);
		assert_int_equal(store_flush(b->store), 0);
	}
	/* back in time they would show again, were they still there */
	now -= 10;
	backend_list(b, "a/", "", 1000);
	assert_int_equal(b->count, 301);
	now += 10;
}

static void
a_broken_disk_makes_all_of_the_round_unavailable(void **state)
{
	struct backend *b = *state;
	struct store_entry e = {.key = "a/new", .size = 1, .value = "x"};

	assert_int_equal(backend_put(b, "a/k", 0, "one"), STORE_OK);
	uint64_t version = b->got.version;

	backend_break(b, true);
	b->count = 0;
	store_put_if(b->store, (struct store_ask){.id = 1}, &e);
	store_get(b->store, (struct store_ask){.id = 2}, "a/new");
	store_delete_if(b->store, (struct store_ask){.id = 3}, "a/k", version);
	assert_int_equal(store_flush(b->store), -1);
	assert_int_equal(b->count, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(b->answer[i].status, STORE_UNAVAILABLE);
		assert_int_equal(b->answer[i].ask.id, i + 1);
		assert_int_equal(b->answer[i].version, 0);
		assert_int_equal(b->answer[i].size, 0);
	}
	backend_break(b, false);
	/* nothing of it happened, and life goes on with new versions */
	assert_int_equal(backend_get(b, "a/new"), STORE_ABSENT);
	assert_int_equal(backend_get(b, "a/k"), STORE_OK);
	assert_int_equal(b->got.version, version);
	assert_int_equal(backend_put(b, "a/new", 0, "x"), STORE_OK);
	assert_true(b->got.version > version + 1);
}

static int
open_fresh(void **state, const struct backend_kind *kind)
{
	struct backend *b = backend_open(kind);

	*state = b;
	if (b == NULL)
		return -1;
	b->store->now_ms = test_clock;
	return 0;
}

static int
open_ram(void **state)
{
	return open_fresh(state, &backend_ram);
}

static int
open_sqlite(void **state)
{
	return open_fresh(state, &backend_sqlite);
}

static int
close_it(void **state)
{
	backend_close(*state);
	return 0;
}

#define BOTH(test)                                                   \
	{#test " (ram)", test, open_ram, close_it, NULL},            \
	{                                                            \
#test " (sqlite)", test, open_sqlite, close_it, NULL \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    BOTH(a_key_that_was_never_put_is_absent),
	    BOTH(a_put_is_there_with_its_version),
	    BOTH(a_put_on_another_version_conflicts_and_changes_nothing),
	    BOTH(a_key_that_is_put_again_is_there_once),
	    BOTH(of_two_changes_in_one_round_the_second_conflicts),
	    BOTH(answers_come_in_the_order_of_asking_with_their_asker),
	    BOTH(a_delete_wants_the_right_version),
	    BOTH(no_version_comes_twice),
	    BOTH(values_are_bytes_up_to_the_largest),
	    BOTH(keys_are_bytes_up_to_the_longest),
	    BOTH(a_list_has_its_prefix_only_in_order_of_bytes),
	    BOTH(a_list_goes_on_after_a_full_page),
	    BOTH(what_has_expired_is_not_there),
	    BOTH(expired_entries_are_removed_and_no_others),
	    BOTH(a_broken_disk_makes_all_of_the_round_unavailable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
