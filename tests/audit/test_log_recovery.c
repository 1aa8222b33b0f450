/* SPDX-License-Identifier: Apache-2.0 */
/* What a start takes as its log, and what it refuses. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/role/sandbox.h"
#include "lib/conf/conf.h"
#include "lib/record/checkpoint_file.h"
#include "lib/record/log_reader.h"
#include "lib/record/log_segment.h"
#include "lib/record/log_verify.h"
#include "lib/record/record_parse.h"
#include "tests/audit/role_fixture.h"
#include "tests/record/log_fixture.h"
#include "tests/audit/audit_world.h"
#include "tests/support/unit.h"

static void
an_unfinished_line_is_cut_and_the_next_record_says_so(void **state)
{
	struct audit_world *w = *state;
	struct log_reader reader;
	struct log_line line;
	struct record_parsed parsed;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 10);
	assert_int_equal(audit_world_end(w), 0);
	audit_world_add_bytes(w, "{\"class_uid\":3002,\"cat", 22);
	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 2);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(audit_world_check_log(w), 12);
	assert_int_equal(log_reader_open(&reader, w->f.dir, 11), 0);
	assert_int_equal(log_reader_next(&reader, &line), LOG_READ_LINE);
	assert_int_equal(record_parse(line.text, line.len, &parsed), 0);
	assert_int_equal(parsed.place.cut, 22);
	assert_int_equal(log_reader_next(&reader, &line), LOG_READ_LINE);
	assert_int_equal(record_parse(line.text, line.len, &parsed), 0);
	assert_int_equal(parsed.place.cut, 0);
	log_reader_close(&reader);
}

static void
a_log_that_is_not_the_signed_one_is_refused(void **state)
{
	struct audit_world *w = *state;
	char *bytes, *checkpoint;
	size_t len, checkpoint_len;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 20);
	assert_int_equal(audit_world_end(w), 0);
	log_fixture_get(&w->f, AUDIT_WORLD_FIRST, &bytes, &len);
	log_fixture_get(&w->f, CHECKPOINT_FILE, &checkpoint, &checkpoint_len);

	log_fixture_put(
	    &w->f, AUDIT_WORLD_FIRST, bytes, len - 1); /* torn, but signed */
	audit_world_start_fails(w);
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes, len / 2);
	audit_world_start_fails(w);
	bytes[len / 2] ^= 1;
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes, len);
	audit_world_start_fails(w);
	bytes[len / 2] ^= 1;
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes, len);
	audit_world_add_bytes(w, "{}\n", 3); /* whole, and no record */
	audit_world_start_fails(w);
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes, len);
	log_fixture_put(&w->f, "000000000099.log", "", 0);
	audit_world_start_fails(w);
	assert_int_equal(unlinkat(w->f.dir, "000000000099.log", 0), 0);
	assert_int_equal(unlinkat(w->f.dir, CHECKPOINT_FILE, 0), 0);
	audit_world_start_fails(w);
	checkpoint[checkpoint_len - 8] ^= 1;
	log_fixture_put(&w->f, CHECKPOINT_FILE, checkpoint, checkpoint_len);
	audit_world_start_fails(w);
	checkpoint[checkpoint_len - 8] ^= 1;
	log_fixture_put(&w->f, CHECKPOINT_FILE, checkpoint, checkpoint_len);
	assert_int_equal(unlinkat(w->f.dir, AUDIT_WORLD_FIRST, 0), 0);
	audit_world_start_fails(w);

	/* and with all as it was it is taken */
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes, len);
	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 1);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(audit_world_check_log(w), 21);
	free(bytes);
	free(checkpoint);
}

static void
a_log_that_another_one_writes_is_left_alone(void **state)
{
	struct audit_world *w = *state;
	int dir = openat(w->f.dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_int_equal(log_segment_lock(dir), 0);
	audit_world_start_fails(w);
	assert_non_null(strstr(w->p.why, "another program writes it"));
	close(dir);
	assert_int_equal(audit_world_start(w), 1);
	/* and nobody else while it serves */
	assert_int_equal(log_segment_lock(w->f.dir), -1);
	assert_int_equal(audit_world_end(w), 0);
}

/* The parent shows it as the state: which file, and what to do. */
static void
a_start_without_the_oldest_segment_names_it(void **state)
{
	struct audit_world *w = *state;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 3);
	assert_int_equal(audit_world_end(w), 0);
	assert_int_equal(
	    renameat(w->f.dir, AUDIT_WORLD_FIRST, w->f.dir, "000000000005.log"),
	    0);
	audit_world_start_fails(w);
	assert_non_null(strstr(w->p.why, "000000000001.log, the log's oldest "
					 "segment, is gone, and the oldest "
					 "there is 000000000005.log"));
	assert_int_equal(
	    renameat(w->f.dir, "000000000005.log", w->f.dir, AUDIT_WORLD_FIRST),
	    0);
	assert_int_equal(audit_world_start(w), 1);
	assert_int_equal(audit_world_end(w), 0);
}

/* Behind the last checkpoint nothing is signed, but each record has the hash
 * of the one before it. */
static void
a_record_that_does_not_follow_from_the_one_before_is_refused(void **state)
{
	static const char member[] = "\"prev\":\"";
	struct audit_world *w = *state;
	char *bytes, *at, *last = NULL;
	size_t len;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 5);
	role_fixture_kill(&w->p);
	channel_close(&w->authority);
	channel_close(&w->forward);
	log_fixture_get(&w->f, AUDIT_WORLD_FIRST, &bytes, &len);
	for (at = bytes; at != NULL; at = memmem(at, len - (size_t)(at - bytes),
					 member, sizeof member - 1)) {
		last = at;
		at += sizeof member - 1;
	}
	assert_true(last != NULL && last > bytes);
	last += sizeof member - 1;
	*last = *last == '0' ? '1' : '0';
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes, len);
	audit_world_start_fails(w);
	free(bytes);
}

/* As cp(1) of a line would make: its place in the log is not its own. */
static void
a_record_in_another_place_than_its_own_is_refused(void **state)
{
	static const char member[] = "\"sequence\":5";
	struct audit_world *w = *state;
	char *bytes, *at;
	size_t len;

	assert_int_equal(audit_world_start(w), 1);
	audit_world_append_and_wait(w, 5);
	role_fixture_kill(&w->p);
	channel_close(&w->authority);
	channel_close(&w->forward);
	log_fixture_get(&w->f, AUDIT_WORLD_FIRST, &bytes, &len);
	at = memmem(bytes, len, member, sizeof member - 1);
	assert_non_null(at);
	at[sizeof member - 2] = '6';
	log_fixture_put(&w->f, AUDIT_WORLD_FIRST, bytes, len);
	audit_world_start_fails(w);
	free(bytes);
}

/* Without it nobody could tell later that the log was taken away. */
static void
a_log_without_its_first_checkpoint_does_not_begin(void **state)
{
	struct audit_world *w = *state;

	assert_int_equal(mkdirat(w->f.dir, CHECKPOINT_FILE ".new", 0700), 0);
	audit_world_start_fails(w);
	assert_int_equal(
	    unlinkat(w->f.dir, CHECKPOINT_FILE ".new", AT_REMOVEDIR), 0);
	assert_int_equal(audit_world_start(w), 1);
	assert_int_equal(audit_world_end(w), 0);
}

/* One that cannot be read is not one that was never written. */
static void
a_checkpoint_that_cannot_be_read_begins_no_log(void **state)
{
	struct audit_world *w = *state;

	assert_int_equal(symlinkat("nowhere", w->f.dir, CHECKPOINT_FILE), 0);
	audit_world_start_fails(w);
	assert_int_equal(unlinkat(w->f.dir, CHECKPOINT_FILE, 0), 0);
	assert_int_equal(audit_world_start(w), 1);
	assert_int_equal(audit_world_end(w), 0);
}

#define TEST(name)                       \
	cmocka_unit_test_setup_teardown( \
	    name, audit_world_set_up, audit_world_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(an_unfinished_line_is_cut_and_the_next_record_says_so),
	    TEST(a_log_that_is_not_the_signed_one_is_refused),
	    TEST(a_log_that_another_one_writes_is_left_alone),
	    TEST(a_start_without_the_oldest_segment_names_it),
	    TEST(a_record_that_does_not_follow_from_the_one_before_is_refused),
	    TEST(a_record_in_another_place_than_its_own_is_refused),
	    TEST(a_log_without_its_first_checkpoint_does_not_begin),
	    TEST(a_checkpoint_that_cannot_be_read_begins_no_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
