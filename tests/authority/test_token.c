/* SPDX-License-Identifier: Apache-2.0 */
/* token.sock is open to everybody: what one of them can hold is bounded. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "gatewayd/authority/token/token.h"
#include "world.h"

static int
connect_token(struct world *w)
{
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	token_begin(&w->all, fds[0]);
	return fds[1];
}

static bool
is_closed(int fd)
{
	char byte;

	return recv(fd, &byte, 1, 0) == 0;
}

static void
one_uid_holds_a_few_connections(void **state)
{
	struct world *w = world_new(
	    "group sre \"cn=sre,dc=x\"\npermit sre with password\nend\n", -1);
	int fd[TOKEN_CLIENTS_UID], more;

	(void)state;
	for (int i = 0; i < TOKEN_CLIENTS_UID; i++)
		fd[i] = connect_token(w);
	more = connect_token(w);
	assert_true(is_closed(more));
	close(more);
	for (int i = 0; i < TOKEN_CLIENTS_UID; i++)
		assert_false(is_closed(fd[i]));
	/* first, last and one between go away: there is room again */
	close(fd[0]);
	close(fd[7]);
	close(fd[TOKEN_CLIENTS_UID - 1]);
	world_run(w, 10);
	fd[0] = connect_token(w);
	fd[7] = connect_token(w);
	fd[TOKEN_CLIENTS_UID - 1] = connect_token(w);
	assert_false(is_closed(fd[7]));
	more = connect_token(w);
	assert_true(is_closed(more));
	close(more);
	for (int i = 0; i < TOKEN_CLIENTS_UID; i++)
		close(fd[i]);
	world_run(w, 10);
	assert_null(w->all.tokens);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_uid_holds_a_few_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
