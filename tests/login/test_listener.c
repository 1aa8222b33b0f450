/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The login process as gatewayd starts it, in its sandbox: the test is
 * parent, module and authority.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/login/listener.h"
#include "gatewayd/role/sandbox.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/conf/conf.h"
#include "lib/wire/pamwire_io.h"
#include "tests/audit/role_fixture.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define LIMIT_MS PATIENCE_MS

struct login {
	char dir[64], socket[96], authority[96];
	int authority_listen;
	struct conf_login conf;
	struct role_fixture role;
};

static int
listen_at(const char *path, int type)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", path);
	if (fd < 0 || bind(fd, (const void *)&sun, sizeof sun) < 0 ||
	    listen(fd, 64) < 0)
		abort();
	return fd;
}

static int
set_up(void **state)
{
	struct login *l = calloc(1, sizeof *l);

	log_init("test");
	snprintf(l->dir, sizeof l->dir, "/tmp/sallyport-login-XXXXXX");
	if (mkdtemp(l->dir) == NULL)
		return -1;
	snprintf(l->socket, sizeof l->socket, "%s/login.sock", l->dir);
	snprintf(l->authority, sizeof l->authority, "%s/authority", l->dir);
	l->authority_listen = listen_at(l->authority, SOCK_SEQPACKET);
	snprintf(l->conf.role.root, sizeof l->conf.role.root, "%s", l->dir);
	l->conf.role.allow = SANDBOX_FORK | SANDBOX_CONNECT;
	snprintf(l->conf.authority, sizeof l->conf.authority, "authority");
	snprintf(l->conf.directory, sizeof l->conf.directory, "directory");
	l->conf.max_conversations = 3;
	l->conf.max_per_client = 2;
	l->conf.deadline = LIMIT_MS;
	l->conf.peer_uid = getuid();
	*state = l;
	return 0;
}

static int
tear_down(void **state)
{
	struct login *l = *state;

	if (l->role.pid > 0)
		role_fixture_kill(&l->role);
	close(l->authority_listen);
	unlink(l->socket);
	unlink(l->authority);
	rmdir(l->dir);
	free(l);
	return 0;
}

static void
start(struct login *l)
{
	int fd = listen_at(l->socket, SOCK_STREAM);
	struct message m;

	role_fixture_start(&l->role, ROLE_LOGIN, "login");
	role_fixture_conf(&l->role, &l->conf, sizeof l->conf);
	message_init(&m, MSG_PARENT_LISTEN_NOTE);
	snprintf(m.u.PARENT_LISTEN_NOTE.name,
	    sizeof m.u.PARENT_LISTEN_NOTE.name, "login");
	m.fd = fd;
	assert_int_equal(channel_send(&l->role.control, &m), 0);
	close(fd);
	assert_int_equal(role_fixture_go(&l->role), 1);
}

static int
connect_as_module(const struct login *l)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(sun.sun_path, sizeof sun.sun_path, "%s", l->socket);
	assert_int_equal(connect(fd, (const void *)&sun, sizeof sun), 0);
	return fd;
}

static enum pamwire_io
hear(int fd, struct pamwire_frame *f, int timeout_ms)
{
	int64_t limit = pamwire_io_now() + timeout_ms;

	return pamwire_io_receive(fd, f, limit, limit);
}

static void
assert_turned_away(const struct login *l)
{
	struct pamwire_frame f;
	int fd = connect_as_module(l);

	assert_int_equal(hear(fd, &f, LIMIT_MS), PAMWIRE_IO_CLOSED);
	close(fd);
}

/* A conversation that was given a seat answers even to nonsense. */
static void
assert_served(const struct login *l)
{
	struct pamwire_frame f;
	int fd = connect_as_module(l);

	assert_int_equal(send(fd, "GET /", 5, MSG_NOSIGNAL), 5);
	assert_int_equal(hear(fd, &f, LIMIT_MS), PAMWIRE_IO_DONE);
	assert_int_equal(f.u.result.result, PAMWIRE_MALFORMED);
	assert_int_equal(hear(fd, &f, LIMIT_MS), PAMWIRE_IO_CLOSED);
	close(fd);
}

static void
a_conversation_works_inside_the_sandbox(void **state)
{
	struct login *l = *state;
	struct pamwire_frame f;
	struct channel authority;
	struct message m;
	int fd;

	start(l);
	fd = connect_as_module(l);
	pamwire_init(&f, PAMWIRE_TYPE_BEGIN);
	f.u.begin.phase = PAMWIRE_ACCOUNT;
	snprintf(f.u.begin.client, sizeof f.u.begin.client, "2001:db8::7");
	assert_int_equal(pamwire_io_send(fd, &f, pamwire_io_now() + LIMIT_MS),
	    PAMWIRE_IO_DONE);
	channel_init(&authority, accept(l->authority_listen, NULL, NULL),
	    ROLE_AUTHORITY, ROLE_LOGIN);
	assert_int_equal(
	    channel_receive(&authority, &m, LIMIT_MS), CHANNEL_MESSAGE);
	message_init(&m, MSG_AUTHORITY_RESULT_ANS);
	m.u.AUTHORITY_RESULT_ANS.result = RESULT_DENIED;
	assert_int_equal(channel_send(&authority, &m), 0);
	assert_int_equal(hear(fd, &f, LIMIT_MS), PAMWIRE_IO_DONE);
	assert_int_equal(f.u.result.result, PAMWIRE_DENIED);
	channel_close(&authority);
	close(fd);
	assert_int_equal(role_fixture_end(&l->role), 0);
}

static void
garbage_does_not_wear_it_out(void **state)
{
	struct login *l = *state;

	/* a process that has hung up may not have ended yet */
	l->conf.max_conversations = 50;
	start(l);
	for (int i = 0; i < 200; i++)
		assert_served(l);
}

static void
too_many_conversations_are_turned_away(void **state)
{
	struct login *l = *state;
	enum pamwire_io io = PAMWIRE_IO_CLOSED;
	int64_t limit;
	int fd[3];

	start(l);
	for (int i = 0; i < 3; i++)
		fd[i] = connect_as_module(l);
	for (int i = 0; i < 10; i++)
		assert_turned_away(l);
	close(fd[1]);
	/* the seat comes free when that process has seen it and ended */
	limit = pamwire_io_now() + LIMIT_MS;
	while (io != PAMWIRE_IO_TIMEOUT) {
		struct pollfd nothing;
		struct pamwire_frame f;
		int again = connect_as_module(l);

		io = hear(again, &f, 50);
		close(again);
		poll(&nothing, 0, 10);
		assert_true(pamwire_io_now() < limit);
	}
	close(fd[0]);
	close(fd[2]);
}

static void
only_the_modules_user_is_heard(void **state)
{
	struct login *l = *state;

	l->conf.peer_uid = getuid() + 1;
	start(l);
	assert_turned_away(l);
	assert_turned_away(l);
}

static void
it_survives_having_no_fd_left(void **state)
{
	struct login *l = *state;
	struct rlimit limit, none;
	struct pamwire_frame f;
	int fd;

	/* a process that has hung up may not have ended yet */
	l->conf.max_conversations = 50;
	start(l);
	assert_served(l);
	assert_int_equal(prlimit(l->role.pid, RLIMIT_NOFILE, NULL, &limit), 0);
	none = limit;
	none.rlim_cur = 3; /* less than it holds: nothing can be taken */
	assert_int_equal(prlimit(l->role.pid, RLIMIT_NOFILE, &none, NULL), 0);
	fd = connect_as_module(l);
	assert_int_equal(hear(fd, &f, 1500), PAMWIRE_IO_TIMEOUT);
	assert_int_equal(prlimit(l->role.pid, RLIMIT_NOFILE, &limit, NULL), 0);
	assert_served(l);
	assert_served(l);
	close(fd);
}

static bool fork_fails;
pid_t __real__Fork(void);
pid_t __wrap__Fork(void);

pid_t
__wrap__Fork(void)
{
	errno = EAGAIN;
	return fork_fails ? -1 : __real__Fork();
}

static void
on_time(void *arg)
{
	loop_stop(arg);
}

/* Nobody sits on that seat: there is no such process to wait for, and none to
 * kill. */
static void
without_a_process_no_seat_is_taken(void **state)
{
	struct login *l = *state;
	struct loop_timer timer = {0};
	struct listener listener;
	struct loop *loop = loop_new();
	int fd = listen_at(l->socket, SOCK_STREAM | SOCK_NONBLOCK), module;
	char none;

	assert_int_equal(listener_start(&listener, loop, fd, -1, &l->conf), 0);
	module = connect_as_module(l);
	fork_fails = true;
	loop_timer_at(loop, &timer, clock_mono_ms() + 50, on_time, loop);
	assert_int_equal(loop_run(loop), 0);
	fork_fails = false;
	assert_int_equal(seats_taken(listener.seats), 0);
	assert_int_equal(recv(module, &none, 1, MSG_DONTWAIT), 0);
	close(module);
	listener_stop(&listener);
	loop_free(loop);
}

/* Only root may look into a process that cannot be dumped. */
static bool
fds_of(pid_t pid, int *count_r, int *highest_r)
{
	char path[64];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	if (dir == NULL)
		return false;
	*count_r = *highest_r = 0;
	while ((e = readdir(dir)) != NULL) {
		int fd = (int)strtol(e->d_name, NULL, 10);

		if (e->d_name[0] == '.')
			continue;
		++*count_r;
		if (fd > *highest_r)
			*highest_r = fd;
	}
	closedir(dir);
	return true;
}

static void
the_last_fd_is_for_turning_away(void **state)
{
	struct login *l = *state;
	struct rlimit limit, none;
	int count = 0, highest = 0;

	start(l);
	if (!fds_of(l->role.pid, &count, &highest) || count != highest + 1) {
		print_message("%d fds, the highest is %d\n", count, highest);
		skip();
	}
	assert_int_equal(prlimit(l->role.pid, RLIMIT_NOFILE, NULL, &limit), 0);
	none = limit;
	none.rlim_cur = (rlim_t)count;
	assert_int_equal(prlimit(l->role.pid, RLIMIT_NOFILE, &none, NULL), 0);
	for (int i = 0; i < 20; i++)
		assert_turned_away(l);
	assert_int_equal(prlimit(l->role.pid, RLIMIT_NOFILE, &limit, NULL), 0);
	assert_served(l);
}

/* The only child it has; 0: the kernel does not tell. */
static pid_t
child_of(pid_t pid)
{
	char path[64];
	long child = 0;
	FILE *f;

	snprintf(
	    path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	f = fopen(path, "re");
	if (f != NULL && fscanf(f, "%ld", &child) != 1)
		child = 0;
	if (f != NULL)
		fclose(f);
	return (pid_t)child;
}

/* "socket:[17]" */
static bool
has_socket(pid_t pid, const char *wanted)
{
	char path[64], link[64];

	for (int fd = 3; fd < 64; fd++) {
		ssize_t n;

		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
		n = readlink(path, link, sizeof link - 1);
		if (n < 0)
			continue;
		link[n] = '\0';
		if (strcmp(link, wanted) == 0)
			return true;
	}
	return false;
}

static long
filters_of(pid_t pid)
{
	char path[64], line[256];
	long count = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, "Seccomp_filters:", 16) == 0)
			count = strtol(line + 16, NULL, 10);
	fclose(f);
	return count;
}

static void
a_conversation_has_less_than_its_listener(void **state)
{
	struct login *l = *state;
	char path[64], link[64];
	struct pamwire_frame f;
	pid_t child;
	int fd, shared = 0, seen = 0;

	start(l);
	fd = connect_as_module(l);
	assert_int_equal(hear(fd, &f, 100), PAMWIRE_IO_TIMEOUT);
	child = child_of(l->role.pid);
	if (child == 0 || geteuid() != 0 || filters_of(child) < 0)
		skip();
	assert_int_equal(filters_of(child), filters_of(l->role.pid) + 1);
	for (int n = 3; n < 64; n++) {
		ssize_t size;

		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)child, n);
		size = readlink(path, link, sizeof link - 1);
		if (size < 0)
			continue;
		link[size] = '\0';
		seen++;
		shared += has_socket(l->role.pid, link);
	}
	/* the module's connection, and nothing that the listener has */
	assert_int_equal(seen, 1);
	assert_int_equal(shared, 0);
	close(fd);
}

static void
conversations_end_with_their_listener(void **state)
{
	struct login *l = *state;
	struct pamwire_frame f;
	int one, two;

	start(l);
	one = connect_as_module(l);
	two = connect_as_module(l);
	/* both are being served when the listener is killed */
	assert_int_equal(hear(two, &f, 100), PAMWIRE_IO_TIMEOUT);
	role_fixture_kill(&l->role);
	l->role.pid = 0;
	assert_int_equal(hear(one, &f, LIMIT_MS), PAMWIRE_IO_CLOSED);
	assert_int_equal(hear(two, &f, LIMIT_MS), PAMWIRE_IO_CLOSED);
	close(one);
	close(two);
}

static void
it_stops_when_gatewayd_says_so(void **state)
{
	struct login *l = *state;
	struct pamwire_frame f;
	int one;

	start(l);
	one = connect_as_module(l);
	assert_int_equal(hear(one, &f, 100), PAMWIRE_IO_TIMEOUT);
	assert_int_equal(role_fixture_end(&l->role), 0);
	l->role.pid = 0;
	assert_int_equal(hear(one, &f, LIMIT_MS), PAMWIRE_IO_CLOSED);
	close(one);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_conversation_works_inside_the_sandbox),
	    T(garbage_does_not_wear_it_out),
	    T(too_many_conversations_are_turned_away),
	    T(only_the_modules_user_is_heard),
	    T(without_a_process_no_seat_is_taken),
	    T(it_survives_having_no_fd_left),
	    T(the_last_fd_is_for_turning_away),
	    T(a_conversation_has_less_than_its_listener),
	    T(conversations_end_with_their_listener),
	    T(it_stops_when_gatewayd_says_so),
	};

	/* what this test was started with is not part of it */
	close_range(3, ~0U, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
