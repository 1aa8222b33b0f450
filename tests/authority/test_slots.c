/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/slots.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

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
	struct slots *s;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		s = slots_open(dup(fd));
		for (uint8_t n = 1; n <= 3; n++) {
			r = record(n);
			slots_take(s, &r);
		}
		slots_subject(s, 1, "uuid-2", "alice");
		slots_reserved(s, 1);
		slots_clear(s, 0);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	s = slots_open(dup(fd));
	assert_non_null(s);
	assert_int_equal(slots_left(s, &at, &r, &reserved), 1);
	assert_true(reserved);
	assert_int_equal(r.attempt[0], 2);
	assert_int_equal(r.time_ms, 1002);
	assert_int_equal(r.username_size, 6);
	assert_memory_equal(r.username, "al\0ice", 6);
	assert_string_equal(r.subject, "uuid-2");
	assert_string_equal(r.name, "alice");
	assert_string_equal(r.client, "192.0.2.7");
	assert_string_equal(r.reference, "abcdefgh");
	assert_int_equal(slots_left(s, &at, &r, &reserved), 2);
	assert_false(reserved);
	assert_int_equal(slots_left(s, &at, &r, &reserved), -1);
	/* its record was in the log after all */
	memset(r.attempt, 3, sizeof r.attempt);
	slots_recorded(s, r.attempt);
	at = 0;
	assert_int_equal(slots_left(s, &at, &r, &reserved), 1);
	assert_int_equal(slots_left(s, &at, &r, &reserved), -1);
	slots_close(s);
	close(fd);
}

static void
when_all_are_taken_no_attempt_opens(void **state)
{
	struct slots *s = slots_open(memfd_create("slots", 0));
	struct msg_AUDIT_APPEND_REQ r = record(1);

	(void)state;
	for (int i = 0; i < SLOTS_COUNT; i++)
		assert_true(slots_take(s, &r) >= 0);
	assert_int_equal(slots_take(s, &r), -1);
	slots_clear(s, 7);
	assert_int_equal(slots_take(s, &r), 7);
	slots_close(s);
}

static void
a_file_of_another_make_is_begun_anew(void **state)
{
	int fd = memfd_create("slots", 0), at = 0;
	struct msg_AUDIT_APPEND_REQ r;
	bool reserved;
	struct slots *s;

	(void)state;
	assert_int_equal(write(fd, "not a table at all", 18), 18);
	s = slots_open(fd);
	assert_non_null(s);
	assert_int_equal(slots_left(s, &at, &r, &reserved), -1);
	slots_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_open_at_kill_9_is_still_known),
	    cmocka_unit_test(when_all_are_taken_no_attempt_opens),
	    cmocka_unit_test(a_file_of_another_make_is_begun_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
