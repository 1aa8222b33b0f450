/* SPDX-License-Identifier: Apache-2.0 */
/* Real processes at a real socket, as login's conversations are. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/authority/door/login_peers.h"
#include "lib/base/clock.h"
#include "tests/support/unit.h"

static struct authority all;
static struct sockaddr_un address = {.sun_family = AF_UNIX};
static int listening;

static int
set_up(void **state)
{
	all.loop = loop_new();
	/* an abstract name of the kernel's choice */
	socklen_t size = sizeof address;

	listening = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	return all.loop == NULL || table_init(&all.login_peers) < 0 ||
		       bind(listening, (void *)&address,
			   sizeof address.sun_family) < 0 ||
		       getsockname(listening, (void *)&address, &size) < 0 ||
		       listen(listening, 8) < 0
		   ? -1
		   : 0;
}

static int
tear_down(void **state)
{
	close(listening);
	table_free(&all.login_peers);
	loop_free(all.loop);
	return 0;
}

static void
on_time(void *arg)
{
	(void)arg;
	loop_stop(all.loop);
}

static void
run(void)
{
	struct loop_timer timer = {0};

	loop_timer_at(all.loop, &timer, clock_mono_ms() + 30, on_time, NULL);
	assert_int_equal(loop_run(all.loop), 0);
}

static int
connect_once(void)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	/* the kernel's name has five bytes after its NUL */
	if (connect(fd, (void *)&address, sizeof address.sun_family + 6) < 0)
		_exit(1);
	return fd;
}

/* Connects that many times, and waits to be ended. */
static pid_t
talker(int count, bool close_each)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < count; i++) {
		int fd = connect_once();

		if (close_each)
			close(fd);
	}
	for (;;)
		pause();
}

static int
admit(void)
{
	int fd = accept(listening, NULL, NULL);
	int result = login_peers_admit(&all, fd);

	close(fd);
	return result;
}

static void
finish(pid_t pid)
{
	int status;

	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void
a_process_comes_once_in_its_life(void **state)
{
	pid_t one, two;

	one = talker(3, false);
	assert_int_equal(admit(), 0);
	assert_int_equal(admit(), -1);
	assert_int_equal(admit(), -1);
	two = talker(2, true);
	/* hanging up between does not help it */
	assert_int_equal(admit(), 0);
	run();
	assert_int_equal(admit(), -1);
	assert_int_equal(all.login_peers.count, 2);
	finish(one);
	run();
	assert_int_equal(all.login_peers.count, 1);
	finish(two);
	run();
	assert_int_equal(all.login_peers.count, 0);
}

static void
who_is_gone_already_is_not_let_in(void **state)
{
	pid_t pid;

	pid = talker(1, true);
	int fd = accept(listening, NULL, NULL);

	finish(pid);
	assert_int_equal(login_peers_admit(&all, fd), -1);
	assert_int_equal(all.login_peers.count, 0);
	close(fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_process_comes_once_in_its_life),
	    cmocka_unit_test(who_is_gone_already_is_not_let_in),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
