/* SPDX-License-Identifier: Apache-2.0 */
/* gatewayd over fake roles: what it gives them, and what it does when they
 * die, misbehave or are to end. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/parent/roles.h"
#include "lib/base/clock.h"
#include "gatewayd/role/role.h"
#include "tests/parent/gateway_fixture.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define TAKERS ((unsigned)role_rows)

/* Every role said, in what it was given, this and nothing else of the kind. */
static void
assert_given(struct gateway *g, enum role role, const char *kind,
    const char *const *wanted)
{
	char text[128];
	unsigned count = 0;

	for (; wanted[count] != NULL; count++) {
		snprintf(text, sizeof text, "%s %s", kind, wanted[count]);
		if (gateway_said_of(g, role, text) != 1)
			fail_msg("%s was not given %s once\n%s",
			    role_name(role), text, g->said);
	}
	snprintf(text, sizeof text, "%s ", kind);
	if (gateway_said_of(g, role, text) != count)
		fail_msg(
		    "%s was given more %s\n%s", role_name(role), kind, g->said);
}

static void
a_role_begins_with_its_control_channel_and_nothing_else(void **state)
{
	struct gateway *g = *state;

	gateway_start_ready(g);
	for (size_t i = 0; i < role_rows; i++)
		if (gateway_said_of(g, roles[i].role,
			"BEGIN fds=0,1,2,3 input=/dev/null "
			"environment=" ROLE_RELEASE "=" SALLYPORT_VERSION
			"\n") != 1)
			fail_msg("%s\n%s", role_name(roles[i].role), g->said);
	assert_int_equal(gateway_stop(g), 0);
}

static void
each_role_is_given_its_own_files_and_sockets(void **state)
{
	static const char *const none[] = {NULL};
	static const char *const login_listens[] = {"login listening", NULL};
	static const char *const directory_listens[] = {
	    "directory listening", NULL};
	static const char *const authority_listens[] = {"login listening",
	    "redeem listening", "token listening", "admin listening",
	    "helpdesk listening", "auditor listening", NULL};
	static const char *const authority_files[] = {"seal.key\n", "token/0\n",
	    "token/1\n", "policy/one.policy ", "attempts\n", "sessions\n",
	    NULL};
	struct gateway *g = *state;
	char key[128], ca[128];
	const char *const audit_files[] = {key, NULL};
	const char *const forward_files[] = {"log\n", ca, NULL};
	const char *const directory_files[] = {ca, "groups\n", NULL};

	gateway_path(g, "state/keys/checkpoint.pem\n", key, sizeof key);
	gateway_path(g, "ca.pem\n", ca, sizeof ca);
	gateway_start_ready(g);
	assert_given(g, ROLE_LOGIN, "FILE", none);
	assert_given(g, ROLE_LOGIN, "LISTEN", login_listens);
	assert_given(g, ROLE_DIRECTORY, "FILE", directory_files);
	assert_given(g, ROLE_DIRECTORY, "LISTEN", directory_listens);
	assert_given(g, ROLE_AUTHORITY, "FILE", authority_files);
	assert_given(g, ROLE_AUTHORITY, "LISTEN", authority_listens);
	assert_given(g, ROLE_STORE, "FILE", none);
	assert_given(g, ROLE_STORE, "LISTEN", none);
	assert_given(g, ROLE_AUDIT, "FILE", audit_files);
	assert_given(g, ROLE_AUDIT, "LISTEN", none);
	assert_given(g, ROLE_FORWARD, "FILE", forward_files);
	assert_given(g, ROLE_FORWARD, "LISTEN", none);
	assert_int_equal(gateway_stop(g), 0);
}

static void
peers_are_connected_to_each_other(void **state)
{
	static const char *const pairs[][2] = {{"authority", "directory"},
	    {"authority", "store"}, {"authority", "audit"},
	    {"audit", "forward"}};
	struct gateway *g = *state;
	char text[64];

	gateway_start_ready(g);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		for (int from = 0; from < 2; from++) {
			const char *a = pairs[i][from], *b = pairs[i][1 - from];

			snprintf(text, sizeof text, "HEARS %s from %s\n", a, a);
			gateway_await(g, 1, text);
			snprintf(text, sizeof text, "PEER %s\n", b);
			assert_true(gateway_count(g, text) >= 1);
		}
	/* two channels per pair of the table, and no other */
	assert_int_equal(gateway_count(g, " PEER "), 8);
	assert_int_equal(gateway_count(g, " DEAF "), 0);
	assert_int_equal(gateway_stop(g), 0);
}

static void
sockets_have_the_modes_of_the_table(void **state)
{
	struct gateway *g = *state;
	char path[160];
	struct stat st;

	gateway_start_ready(g);
	for (size_t i = 0; i < role_socket_rows; i++) {
		const struct roles_socket *s = &role_sockets[i];

		snprintf(path, sizeof path, "%s/run/%s", g->directory, s->path);
		assert_int_equal(stat(path, &st), 0);
		assert_true(S_ISSOCK(st.st_mode));
		assert_int_equal(st.st_mode & 07777, s->mode);
		if (geteuid() == 0)
			assert_int_equal(
			    st.st_uid, s->owner == ROLE_LOGIN ? 61811 : 0);
		assert_int_equal(gateway_connect(g, s->path, s->type), 0);
	}
	assert_int_equal(gateway_stop(g), 0);
	for (size_t i = 0; i < role_socket_rows; i++)
		assert_int_equal(gateway_connect(g, role_sockets[i].path,
				     role_sockets[i].type),
		    ENOENT);
}

/* The next that begins so; signs of life come in between. */
static void
await_notice(struct gateway *g, const char *begin)
{
	struct timeval wait = {.tv_sec = PATIENCE_MS / 1000};
	char text[256] = "";
	ssize_t n;

	setsockopt(g->notify, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
	do {
		do
			n = recv(g->notify, text, sizeof text - 1, 0);
		while (n < 0 && errno == EINTR);
		if (n <= 0)
			fail_msg("no %s", begin);
		text[n] = '\0';
	} while (strncmp(text, begin, strlen(begin)) != 0);
}

static void
a_service_manager_hears_of_start_reload_and_end(void **state)
{
	struct gateway *g = *state;

	gateway_start_ready(g);
	await_notice(g, "READY=1");
	kill(g->pid, SIGHUP);
	await_notice(g, "RELOADING=1\nMONOTONIC_USEC=");
	await_notice(g, "READY=1");
	assert_int_equal(gateway_count(g, " GO SWAP\n"), TAKERS);
	/* twice in 200 ms is what was asked for */
	for (int i = 0; i < 5; i++)
		await_notice(g, "WATCHDOG=1");
	assert_int_equal(gateway_stop(g), 0);
	await_notice(g, "STOPPING=1");
}

static void
a_killed_role_comes_back_and_its_peers_are_told(void **state)
{
	struct gateway *g = *state;
	pid_t before;

	gateway_start_ready(g);
	before = gateway_role(g, ROLE_AUTHORITY);
	kill(before, SIGKILL);
	/* who connects meanwhile only waits */
	assert_int_equal(gateway_connect(g, "redeem.sock", SOCK_STREAM), 0);
	gateway_await(g, 3, " LOST authority\n");
	gateway_await(g, 6, " PEER authority\n");
	gateway_await(g, 6, " HEARS authority from authority\n");
	gateway_await_status(g, "\"restarts\":1");
	gateway_await_status(g, "\"ready\":true");
	assert_true(gateway_role(g, ROLE_AUTHORITY) != before);
	assert_int_equal(gateway_said_of(g, ROLE_AUTHORITY, "GO START\n"), 1);
	assert_int_equal(gateway_said_of(g, ROLE_AUTHORITY, "LISTEN "), 6);
	/* login was left alone */
	assert_int_equal(gateway_said_of(g, ROLE_LOGIN, "BEGIN "), 1);
	assert_int_equal(
	    gateway_count(g, "authority was ended by signal 9"), 1);
	assert_int_equal(gateway_stop(g), 0);
}

static void
a_crash_loop_does_not_spin_and_heals(void **state)
{
	struct gateway *g = *state;
	uint64_t began;

	gateway_start_ready(g);
	gateway_mode(g, ROLE_STORE, "dies");
	began = clock_mono_ms();
	kill(gateway_role(g, ROLE_STORE), SIGKILL);
	gateway_await_status(g, "\"ready\":false");
	/* at once, then after 0.1, 0.2, 0.4 and 0.8 seconds */
	gateway_await(g, 5, "store ended with status 7");
	assert_true(clock_mono_ms() - began >= 1500);
	assert_int_equal(gateway_said_of(g, ROLE_AUDIT, "LOST"), 0);
	gateway_mode(g, ROLE_STORE, "");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_stop(g), 0);
}

static void
a_role_that_never_gets_ready_is_started_again(void **state)
{
	struct gateway *g = *state;
	unsigned seconds = roles_find(ROLE_FORWARD)->ready_seconds;
	uint64_t began = clock_mono_ms();

	gateway_mode(g, ROLE_FORWARD, "silent");
	gateway_start(g, NULL);
	gateway_await(g, (unsigned)role_rows, " GO START\n");
	gateway_await_status(g, "\"ready\":false");
	gateway_mode(g, ROLE_FORWARD, "");
	gateway_await(g, 1, "forward was not ready in time: gatewayd ended it");
	assert_true(clock_mono_ms() - began >= 1000 * seconds);
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_stop(g), 0);
}

static void
a_role_that_hangs_up_is_ended_and_started_again(void **state)
{
	struct gateway *g = *state;
	pid_t before;

	gateway_mode(g, ROLE_DIRECTORY, "hangs-up");
	gateway_start(g, NULL);
	gateway_await(g, 1, " HUNG-UP\n");
	before =
	    (pid_t)strtol(strstr(g->said, "fake directory ") + 15, NULL, 10);
	gateway_mode(g, ROLE_DIRECTORY, "");
	gateway_await(g, (unsigned)role_rows + 1, " BEGIN ");
	gateway_await_status(g, "\"ready\":true");
	/* it was waited for before it was started again */
	assert_int_equal(kill(before, 0), -1);
	assert_true(gateway_role(g, ROLE_DIRECTORY) != before);
	assert_int_equal(gateway_stop(g), 0);
}

/* Both live, and neither could make another channel. */
static void
a_channel_that_ends_while_both_roles_live_is_made_again(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_STORE, "hangs-up-once");
	gateway_mode(g, ROLE_AUTHORITY, "late");
	gateway_start_ready(g);
	gateway_await(g, 1, " HEARS store from store\n");
	gateway_await(g, 1, " HEARS authority from authority\n");
	assert_int_equal(gateway_count(g, "between store and authority"), 1);
	/* authority said of the one before that it was lost: too late */
	usleep(1500000);
	assert_int_equal(gateway_said_of(g, ROLE_STORE, "PEER "), 2);
	assert_int_equal(gateway_said_of(g, ROLE_AUTHORITY, "PEER store"), 2);
	assert_int_equal(gateway_said_of(g, ROLE_AUTHORITY, "PEER "), 4);
	assert_int_equal(gateway_said_of(g, ROLE_STORE, "BEGIN "), 1);
	assert_int_equal(gateway_said_of(g, ROLE_AUTHORITY, "GO START\n"), 1);
	assert_int_equal(gateway_stop(g), 0);
}

static void
a_role_that_keeps_no_channel_gets_one_a_second(void **state)
{
	struct gateway *g = *state;
	uint64_t began = clock_mono_ms();

	gateway_mode(g, ROLE_STORE, "hangs-up-each");
	gateway_start_ready(g);
	gateway_await(g, 3, "between store and authority");
	assert_true(clock_mono_ms() - began >= 3000);
	assert_int_equal(gateway_said_of(g, ROLE_AUTHORITY, "PEER audit"), 1);
	assert_int_equal(gateway_stop(g), 0);
}

/* Whoever started it hears why, and nothing is tried for ever. */
static void
a_start_that_cannot_succeed_ends_with_what_the_role_said(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_AUDIT, "cannot");
	gateway_start(g, NULL);
	assert_int_equal(gateway_wait(g), 78);
	assert_int_equal(
	    gateway_count(g, "audit cannot start: log/00001: gone\n"), 1);
	assert_true(gateway_count(g, " BEGIN ") <= role_rows);
}

static void
a_role_that_cannot_start_again_is_a_state_with_its_reason(void **state)
{
	struct gateway *g = *state;
	unsigned begun;

	gateway_start_ready(g);
	gateway_mode(g, ROLE_AUDIT, "cannot");
	kill(gateway_role(g, ROLE_AUDIT), SIGKILL);
	gateway_await_status(g, "\"state\":\"cannot start\"");
	gateway_await_status(g, "\"why\":\"log/00001: gone\"");
	begun = gateway_count(g, " BEGIN ");
	usleep(500000); /* five times the first pause */
	assert_int_equal(gateway_count(g, " BEGIN "), begun);
	/* it crashed once; what never ran has not crashed */
	gateway_await_status(g, "\"restarts\":1");
	gateway_mode(g, ROLE_AUDIT, "");
	kill(g->pid, SIGHUP);
	gateway_await_status(g, "\"ready\":true");
	gateway_await_status(g, "\"why\":\"\"");
	assert_int_equal(gateway_stop(g), 0);
}

static void
no_role_writes_a_line_to_the_service_manager(void **state)
{
	struct gateway *g = *state;

	gateway_mode(g, ROLE_AUDIT, "two-lines");
	gateway_start(g, NULL);
	gateway_await_status(g, "\"why\":\"full?MAINPID=1\"");
	await_notice(g, "READY=1\nSTATUS=audit: full?MAINPID=1");
	assert_int_equal(gateway_stop(g), 0);
}

static void
no_descriptor_is_lost_by_deaths_and_reloads(void **state)
{
	struct gateway *g = *state;
	unsigned before;
	char text[32];

	if (geteuid() != 0)
		skip(); /* it is not dumpable: only root sees its descriptors */
	gateway_start_ready(g);
	before = gateway_descriptors(g);
	for (unsigned i = 1; i <= 3; i++) {
		kill(gateway_role(g, ROLE_AUTHORITY), SIGKILL);
		snprintf(text, sizeof text, "\"restarts\":%u", i);
		gateway_await_status(g, text);
		gateway_await(g, (i + 1) * 3, " HEARS authority");
		kill(g->pid, SIGHUP);
		gateway_await(g, i * TAKERS, " GO SWAP\n");
		gateway_await_status(g, "\"ready\":true");
	}
	gateway_await_descriptors(g, before);
	assert_int_equal(gateway_stop(g), 0);
}

/* Whoever reads it must not be sent elsewhere, nor to half of one. */
static void
a_status_that_cannot_be_written_leaves_the_one_before(void **state)
{
	struct gateway *g = *state;
	char path[128], next[128];
	struct stat st;

	gateway_path(g, "run/status", path, sizeof path);
	gateway_path(g, "run/status.new", next, sizeof next);
	gateway_start_ready(g);
	assert_int_equal(symlink("/nonexistent/status", next), 0);
	kill(gateway_role(g, ROLE_STORE), SIGKILL);
	gateway_await(g, 1, "run/status: Too many levels of symbolic links");
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	/* the status tells nothing of it: the next store does */
	gateway_await(g, TAKERS + 1, " BEGIN fds=");
	assert_int_equal(unlink(next), 0);
	kill(gateway_role(g, ROLE_STORE), SIGKILL);
	gateway_await_status(g, "\"restarts\":2");
	gateway_await_status(g, "\"ready\":true");
	assert_int_equal(gateway_stop(g), 0);
}

static void
roles_end_in_order_and_no_process_stays(void **state)
{
	static const enum role order[] = {ROLE_LOGIN, ROLE_AUTHORITY,
	    ROLE_DIRECTORY, ROLE_AUDIT, ROLE_FORWARD, ROLE_STORE};
	struct gateway *g = *state;
	const char *at, *last = NULL;
	char text[64];
	pid_t pid[ROLE_COUNT];

	gateway_start_ready(g);
	for (size_t i = 0; i < role_rows; i++)
		pid[order[i]] = gateway_role(g, order[i]);
	assert_int_equal(gateway_stop(g), 0);
	gateway_said(g);
	for (size_t i = 0; i < role_rows; i++) {
		snprintf(text, sizeof text, "fake %s %d END\n",
		    role_name(order[i]), (int)pid[order[i]]);
		at = strstr(g->said, text);
		if (at == NULL || at < last)
			fail_msg("%s\n%s", text, g->said);
		last = at;
		assert_int_equal(kill(pid[order[i]], 0), -1);
	}
	gateway_path(g, "run/status", text, sizeof text);
	assert_int_equal(access(text, F_OK), -1);
}

static void
a_role_that_does_not_end_is_killed(void **state)
{
	struct gateway *g = *state;
	pid_t pid;

	gateway_mode(g, ROLE_AUTHORITY, "stays");
	gateway_start_ready(g);
	pid = gateway_role(g, ROLE_AUTHORITY);
	assert_int_equal(gateway_stop(g), 0);
	assert_int_equal(
	    gateway_count(g, "authority does not end by itself"), 1);
	assert_int_equal(kill(pid, 0), -1);
	/* those behind it were asked all the same, and had their time */
	assert_int_equal(gateway_count(g, " END\n"), role_rows);
}

static void
a_missing_binary_is_named(void **state)
{
	struct gateway *g = *state;
	char path[128];

	gateway_path(g, "libexec/forward", path, sizeof path);
	assert_int_equal(unlink(path), 0);
	gateway_start(g, NULL);
	/* as gatewayd -t: no state that it could come to begins */
	assert_int_equal(gateway_wait(g), EX_CONFIG);
	assert_int_equal(
	    gateway_count(g, "/libexec/forward: No such file or directory"), 1);
}

static void
a_second_gatewayd_leaves_the_first_alone(void **state)
{
	struct gateway *g = *state;
	pid_t first;

	gateway_start_ready(g);
	first = g->pid;
	gateway_start(g, NULL);
	assert_int_equal(gateway_wait(g), 1);
	assert_int_equal(gateway_count(g, "another gatewayd runs"), 1);
	g->pid = first;
	assert_int_equal(gateway_connect(g, "login.sock", SOCK_STREAM), 0);
	assert_int_equal(gateway_stop(g), 0);
}

#define WITH(name) \
	cmocka_unit_test_setup_teardown(name, gateway_make, gateway_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_role_begins_with_its_control_channel_and_nothing_else),
	    WITH(each_role_is_given_its_own_files_and_sockets),
	    WITH(peers_are_connected_to_each_other),
	    WITH(sockets_have_the_modes_of_the_table),
	    WITH(a_service_manager_hears_of_start_reload_and_end),
	    WITH(a_killed_role_comes_back_and_its_peers_are_told),
	    WITH(a_crash_loop_does_not_spin_and_heals),
	    WITH(a_role_that_never_gets_ready_is_started_again),
	    WITH(a_role_that_hangs_up_is_ended_and_started_again),
	    WITH(a_channel_that_ends_while_both_roles_live_is_made_again),
	    WITH(a_role_that_keeps_no_channel_gets_one_a_second),
	    WITH(a_start_that_cannot_succeed_ends_with_what_the_role_said),
	    WITH(a_role_that_cannot_start_again_is_a_state_with_its_reason),
	    WITH(no_role_writes_a_line_to_the_service_manager),
	    WITH(no_descriptor_is_lost_by_deaths_and_reloads),
	    WITH(a_status_that_cannot_be_written_leaves_the_one_before),
	    WITH(roles_end_in_order_and_no_process_stays),
	    WITH(a_role_that_does_not_end_is_killed),
	    WITH(a_missing_binary_is_named),
	    WITH(a_second_gatewayd_leaves_the_first_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
