/* SPDX-License-Identifier: Apache-2.0 */
/* A start does not read the whole log, and what it did not read is verified
 * afterwards. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/record/log_segment.h"
#include "lib/record/segment_head.h"
#include "tests/audit/audit_world.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define RECORDS 40
#define SEGMENT 10000 /* bytes: some seven records */

static struct log_segments list;

static int
set_up(void **state)
{
	struct audit_world *w;

	audit_world_set_up(state);
	w = *state;
	w->segment_bytes = SEGMENT;
	assert_int_equal(audit_world_start(w), 1);
	for (unsigned i = 0; i < RECORDS; i++)
		audit_world_append_and_wait(w, 1);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(log_segment_list(w->f.dir, &list), 0);
	assert_true(list.count > 3);
	return 0;
}

static int
tear_down(void **state)
{
	log_segment_list_free(&list);
	return audit_world_tear_down(state);
}

static const char *
log_name(size_t i)
{
	static char name[LOG_SEGMENT_NAME_SIZE];

	assert_int_equal(log_segment_name(list.first[i], name), 0);
	return name;
}

static const char *
head_name(size_t i)
{
	static char name[LOG_SEGMENT_NAME_SIZE + 8];

	snprintf(name, sizeof name, "%.12s.head", log_name(i));
	return name;
}

/* One bit, in the middle. */
static void
spoil(struct audit_world *w, const char *name)
{
	char *bytes;
	size_t len;

	log_fixture_get(&w->f, name, &bytes, &len);
	bytes[len / 2] ^= 1;
	log_fixture_put(&w->f, name, bytes, len);
	free(bytes);
}

static int
has_head(struct audit_world *w, size_t i)
{
	struct merkle edge;
	int result;

	assert_int_equal(merkle_init(&edge), 0);
	result =
	    segment_head_read(w->f.dir, list.first[i], &w->public_key, &edge);
	merkle_free(&edge);
	return result == 0;
}

static void
assert_has_heads(struct audit_world *w)
{
	for (size_t i = 1; i < list.count; i++)
		if (!has_head(w, i))
			fail_msg("%s", head_name(i));
}

/* audit says so to its parent, and serves. */
static void
assert_says(struct audit_world *w, const char *what)
{
	static struct message m;

	do {
		assert_int_equal(
		    channel_receive(&w->p.control, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
	} while (m.type != MSG_PARENT_STATE_NOTE ||
		 strstr(m.u.PARENT_STATE_NOTE.reason, what) == NULL);
	audit_world_append_and_wait(w, 1);
}

static void
each_segment_that_begins_gets_a_head(void **state)
{
	struct audit_world *w = *state;

	assert_has_heads(w);
	assert_false(has_head(w, 0));
}

static void
what_a_start_did_not_read_is_verified_afterwards(void **state)
{
	struct audit_world *w = *state;
	char text[64];

	spoil(w, log_name(1));
	assert_int_equal(audit_world_start(w), 1);
	snprintf(text, sizeof text, "records %llu to %llu of the log are not",
	    (unsigned long long)list.first[1],
	    (unsigned long long)list.first[2] - 1);
	assert_says(w, text);
	assert_int_equal(audit_world_end(w), 0);
}

/* A head that is gone says nothing of the records before it. */
static void
without_a_head_the_next_one_tells(void **state)
{
	struct audit_world *w = *state;
	char text[64];

	assert_int_equal(unlinkat(w->f.dir, head_name(1), 0), 0);
	spoil(w, log_name(1));
	assert_int_equal(audit_world_start(w), 1);
	snprintf(text, sizeof text, "records %llu to %llu of the log are not",
	    (unsigned long long)list.first[1],
	    (unsigned long long)list.first[2] - 1);
	assert_says(w, text);
	assert_int_equal(audit_world_end(w), 0);
}

static void
what_a_start_reads_has_to_be_what_was_signed(void **state)
{
	struct audit_world *w = *state;

	spoil(w, log_name(list.count - 1));
	audit_world_start_fails(w);
}

static void
a_log_without_heads_is_read_whole_and_gets_them(void **state)
{
	struct audit_world *w = *state;

	for (size_t i = 1; i < list.count; i++)
		assert_int_equal(unlinkat(w->f.dir, head_name(i), 0), 0);
	assert_int_equal(audit_world_start(w), 1);
	assert_has_heads(w);
	assert_int_equal(audit_world_end(w), 0);
	for (size_t i = 1; i < list.count; i++)
		assert_int_equal(unlinkat(w->f.dir, head_name(i), 0), 0);
	spoil(w, log_name(1));
	audit_world_start_fails(w);
	assert_false(has_head(w, 1));
}

/* Hash, size or signature: then the one before it is taken. */
static void
a_head_that_is_not_what_was_signed_is_not_used(void **state)
{
	struct audit_world *w = *state;
	char *bytes;
	size_t len, at;

	log_fixture_get(&w->f, head_name(list.count - 1), &bytes, &len);
	for (at = 0; at < len; at += 13) {
		bytes[at] ^= 1;
		log_fixture_put(&w->f, head_name(list.count - 1), bytes, len);
		bytes[at] ^= 1;
		assert_false(has_head(w, list.count - 1));
	}
	assert_int_equal(audit_world_start(w), 1);
	assert_int_equal(audit_world_end(w), 0);
	assert_true(has_head(w, list.count - 1)); /* written anew */
	for (size_t i = 1; i < list.count; i++)
		spoil(w, head_name(i));
	spoil(w, log_name(1));
	audit_world_start_fails(w); /* it was read from the first record on */
	free(bytes);
}

static void
a_head_of_another_size_is_not_used(void **state)
{
	struct audit_world *w = *state;
	char *bytes;
	size_t len;

	log_fixture_get(&w->f, head_name(1), &bytes, &len);
	log_fixture_put(&w->f, head_name(2), bytes, len);
	assert_false(has_head(w, 2));
	assert_int_equal(errno, EBADMSG);
	free(bytes);
}

static void
a_segment_that_was_moved_away_is_named(void **state)
{
	struct audit_world *w = *state;

	assert_int_equal(
	    renameat(w->f.dir, log_name(1), w->f.dir, "elsewhere"), 0);
	audit_world_start_fails(w);
	assert_non_null(strstr(w->p.why, log_name(1)));
	assert_non_null(strstr(w->p.why, "put back what was moved"));
	assert_int_equal(
	    renameat(w->f.dir, "elsewhere", w->f.dir, log_name(1)), 0);
	assert_int_equal(audit_world_start(w), 1);
	assert_int_equal(audit_world_end(w), 0);
}

/* It has no head that would say so. */
static void
a_log_without_its_first_segment_is_no_start(void **state)
{
	struct audit_world *w = *state;

	assert_int_equal(unlinkat(w->f.dir, log_name(0), 0), 0);
	audit_world_start_fails(w);
}

static void
a_segment_that_is_gone_with_its_head_is_found_afterwards(void **state)
{
	struct audit_world *w = *state;
	char text[64];

	assert_int_equal(unlinkat(w->f.dir, head_name(1), 0), 0);
	assert_int_equal(unlinkat(w->f.dir, log_name(1), 0), 0);
	assert_int_equal(audit_world_start(w), 1);
	snprintf(text, sizeof text, "record %llu of the log is gone",
	    (unsigned long long)list.first[1]);
	assert_says(w, text);
	assert_int_equal(audit_world_end(w), 0);
}

/* What is read begins behind a gap then: it is as if nothing were read. */
static void
a_gap_before_the_last_segment_is_no_start(void **state)
{
	struct audit_world *w = *state;
	size_t gone = list.count - 2;

	assert_int_equal(unlinkat(w->f.dir, head_name(gone), 0), 0);
	assert_int_equal(unlinkat(w->f.dir, log_name(gone), 0), 0);
	audit_world_start_fails(w);
	assert_non_null(strstr(w->p.why, "the log ends with record"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(each_segment_that_begins_gets_a_head),
	    TEST(what_a_start_did_not_read_is_verified_afterwards),
	    TEST(without_a_head_the_next_one_tells),
	    TEST(what_a_start_reads_has_to_be_what_was_signed),
	    TEST(a_log_without_heads_is_read_whole_and_gets_them),
	    TEST(a_head_that_is_not_what_was_signed_is_not_used),
	    TEST(a_head_of_another_size_is_not_used),
	    TEST(a_segment_that_was_moved_away_is_named),
	    TEST(a_log_without_its_first_segment_is_no_start),
	    TEST(a_gap_before_the_last_segment_is_no_start),
	    TEST(a_segment_that_is_gone_with_its_head_is_found_afterwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
