/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/attempt_table.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit.h"

static struct msg_AUDIT_APPEND_REQ
record(uint8_t n)
{
	struct msg_AUDIT_APPEND_REQ r = {.time_ms = 1000 + n, .port = n};

	memset(r.attempt, n, sizeof r.attempt);
	memcpy(r.username, "al\0ice", 6);
	r.username_size = 6;
	strcpy(r.client, "192.0.2.7");
	strcpy(r.service, "sshd");
	strcpy(r.reference, "abcdefgh");
	return r;
}

static void
what_was_open_at_kill_9_is_still_known(void **state)
{
	int fd = memfd_create("slots", 0), status, at = 0;
	struct msg_AUDIT_APPEND_REQ r;
	bool reserved;
	struct attempt_table *s;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		s = attempt_table_open(dup(fd));
		for (uint8_t n = 1; n <= 3; n++) {
			r = record(n);
			attempt_table_take(s, &r);
		}
		r = record(2);
		strcpy(r.subject, "uuid-2");
		strcpy(r.name, "alice");
		attempt_table_write(s, 1, &r);
		attempt_table_reserved(s, 1);
		attempt_table_clear(s, 0);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	s = attempt_table_open(dup(fd));
	assert_non_null(s);
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), 1);
	assert_true(reserved);
	assert_int_equal(r.attempt[0], 2);
	assert_int_equal(r.time_ms, 1002);
	assert_int_equal(r.username_size, 6);
	assert_memory_equal(r.username, "al\0ice", 6);
	assert_string_equal(r.subject, "uuid-2");
	assert_string_equal(r.name, "alice");
	assert_string_equal(r.client, "192.0.2.7");
	assert_string_equal(r.reference, "abcdefgh");
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), 2);
	assert_false(reserved);
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), -1);
	/* its record was in the log after all */
	memset(r.attempt, 3, sizeof r.attempt);
	attempt_table_recorded(s, r.attempt);
	at = 0;
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), 1);
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), -1);
	attempt_table_close(s);
	close(fd);
}

static void
when_all_are_taken_no_attempt_opens(void **state)
{
	struct attempt_table *s = attempt_table_open(memfd_create("slots", 0));
	struct msg_AUDIT_APPEND_REQ r = record(1);

	for (int i = 0; i < ATTEMPT_TABLE_COUNT; i++)
		assert_true(attempt_table_take(s, &r) >= 0);
	assert_int_equal(attempt_table_take(s, &r), -1);
	attempt_table_clear(s, 7);
	assert_int_equal(attempt_table_take(s, &r), 7);
	attempt_table_close(s);
}

static void
a_file_of_another_make_is_begun_anew(void **state)
{
	int fd = memfd_create("slots", 0), at = 0;
	struct msg_AUDIT_APPEND_REQ r;
	bool reserved;
	struct attempt_table *s;

	assert_int_equal(write(fd, "not a table at all", 18), 18);
	s = attempt_table_open(fd);
	assert_non_null(s);
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), -1);
	attempt_table_close(s);
}

static void
a_table_of_another_release_is_refused_and_left_as_it_is(void **state)
{
	int fd = memfd_create("slots", 0);
	struct attempt_table *s = attempt_table_open(dup(fd));
	uint32_t found, later = 3;

	assert_non_null(s);
	attempt_table_close(s);
	assert_int_equal(pwrite(fd, &later, sizeof later, 4), sizeof later);
	assert_int_equal(ftruncate(fd, 4096), 0); /* and of another size */
	assert_null(attempt_table_open(dup(fd)));
	assert_int_equal(pread(fd, &found, sizeof found, 4), sizeof found);
	assert_int_equal(found, later);
	assert_int_equal(lseek(fd, 0, SEEK_END), 4096);
	close(fd);
}

/* Of a record that the table does not hold whole, only its attempt is told. */
static void
a_slot_that_was_damaged_is_an_attempt_and_no_more(void **state)
{
	int fd = memfd_create("slots", 0), at = 0;
	struct attempt_table *s = attempt_table_open(dup(fd));
	struct msg_AUDIT_APPEND_REQ r = record(2);
	off_t size = lseek(fd, 0, SEEK_END);
	bool reserved;
	uint8_t *file, *text;

	assert_int_equal(attempt_table_take(s, &r), 0);
	attempt_table_close(s);
	file =
	    mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(file, MAP_FAILED);
	text = memmem(file, (size_t)size, "192.0.2.7", 9);
	assert_non_null(text);
	text[-1] = 0xff; /* its length */
	munmap(file, (size_t)size);
	s = attempt_table_open(fd);
	assert_non_null(s);
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), 0);
	assert_int_equal(r.attempt[0], 2);
	assert_int_equal(r.time_ms, 0);
	assert_string_equal(r.reference, "");
	attempt_table_close(s);
}

/* The bytes as version 1 wrote them: at these offsets, of a fixed size. */
static void
what_version_1_left_open_goes_on(void **state)
{
	enum { HEAD = 16, SIZE = 888, OPEN = 3 };
	static uint8_t file[HEAD + 4096 * SIZE];
	const uint32_t head[4] = {0x53505f41, 1, SIZE, 4096};
	uint8_t *slot = file + HEAD + OPEN * SIZE;
	int fd = memfd_create("slots", 0), at = 0;
	struct msg_AUDIT_APPEND_REQ r;
	const uint16_t sizes[2] = {6, 50222};
	const int64_t time_ms = 1002;
	struct attempt_table *s;
	bool reserved;

	memcpy(file, head, sizeof head);
	memcpy(slot, &head[0], 4);
	memcpy(slot + 4, sizes, sizeof sizes);
	memcpy(slot + 8, &time_ms, sizeof time_ms);
	memset(slot + 16, 2, 16);
	memcpy(slot + 32, "abcdefgh", 8);
	memcpy(slot + 49, "al\0ice", 6);
	memcpy(slot + 305, "alice", 5);
	memcpy(slot + 562, "uuid-2", 6);
	memcpy(slot + 691, "192.0.2.7", 9);
	memcpy(slot + 756, "sshd", 4);
	memset(slot + 821, 'x', 65); /* no NUL */
	slot[886] = 1;
	assert_int_equal(write(fd, file, sizeof file), sizeof file);
	s = attempt_table_open(dup(fd));
	assert_non_null(s);
	assert_true(attempt_table_left(s, &at, &r, &reserved) >= 0);
	assert_true(reserved);
	assert_int_equal(r.attempt[0], 2);
	assert_int_equal(r.time_ms, 1002);
	assert_int_equal(r.port, 50222);
	assert_int_equal(r.username_size, 6);
	assert_memory_equal(r.username, "al\0ice", 6);
	assert_string_equal(r.subject, "uuid-2");
	assert_string_equal(r.name, "alice");
	assert_string_equal(r.client, "192.0.2.7");
	assert_string_equal(r.service, "sshd");
	assert_string_equal(r.reference, "abcdefgh");
	assert_int_equal(strlen(r.tty), 64);
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), -1);
	attempt_table_close(s);
	/* and once only: it is a file of today now */
	s = attempt_table_open(fd);
	at = 0;
	assert_true(attempt_table_left(s, &at, &r, &reserved) >= 0);
	assert_string_equal(r.name, "alice");
	attempt_table_close(s);
	/* the log has its record already: it gets no other */
	fd = memfd_create("slots", 0);
	assert_int_equal(write(fd, file, sizeof file), sizeof file);
	s = attempt_table_open(fd);
	at = 0;
	attempt_table_recorded(s, r.attempt);
	assert_int_equal(attempt_table_left(s, &at, &r, &reserved), -1);
	attempt_table_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_open_at_kill_9_is_still_known),
	    cmocka_unit_test(what_version_1_left_open_goes_on),
	    cmocka_unit_test(when_all_are_taken_no_attempt_opens),
	    cmocka_unit_test(a_file_of_another_make_is_begun_anew),
	    cmocka_unit_test(a_slot_that_was_damaged_is_an_attempt_and_no_more),
	    cmocka_unit_test(
		a_table_of_another_release_is_refused_and_left_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
