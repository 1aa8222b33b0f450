/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/peer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/unit.h"

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
#endif

/* What this kernel says to SO_PEERPIDFD; 0: what it really says. */
static int peerpidfd_error;

/* Stands before the C library's. */
int
getsockopt(int fd, int level, int name, void *value, socklen_t *size)
{
	if (level == SOL_SOCKET && name == SO_PEERPIDFD &&
	    peerpidfd_error != 0) {
		errno = peerpidfd_error;
		return -1;
	}
	return (int)syscall(SYS_getsockopt, fd, level, name, value, size);
}

static void
the_process_that_connected_is_held(void **state)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int door = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;
	struct peer peer;
	pid_t pid;

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

/* ENOPROTOOPT: a kernel before 6.5, where the number has to do. */
static void
a_kernel_that_has_no_such_option_holds_it_by_its_number(void **state)
{
	peerpidfd_error = ENOPROTOOPT;
	the_process_that_connected_is_held(state);
	peerpidfd_error = 0;
}

/* It is gone, or may not be held: its number may be another's by now. */
static void
another_no_of_the_kernel_is_a_no(void **state)
{
	static const int errors[] = {ESRCH, EINVAL, ENODATA, EMFILE};
	struct peer peer;
	int fds[2];

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		peerpidfd_error = errors[i];
		assert_int_equal(peer_open(fds[0], &peer), -1);
	}
	peerpidfd_error = 0;
	assert_int_equal(peer_open(fds[0], &peer), 0);
	close(peer.pidfd);
	close(fds[0]);
	close(fds[1]);
}

static void
what_is_no_socket_has_no_peer(void **state)
{
	struct peer peer;

	assert_int_equal(peer_open(STDIN_FILENO, &peer), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_process_that_connected_is_held),
	    cmocka_unit_test(
		a_kernel_that_has_no_such_option_holds_it_by_its_number),
	    cmocka_unit_test(another_no_of_the_kernel_is_a_no),
	    cmocka_unit_test(what_is_no_socket_has_no_peer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
