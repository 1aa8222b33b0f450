/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
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
name_stream(int off_by)
{
	char stream[64];
	struct stat st;

	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof stream, "%llu:%llu",
	    (unsigned long long)st.st_dev,
	    (unsigned long long)st.st_ino + (unsigned long long)off_by);
	assert_int_equal(setenv("JOURNAL_STREAM", stream, 1), 0);
}

/* It takes "<N>" off, and has the process itself. */
static void
the_journal_gets_priorities(void **state)
{
	static const struct {
		const char *role, *line[3];
	} rows[] = {
	    {"directory",
		{"<6>directory: one\n", "<4>directory: attempt=AB12 two\n",
		    "<3>directory: no\n"}},
	    {"gatewayd", {"<6>one\n", "<4>attempt=AB12 two\n", "<3>no\n"}},
	};
	char expected[256];
	pid_t pid;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		capture();
		name_stream(0);
		log_init(rows[i].role);
		log_info("one");
		log_attempt("AB12");
		log_warnx("two");
		assert_string_equal(log_last(), "two");
		log_attempt(NULL);
		pid = fork();
		if (pid == 0)
			fatalx("no");
		waitpid(pid, NULL, 0);
		log_faults("f:1:2: a\nf:3:4: b\n");
		snprintf(expected, sizeof expected,
		    "%s%s%s<3>f:1:2: a\n<3>f:3:4: b\n", rows[i].line[0],
		    rows[i].line[1], rows[i].line[2]);
		assert_string_equal(captured(), expected);
	}
	unsetenv("JOURNAL_STREAM");
	log_init("tester");
}

/* It is inherited by whatever a service starts. */
static void
the_journal_of_somebody_else_is_none(void **state)
{
	capture();
	name_stream(1);
	log_init("tester");
	log_info("one");
	log_faults("f:1:2: a\n");
	unsetenv("JOURNAL_STREAM");
	assert_line("info: one\nf:1:2: a\n");
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
	    cmocka_unit_test(the_journal_gets_priorities),
	    cmocka_unit_test(the_journal_of_somebody_else_is_none),
	    cmocka_unit_test(fatal_ends_the_process_with_1),
	};

	log_init("tester");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
