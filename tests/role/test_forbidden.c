/* SPDX-License-Identifier: Apache-2.0 */
/* What a forbidden call leaves behind: its name, and no process. */
#include <signal.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "gatewayd/role/sandbox.h"
#include "tests/role/probes.h"
#include "tests/support/unit.h"

static int
forbidden_call(void)
{
	return (int)syscall(SYS_mount, "none", "/", "tmpfs", 0, NULL);
}

static int
forbidden_call_with_the_signal_blocked(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGSYS);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return forbidden_call();
}

static int
ignore_the_signal(void)
{
	return signal(SIGSYS, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* The kernel looks at 32 bits of the signal's number. */
static int
ignore_it_by_a_larger_number(void)
{
	long number = SIGSYS | 1L << 32;

	return (int)syscall(SYS_rt_sigaction, number, NULL, NULL, 8);
}

static int
other_signals(void)
{
	for (int i = 1; i < 32; i++)
		if (i != SIGKILL && i != SIGSTOP && i != SIGSYS &&
		    signal(i, SIG_DFL) == SIG_ERR)
			return -1;
	return signal(SIGRTMAX, SIG_IGN) == SIG_ERR ? -1 : 0;
}

/* What a child says on standard error while it makes that call. */
static void
said_at(int (*call)(void), bool narrow, char *text, size_t room)
{
	int fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_true(dup2(fds[1], STDERR_FILENO) >= 0);
	assert_int_equal(
	    probe_outcome(call, SANDBOX_FORK, false, narrow), KILLED);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	n = read(fds[0], text, room - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fds[0]);
	close(fds[1]);
	close(saved);
}

static void
a_forbidden_call_is_named(void **state)
{
	char text[256];

	said_at(forbidden_call, false, text, sizeof text);
	assert_non_null(strstr(text, "forbids the system call mount ("));
	said_at(forbidden_call, true, text, sizeof text);
	assert_non_null(strstr(text, "forbids the system call mount ("));
}

static void
nobody_is_spared_who_made_one(void **state)
{
	for (int narrow = 0; narrow < 2; narrow++) {
		assert_int_equal(
		    probe_outcome(forbidden_call_with_the_signal_blocked,
			SANDBOX_FORK, false, narrow),
		    KILLED);
		assert_int_equal(probe_outcome(ignore_the_signal, SANDBOX_FORK,
				     false, narrow),
		    KILLED);
		assert_int_equal(probe_outcome(ignore_it_by_a_larger_number,
				     SANDBOX_FORK, false, narrow),
		    KILLED);
	}
	assert_int_equal(
	    probe_outcome(other_signals, 0, false, false), SUCCESS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_forbidden_call_is_named),
	    cmocka_unit_test(nobody_is_spared_who_made_one),
	};

	return cmocka_run_group_tests(tests, probes_set_up, probes_tear_down);
}
