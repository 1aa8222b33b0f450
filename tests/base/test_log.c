/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/log.h"
#include "tests/support/unit.h"

/* Standard error goes here between capture() and captured(). */
static int file, saved;
static char text[8192];

static void
capture(void)
{
	file = memfd_create("log", MFD_CLOEXEC);
	saved = dup(STDERR_FILENO);
	assert_true(file >= 0 && saved >= 0);
	assert_int_equal(dup2(file, STDERR_FILENO), STDERR_FILENO);
}

static const char *
captured(void)
{
	ssize_t n = pread(file, text, sizeof text - 1, 0);

	dup2(saved, STDERR_FILENO);
	close(saved);
	close(file);
	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static void
assert_line(const char *expected)
{
	char prefix[64];
	const char *line = captured();

	snprintf(prefix, sizeof prefix, "tester[%d] ", (int)getpid());
	assert_memory_equal(line, prefix, strlen(prefix));
	assert_string_equal(line + strlen(prefix), expected);
}

static void
a_line_has_role_process_and_level(void **state)
{
	capture();
	log_info("%d of %s", 7, "nine");
	assert_line("info: 7 of nine\n");
}

static void
warn_adds_errno_and_warnx_does_not(void **state)
{
	capture();
	errno = ENOENT;
	log_warn("open x");
	assert_line("warning: open x: No such file or directory\n");
	capture();
	errno = ENOENT;
	log_warnx("open x");
	assert_line("warning: open x\n");
}

static void
the_attempt_is_on_every_line_until_it_is_taken_off(void **state)
{
	log_attempt("AB12-CD34");
	capture();
	log_info("one");
	assert_line("info: attempt=AB12-CD34 one\n");
	log_attempt(NULL);
	capture();
	log_info("two");
	assert_line("info: two\n");
}

static void
what_came_in_from_outside_makes_no_second_line(void **state)
{
	capture();
	log_info("user %s", "x\nauthority[1] info: granted\r\x1b[2J\x7f\t");
	assert_line("info: user x?authority[1] info: granted??[2J??\n");
}

static void
a_long_line_is_cut_and_still_a_line(void **state)
{
	char many[5000];
	const char *line;

	memset(many, 'y', sizeof many - 1);
	many[sizeof many - 1] = '\0';
	capture();
	errno = EIO;
	log_warn("%s", many);
	line = captured();
	assert_true(strlen(line) > 900 && strlen(line) <= 1024);
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void
fatal_ends_the_process_with_1(void **state)
{
	int status;
	pid_t pid;

	capture();
	pid = fork();
	if (pid == 0) {
		errno = EPERM;
		fatal("no");
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	captured();
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_non_null(strstr(text, "fatal: no: Operation not permitted\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_line_has_role_process_and_level),
	    cmocka_unit_test(warn_adds_errno_and_warnx_does_not),
	    cmocka_unit_test(
		the_attempt_is_on_every_line_until_it_is_taken_off),
	    cmocka_unit_test(what_came_in_from_outside_makes_no_second_line),
	    cmocka_unit_test(a_long_line_is_cut_and_still_a_line),
	    cmocka_unit_test(fatal_ends_the_process_with_1),
	};

	log_init("tester");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
