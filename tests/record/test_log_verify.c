/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/record/checkpoint_file.h"
#include "lib/record/log_segment.h"
#include "lib/record/log_verify.h"
#include "tests/record/log_fixture.h"
#include "tests/support/unit.h"

#define RECORDS 60
#define BIG (64 * 1024 * 1024)
#define FIRST "000000000001.log"

/* A signed log of RECORDS in one file, and its bytes to play with. */
struct world {
	struct log_fixture f;
	struct log_key key; /* the public half only */
	char *bytes;
	size_t len;
	size_t start[RECORDS + 2]; /* of line i, from 1; [RECORDS + 1] = len */
};

static int
setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	size_t at = 0;

	assert_non_null(w);
	log_fixture_open(&w->f);
	log_fixture_write(&w->f, RECORDS, RECORDS, BIG);
	log_fixture_get(&w->f, FIRST, &w->bytes, &w->len);
	for (unsigned i = 1; i <= RECORDS; i++) {
		w->start[i] = at;
		at = (size_t)((char *)memchr(w->bytes + at, '\n', w->len - at) -
			      w->bytes) +
		     1;
	}
	assert_int_equal(at, w->len);
	w->start[RECORDS + 1] = at;
	assert_int_equal(log_key_parse_public(&w->key, fixture_public_pem,
			     strlen(fixture_public_pem)),
	    0);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	log_key_free(&w->key);
	log_fixture_close(&w->f);
	free(w->bytes);
	free(w);
	return 0;
}

static struct log_verify_report
verify(struct world *w, enum log_verify_result expected)
{
	struct log_verify_report report;

	assert_int_equal(log_verify(w->f.dir, &w->key, &report), expected);
	return report;
}

static void
a_whole_log_is_good(void **state)
{
	struct world *w = *state;
	struct log_verify_report report = verify(w, LOG_VERIFY_GOOD);

	assert_int_equal(report.records, RECORDS);
	assert_int_equal(report.signed_size, RECORDS);
	assert_int_equal(report.torn, 0);
}

/* One bit of every STEPth byte, and every newline: the record is named, each
 * time. */
static void
flip(struct world *w, unsigned records, size_t step)
{
	unsigned record = 1;
	int fd = openat(w->f.dir, FIRST, O_RDWR);

	for (size_t at = 0; at < w->start[records + 1]; at++) {
		char flipped = (char)(w->bytes[at] ^ 1 << at % 8);

		if (at >= w->start[record + 1])
			record++;
		if (at % step != 0 && at + 1 != w->start[record + 1])
			continue;
		assert_int_equal(pwrite(fd, &flipped, 1, (off_t)at), 1);
		if (verify(w, LOG_VERIFY_BAD).bad != record)
			fail_msg("byte %zu of record %u", at - w->start[record],
			    record);
		assert_int_equal(pwrite(fd, w->bytes + at, 1, (off_t)at), 1);
	}
	close(fd);
	verify(w, LOG_VERIFY_GOOD);
}

static void
flipped_bytes_of_a_long_log_name_their_record(void **state)
{
	flip(*state, RECORDS, 127);
}

static void
every_flipped_byte_of_a_short_log_names_its_record(void **state)
{
	struct world *w = *state;

	log_fixture_put(&w->f, FIRST, "", 0);
	log_fixture_write(&w->f, 4, 4, BIG);
	flip(w, 4, 1);
}

static void
a_cut_tail_names_the_first_missing_record(void **state)
{
	struct world *w = *state;

	for (unsigned keep = 0; keep < RECORDS; keep++) {
		log_fixture_put(&w->f, FIRST, w->bytes, w->start[keep + 1]);
		assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, keep + 1);
		/* and inside the next line */
		log_fixture_put(
		    &w->f, FIRST, w->bytes, w->start[keep + 1] + 100);
		assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, keep + 1);
	}
	assert_int_equal(unlinkat(w->f.dir, FIRST, 0), 0);
	assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, 1);
}

/* The lines of ORDER, 0 ends it. */
static void
put_lines(struct world *w, const unsigned *order)
{
	char *bytes = malloc(w->len * 2);
	size_t len = 0;

	assert_non_null(bytes);
	for (; *order != 0; order++) {
		size_t size = w->start[*order + 1] - w->start[*order];

		memcpy(bytes + len, w->bytes + w->start[*order], size);
		len += size;
	}
	log_fixture_put(&w->f, FIRST, bytes, len);
	free(bytes);
}

static void
moved_and_removed_and_repeated_records_are_named(void **state)
{
	struct world *w = *state;
	unsigned order[RECORDS + 2] = {0};

	for (unsigned at = 0; at + 1 < RECORDS; at++) {
		for (unsigned i = 0; i < RECORDS; i++)
			order[i] = i + 1;
		order[at] = at + 2; /* swapped with the next */
		order[at + 1] = at + 1;
		put_lines(w, order);
		assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, at + 1);
		for (unsigned i = at; i < RECORDS; i++)
			order[i] = i + 2; /* removed */
		order[RECORDS - 1] = 0;
		put_lines(w, order);
		assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, at + 1);
		for (unsigned i = at; i <= RECORDS; i++)
			order[i] = i == at ? i + 1 : i; /* in twice */
		order[at + 1] = at + 1;
		put_lines(w, order);
		assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, at + 2);
		memset(order, 0, sizeof order);
	}
}

/* Everything from one record on is written anew, chain and all, by somebody
 * without the key. */
static void
a_rewritten_history_is_not_the_signed_one(void **state)
{
	struct world *w = *state;
	struct log_fixture other;
	char *bytes;
	size_t len;

	log_fixture_open(&other);
	other.shift = 1;
	log_fixture_write(&other, RECORDS, RECORDS, BIG);
	log_fixture_get(&other, FIRST, &bytes, &len);
	log_fixture_put(&w->f, FIRST, bytes, len);
	assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, RECORDS);
	free(bytes);
	log_fixture_close(&other);
}

static void
a_checkpoint_that_is_not_ours_is_no_checkpoint(void **state)
{
	struct world *w = *state;
	char *bytes;
	size_t len;

	log_fixture_get(&w->f, CHECKPOINT_FILE, &bytes, &len);
	bytes[strlen(FIXTURE_ORIGIN) + 6] ^= 1; /* a root nobody signed */
	log_fixture_put(&w->f, CHECKPOINT_FILE, bytes, len);
	free(bytes);
	assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, 0);
	assert_int_equal(unlinkat(w->f.dir, CHECKPOINT_FILE, 0), 0);
	verify(w, LOG_VERIFY_BAD);
}

/* Yesterday's copy of the directory verifies by itself; a checkpoint that was
 * kept elsewhere shows what is missing. */
static void
a_kept_checkpoint_shows_an_old_copy_and_a_fork(void **state)
{
	struct world *w = *state;
	struct log_fixture old;
	struct log_verify_report report;

	log_fixture_open(&old);
	log_fixture_write(&old, 40, 40, BIG);
	assert_int_equal(
	    log_verify(old.dir, &w->key, &report), LOG_VERIFY_GOOD);
	assert_int_equal(log_verify_kept(old.dir, w->f.dir, CHECKPOINT_FILE,
			     &w->key, &report),
	    LOG_VERIFY_BAD);
	assert_int_equal(report.bad, 41);
	/* the other way round it is a prefix */
	assert_int_equal(log_verify_kept(w->f.dir, old.dir, CHECKPOINT_FILE,
			     &w->key, &report),
	    LOG_VERIFY_GOOD);
	log_fixture_close(&old);

	/* same key, other records: a fork */
	log_fixture_open(&old);
	{
		struct merkle tree;
		uint8_t root[MERKLE_HASH_SIZE];

		assert_int_equal(merkle_init(&tree), 0);
		assert_int_equal(merkle_leaf(&tree, "another", 7, root), 0);
		assert_int_equal(
		    checkpoint_file_write(old.dir, &old.key, 50, root), 0);
		merkle_free(&tree);
	}
	assert_int_equal(log_verify_kept(w->f.dir, old.dir, CHECKPOINT_FILE,
			     &w->key, &report),
	    LOG_VERIFY_BAD);
	log_fixture_close(&old);
}

static void
segments_are_one_log(void **state)
{
	struct world *w = *state;
	struct log_fixture f;
	struct log_segments list;
	struct log_verify_report report;
	char name[LOG_SEGMENT_NAME_SIZE];

	log_fixture_open(&f);
	log_fixture_write(&f, RECORDS, RECORDS - 10, 5000);
	assert_int_equal(log_segment_list(f.dir, &list), 0);
	assert_true(list.count > 10);
	assert_int_equal(log_verify(f.dir, &w->key, &report), LOG_VERIFY_GOOD);
	assert_int_equal(report.records, RECORDS);

	/* a file that belongs to no place in the sequence */
	log_fixture_put(&f, "000000000555.log", "{}\n", 3);
	assert_int_equal(log_verify(f.dir, &w->key, &report), LOG_VERIFY_BAD);
	assert_int_equal(unlinkat(f.dir, "000000000555.log", 0), 0);

	/* one of them gone, from the unsigned end to the beginning */
	for (size_t i = list.count; i-- > 0;) {
		assert_int_equal(log_segment_name(list.first[i], name), 0);
		assert_int_equal(renameat(f.dir, name, f.dir, "away"), 0);
		if (list.first[i] > RECORDS - 10 && i == list.count - 1) {
			/* behind the checkpoint nothing tells */
			assert_int_equal(log_verify(f.dir, &w->key, &report),
			    LOG_VERIFY_GOOD);
			assert_int_equal(report.records, list.first[i] - 1);
		} else {
			assert_int_equal(log_verify(f.dir, &w->key, &report),
			    LOG_VERIFY_BAD);
			assert_int_equal(report.bad, list.first[i]);
		}
		assert_int_equal(renameat(f.dir, "away", f.dir, name), 0);
	}
	assert_int_equal(log_verify(f.dir, &w->key, &report), LOG_VERIFY_GOOD);
	log_segment_list_free(&list);
	log_fixture_close(&f);
}

static void
set_aside_space_and_an_unfinished_line_are_no_fault(void **state)
{
	struct world *w = *state;
	char *bytes = calloc(1, w->len + 5000);

	assert_non_null(bytes);
	memcpy(bytes, w->bytes, w->len);
	log_fixture_put(&w->f, FIRST, bytes, w->len + 5000);
	assert_int_equal(verify(w, LOG_VERIFY_GOOD).torn, 0);
	memcpy(bytes + w->len, "{\"class_uid\":3002", 17);
	log_fixture_put(&w->f, FIRST, bytes, w->len + 5000);
	assert_int_equal(verify(w, LOG_VERIFY_GOOD).torn, 17);
	/* a whole line that is no record is one */
	memcpy(bytes + w->len, "{}\n", 3);
	log_fixture_put(&w->f, FIRST, bytes, w->len + 3);
	assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, RECORDS + 1);
	free(bytes);
}

static void
a_line_without_end_is_not_read_for_ever(void **state)
{
	struct world *w = *state;
	size_t size = w->len + 300000;
	char *bytes = malloc(size);

	assert_non_null(bytes);
	memcpy(bytes, w->bytes, w->len);
	memset(bytes + w->len, 'x', 300000);
	log_fixture_put(&w->f, FIRST, bytes, size);
	assert_int_equal(verify(w, LOG_VERIFY_BAD).bad, RECORDS + 1);
	free(bytes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_whole_log_is_good, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		flipped_bytes_of_a_long_log_name_their_record, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		every_flipped_byte_of_a_short_log_names_its_record, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		a_checkpoint_that_is_not_ours_is_no_checkpoint, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		a_cut_tail_names_the_first_missing_record, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		moved_and_removed_and_repeated_records_are_named, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		a_rewritten_history_is_not_the_signed_one, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_kept_checkpoint_shows_an_old_copy_and_a_fork, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		segments_are_one_log, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		set_aside_space_and_an_unfinished_line_are_no_fault, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		a_line_without_end_is_not_read_for_ever, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
