/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer when the disk fails: the k-th call of each kind, for every k until
 * a run goes through untouched.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "lib/record/segment.h"
#include "lib/record/log_reader.h"
#include "tests/record/log_fixture.h"
#include "tests/support/unit.h"

enum call { NONE, PWRITE, SHORT_PWRITE, FDATASYNC, FSYNC, FTRUNCATE, CALLS };

static enum call failing;
static unsigned countdown; /* this one fails; 0: none does any more */
static int failure;
static unsigned after; /* writes and syncs tried after the failure */
static int failed;

/* 1 when this call is the one to fail. */
static int
fails(enum call call)
{
	if (failed && call != FTRUNCATE)
		after++;
	if (call != failing || countdown == 0 || --countdown > 0)
		return 0;
	failed = 1;
	errno = failure;
	return 1;
}

ssize_t __real_pwrite(int fd, const void *buf, size_t len, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *buf, size_t len, off_t offset);
int __wrap_fdatasync(int fd);
int __wrap_fsync(int fd);
int __real_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len);

/* A full disk takes a part first, then nothing. */
ssize_t
__wrap_pwrite(int fd, const void *buf, size_t len, off_t offset)
{
	if (fails(PWRITE))
		return -1;
	if (failing == SHORT_PWRITE && countdown == 2 && len > 1)
		len /= 2;
	if (fails(SHORT_PWRITE))
		return -1;
	return __real_pwrite(fd, buf, len, offset);
}

/* No power is lost here: what is written need not reach the disk. */
int
__wrap_fdatasync(int fd)
{
	(void)fd;
	return fails(FDATASYNC) ? -1 : 0;
}

int
__wrap_fsync(int fd)
{
	(void)fd;
	return fails(FSYNC) ? -1 : 0;
}

int
__wrap_ftruncate(int fd, off_t len)
{
	return fails(FTRUNCATE) ? -1 : __real_ftruncate(fd, len);
}

#define LINE_SIZE 900
#define BATCHES 12
#define BATCH 3
#define LIMIT 8000

static void
make_line(char line[LINE_SIZE], unsigned number)
{
	memset(line, 'x', LINE_SIZE);
	line[snprintf(line, LINE_SIZE, "%u ", number)] = 'x';
}

/* Appends and commits; returns the number of records that count. */
static unsigned
write_all(struct log_fixture *f, struct segment *s)
{
	char line[LINE_SIZE];
	unsigned committed = 0;

	if (segment_open(s, f->dir, &(struct segment_place){1, 0, 1}, LIMIT) <
	    0) {
		assert_int_equal(s->poisoned, 1);
		return 0;
	}
	for (unsigned b = 0; b < BATCHES; b++) {
		for (unsigned i = 1; i <= BATCH; i++) {
			make_line(line, committed + i);
			assert_int_equal(
			    segment_append(s, line, sizeof line), 0);
		}
		if (segment_commit(s) < 0)
			break;
		committed += BATCH;
		assert_int_equal(s->next, committed + 1);
	}
	return committed;
}

/* Nothing goes on after the first error. */
static void
assert_poisoned(struct segment *s)
{
	unsigned before = after;

	assert_int_equal(s->poisoned, 1);
	assert_int_equal(segment_append(s, "x", 1), -1);
	assert_int_equal(segment_commit(s), -1);
	segment_close(s);
	assert_int_equal(after, before);
	assert_int_equal(after, 0);
}

static void
assert_log(struct log_fixture *f, unsigned committed, int exactly)
{
	struct log_reader reader;
	struct log_line line;
	char expected[LINE_SIZE];
	unsigned count = 0;

	assert_int_equal(log_reader_open(&reader, f->dir, 1), 0);
	while (log_reader_next(&reader, &line) == LOG_READ_LINE) {
		make_line(expected, ++count);
		assert_int_equal(line.sequence, count);
		assert_int_equal(line.len, LINE_SIZE);
		assert_memory_equal(line.text, expected, LINE_SIZE);
	}
	log_reader_close(&reader);
	assert_true(count >= committed);
	if (exactly)
		assert_int_equal(count, committed);
}

/* 1 when the run met no failure. */
static int
one_run(enum call call, unsigned k, int error)
{
	static struct segment s;
	struct log_fixture f;
	unsigned committed;
	int untouched;

	failing = NONE;
	log_fixture_open(&f);
	failing = call;
	countdown = k;
	failure = error;
	failed = 0;
	after = 0;
	committed = write_all(&f, &s);
	untouched = !failed;
	if (s.poisoned)
		assert_poisoned(&s);
	else
		assert_int_equal(committed, BATCHES * BATCH);
	failing = NONE;
	if (!s.poisoned)
		segment_close(&s);
	assert_log(&f, committed, 1);
	log_fixture_close(&f);
	return untouched;
}

static void
no_failure_loses_or_invents_a_record(void **state)
{
	static const int errors[] = {EIO, ENOSPC, EDQUOT};

	for (int call = PWRITE; call < CALLS; call++)
		for (size_t e = 0; e < 3; e++) {
			unsigned k = 1;

			while (!one_run((enum call)call, k, errors[e]))
				assert_true(++k < 500);
			assert_true(k > 1); /* it is called at all */
		}
}

/* The log goes on behind its last whole line, whatever stands there. */
static void
what_stands_behind_the_end_is_cut(void **state)
{
	static struct segment s;
	struct log_fixture f;
	char line[LINE_SIZE];

	failing = NONE;
	log_fixture_open(&f);
	assert_int_equal(
	    segment_open(&s, f.dir, &(struct segment_place){1, 0, 1}, 1 << 20),
	    0);
	for (unsigned i = 1; i <= 2; i++) {
		make_line(line, i);
		assert_int_equal(segment_append(&s, line, sizeof line), 0);
	}
	assert_int_equal(segment_commit(&s), 0);
	segment_close(&s);
	assert_int_equal(
	    segment_open(&s, f.dir,
		&(struct segment_place){1, LINE_SIZE + 1, 2}, 1 << 20),
	    0);
	assert_log(&f, 1, 1);
	make_line(line, 2);
	assert_int_equal(segment_append(&s, line, sizeof line), 0);
	assert_int_equal(segment_commit(&s), 0);
	segment_close(&s);
	assert_log(&f, 2, 1);
	log_fixture_close(&f);
}

static void
a_full_batch_asks_for_a_commit(void **state)
{
	static struct segment s;
	static char line[100000];
	struct log_fixture f;
	unsigned taken = 0;

	failing = NONE;
	memset(line, 'x', sizeof line);
	log_fixture_open(&f);
	assert_int_equal(
	    segment_open(&s, f.dir, &(struct segment_place){1, 0, 1}, 1 << 20),
	    0);
	while (segment_append(&s, line, sizeof line) == 0)
		taken++;
	assert_int_equal(taken, SEGMENT_BATCH_MAX / (sizeof line + 1));
	assert_int_equal(segment_commit(&s), 0);
	assert_int_equal(s.next, taken + 1);
	assert_int_equal(segment_append(&s, line, sizeof line), 0);
	segment_close(&s);
	log_fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_failure_loses_or_invents_a_record),
	    cmocka_unit_test(what_stands_behind_the_end_is_cut),
	    cmocka_unit_test(a_full_batch_asks_for_a_commit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
