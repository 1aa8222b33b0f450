/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/peer.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void
the_process_that_connected_is_held(void **state)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
	struct peer peer;
	pid_t pid;

	(void)state;
	snprintf(sun.sun_path + 1, sizeof sun.sun_path - 1, "sallyport-peer-%d",
	    (int)getpid());
	assert_int_equal(bind(door, (void *)&sun, sizeof sun), 0);
	assert_int_equal(listen(door, 1), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (connect(fd, (void *)&sun, sizeof sun) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	fd = accept(door, NULL, NULL);
	assert_int_equal(peer_open(fd, &peer), 0);
	assert_int_equal(peer.cred.pid, pid);
	assert_int_equal(peer.cred.uid, getuid());
	assert_true(peer_is_alive(peer.pidfd));
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_false(peer_is_alive(peer.pidfd));
	close(peer.pidfd);
	close(fd);
	close(door);
}

static void
what_is_no_socket_has_no_peer(void **state)
{
	struct peer peer;

	(void)state;
	assert_int_equal(peer_open(STDIN_FILENO, &peer), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_process_that_connected_is_held),
	    cmocka_unit_test(what_is_no_socket_has_no_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
