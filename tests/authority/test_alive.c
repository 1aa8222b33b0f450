/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/alive.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "tests/support/unit.h"

static struct alive_place here;

static pid_t
child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		/* a name that looks like the fields after it */
		prctl(PR_SET_NAME, "x) S 1 1 (", 0, 0, 0);
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	return pid;
}

static void
end(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
a_process_is_known_again_until_it_ends(void **state)
{
	struct alive_process p = {.place = here, .pid = child()};
	int fd;

	p.seen_ms = clock_boot_ms();
	fd = alive_open(&here, &p);
	assert_true(fd >= 0);
	close(fd);
	kill(p.pid, SIGKILL);
	/* dead and not waited for is gone too */
	assert_int_equal(
	    waitid(P_PID, (id_t)p.pid, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
	assert_int_equal(alive_open(&here, &p), -1);
	end(p.pid);
	assert_int_equal(alive_open(&here, &p), -1);
}

static void
one_that_began_later_with_that_pid_is_another(void **state)
{
	struct alive_process p = {.place = here};
	struct timespec pause = {.tv_nsec = 50000000};

	p.seen_ms = clock_boot_ms();
	nanosleep(&pause, NULL); /* more than a clock tick */
	p.pid = child();
	assert_int_equal(alive_open(&here, &p), -1);
	end(p.pid);
}

static void
another_boot_or_namespace_is_another_process(void **state)
{
	struct alive_process right = {.place = here, .pid = getpid()}, p;
	struct alive_place nowhere = {0};
	int fd;

	right.seen_ms = clock_boot_ms();
	fd = alive_open(&here, &right);
	assert_true(fd >= 0);
	close(fd);
	p = right;
	p.place.boot[0] ^= 1;
	assert_int_equal(alive_open(&here, &p), -1);
	p = right;
	p.place.pids++;
	assert_int_equal(alive_open(&here, &p), -1);
	p = right;
	p.place.times++;
	assert_int_equal(alive_open(&here, &p), -1);
	/* two places of which nothing is known are not the same one */
	p = right;
	p.place = nowhere;
	assert_int_equal(alive_open(&nowhere, &p), -1);
	p = right;
	p.pid = -1;
	assert_int_equal(alive_open(&here, &p), -1);
	p.pid = 0;
	assert_int_equal(alive_open(&here, &p), -1);
}

static int
setup(void **state)
{
	return alive_here(&here);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_process_is_known_again_until_it_ends),
	    cmocka_unit_test(one_that_began_later_with_that_pid_is_another),
	    cmocka_unit_test(another_boot_or_namespace_is_another_process),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
