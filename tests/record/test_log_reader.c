/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/record/segment.h"
#include "lib/record/log_reader.h"
#include "lib/record/record_parse.h"
#include "tests/record/log_fixture.h"
#include "tests/support/unit.h"

static int
setup(void **state)
{
	struct log_fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	log_fixture_open(f);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	log_fixture_close(*state);
	free(*state);
	return 0;
}

static void
reading_starts_at_any_record(void **state)
{
	struct log_fixture *f = *state;
	struct log_reader r;
	struct log_line line;
	struct record_parsed parsed;

	log_fixture_write(f, 40, 40, 5000);
	for (uint64_t from = 1; from <= 40; from++) {
		assert_int_equal(log_reader_open(&r, f->dir, from), 0);
		for (uint64_t i = from; i <= 40; i++) {
			assert_int_equal(
			    log_reader_next(&r, &line), LOG_READ_LINE);
			assert_int_equal(line.sequence, i);
			assert_int_equal(
			    record_parse(line.text, line.len, &parsed), 0);
			assert_int_equal(parsed.place.sequence, i);
		}
		assert_int_equal(log_reader_next(&r, &line), LOG_READ_END);
		log_reader_close(&r);
	}
	/* the next one, which is not there yet, but no later one */
	assert_int_equal(log_reader_open(&r, f->dir, 41), 0);
	assert_int_equal(log_reader_next(&r, &line), LOG_READ_END);
	log_reader_close(&r);
	assert_int_equal(log_reader_open(&r, f->dir, 42), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(log_reader_open(&r, f->dir, 0), -1);
}

/* From before the first record, over every rotation, one record at a time. */
static void
a_reader_follows_the_writer(void **state)
{
	static struct segment s;
	struct log_fixture *f = *state;
	struct log_reader r;
	struct log_line line;
	char text[900];

	memset(text, 'x', sizeof text);
	assert_int_equal(log_reader_open(&r, f->dir, 1), 0);
	assert_int_equal(log_reader_next(&r, &line), LOG_READ_END);
	assert_int_equal(
	    segment_open(&s, f->dir, &(struct segment_place){1, 0, 1}, 4000),
	    0);
	for (uint64_t i = 1; i <= 30; i++) {
		assert_int_equal(log_reader_next(&r, &line), LOG_READ_END);
		assert_int_equal(segment_append(&s, text, sizeof text), 0);
		assert_int_equal(log_reader_next(&r, &line), LOG_READ_END);
		assert_int_equal(segment_commit(&s), 0);
		assert_int_equal(log_reader_next(&r, &line), LOG_READ_LINE);
		assert_int_equal(line.sequence, i);
		assert_int_equal(line.len, sizeof text);
	}
	segment_close(&s);
	assert_int_equal(log_reader_next(&r, &line), LOG_READ_END);
	log_reader_close(&r);
}

static void
a_log_that_begins_later_is_not_whole(void **state)
{
	struct log_fixture *f = *state;
	struct log_reader r;

	log_fixture_put(f, "000000000005.log", "{}\n", 3);
	assert_int_equal(log_reader_open(&r, f->dir, 1), -1);
	assert_int_equal(errno, ENOENT);
}

/* Whether a tail is torn is not told by a disk that does not answer. */
static void
what_cannot_be_read_is_not_torn(void **state)
{
	struct log_fixture *f = *state;
	uint64_t bytes;
	struct log_reader r;
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	log_fixture_write(f, 3, 3, 5000);
	assert_int_equal(log_reader_open(&r, f->dir, 1), 0);
	assert_int_equal(dup2(fd, r.fd), r.fd);
	close(fd);
	assert_int_equal(log_reader_torn(&r, &bytes), -1);
	log_reader_close(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		reading_starts_at_any_record, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_reader_follows_the_writer, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_log_that_begins_later_is_not_whole, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		what_cannot_be_read_is_not_torn, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
