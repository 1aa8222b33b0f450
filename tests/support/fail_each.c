/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fail_each.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/fail_nth.h"
#include "tests/support/unit.h"

#define NONE_LEFT 77

static void (*last_word)(void);

static void
at_exit(void)
{
	bool failed = fail_nth_failed();

	fail_nth_disarm();
	last_word();
	_exit(failed ? 0 : NONE_LEFT);
}

static void
child(void (*step)(int n), int n)
{
	/* an assertion ends this process, not the test that it is a copy of */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	fail_nth_everywhere();
	atexit(at_exit);
	step(n);
	exit(0);
}

int
fail_each(void (*step)(int n), void (*judge)(void))
{
	last_word = judge;
	for (int n = 1;; n++) {
		int status = 0;
		pid_t pid;

		fflush(NULL);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			child(step, n);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status) && WEXITSTATUS(status) == NONE_LEFT) {
			print_message("%d calls failed in turn\n", n - 1);
			return n - 1;
		}
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			fail_msg("call %d failed: status %#x", n, status);
	}
}
