/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/role/health.h"
#include "gatewayd/role/role.h"
#include "lib/base/clock.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

static void
add(struct role_handed *h, const char *name, int fd)
{
	snprintf(
	    h->file[h->file_count].name, sizeof h->file[0].name, "%s", name);
	h->file[h->file_count++].fd = fd;
}

static void
a_file_is_taken_once(void **state)
{
	struct role_handed h = {.file_count = 0};

	add(&h, "seal.key", 10);
	add(&h, "attempts", 11);
	assert_int_equal(role_take_file(&h, "attempts"), 11);
	assert_int_equal(role_take_file(&h, "attempts"), -1);
	assert_int_equal(role_take_file(&h, "seal"), -1);
	assert_int_equal(role_take_file(&h, "seal.key"), 10);
}

/* The CA of two sinks. */
static void
a_file_that_came_twice_is_taken_twice(void **state)
{
	struct role_handed h = {.file_count = 0};

	add(&h, "/etc/ca.pem", 10);
	add(&h, "/etc/ca.pem", 11);
	assert_int_equal(role_take_file(&h, "/etc/ca.pem"), 10);
	assert_int_equal(role_take_file(&h, "/etc/ca.pem"), 11);
	assert_int_equal(role_take_file(&h, "/etc/ca.pem"), -1);
}

/* ---- a role of our own, with this test as its parent ---- */

static struct loop *role_loop;
static struct loop_timer role_timer;

static void
report(void *arg)
{
	role_say_state(ROLE_STATE_ABLE, "");
	loop_timer_at(role_loop, &role_timer, clock_mono_ms(), report, NULL);
}

static int
start_reporting(struct loop *loop, struct role_handed *h)
{
	role_loop = loop;
	report(h);
	return 0;
}

static bool gone;

static const char *
look(void)
{
	if (gone)
		_exit(99);
	return "";
}

static int
start_looking(struct loop *loop, struct role_handed *h)
{
	(void)h;
	role_health(loop, look);
	return 0;
}

/* Takes so long that the next look is due when it is through. */
static void
stop_looking(void)
{
	gone = true;
	usleep(300000);
}

static const struct role_ops reporter = {.role = ROLE_STORE,
    .conf_size = sizeof(struct conf_store),
    .start = start_reporting};
static const struct role_ops looker = {.role = ROLE_STORE,
    .conf_size = sizeof(struct conf_store),
    .start = start_looking,
    .stop = stop_looking};

static _Noreturn void
be_a_role(const struct role_ops *ops, int control, const char *release)
{
	setenv(ROLE_RELEASE, release, 1);
	if (dup2(control, ROLE_CONTROL_FD) < 0 ||
	    close_range(ROLE_CONTROL_FD + 1, ~0U, 0) < 0)
		_exit(126);
	_exit(role_main(ops));
}

static void
await_ready(struct channel *control)
{
	struct message m;
	bool ready = false;

	while (!ready) {
		assert_int_equal(
		    channel_receive(control, &m, PATIENCE_MS), CHANNEL_MESSAGE);
		ready = m.type == MSG_PARENT_READY_NOTE;
		if (ready)
			assert_int_equal(m.u.PARENT_READY_NOTE.failed, 0);
	}
}

static pid_t
begin(
    const struct role_ops *ops, const char *release, struct channel *control_r)
{
	int pair[2];
	pid_t pid;

	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		be_a_role(ops, pair[1], release);
	close(pair[1]);
	channel_init(control_r, pair[0], ROLE_PARENT, ROLE_STORE);
	return pid;
}

/* Its exit status, once its parent has hung up. */
static int
hang_up_on(const struct role_ops *ops)
{
	struct conf_store conf = {.role.root = "/"};
	struct channel control;
	struct message m;
	int status;
	pid_t pid = begin(ops, SALLYPORT_VERSION, &control);

	message_init(&m, MSG_PARENT_CONFIG_NOTE);
	memcpy(m.u.PARENT_CONFIG_NOTE.conf, &conf, sizeof conf);
	m.u.PARENT_CONFIG_NOTE.conf_size = sizeof conf;
	assert_int_equal(channel_send(&control, &m), 0);
	message_init(&m, MSG_PARENT_GO_NOTE);
	m.u.PARENT_GO_NOTE.go = GO_START;
	assert_int_equal(channel_send(&control, &m), 0);
	await_ready(&control);
	channel_close(&control);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* Whatever it is doing at that moment: it says its state all the time, and
 * finds nobody there in the middle of it. */
static void
a_parent_that_hangs_up_ends_the_role_with_0(void **state)
{
	for (int round = 0; round < 20; round++)
		assert_int_equal(hang_up_on(&reporter), 0);
}

/* What it looked at is gone by then. */
static void
a_role_that_has_stopped_is_not_looked_at(void **state)
{
	assert_int_equal(hang_up_on(&looker), 0);
}

/* A package has replaced the programs, and gatewayd still runs: its
 * configuration, a struct, may have another shape by now. */
static void
a_role_of_another_release_says_so_and_reads_nothing(void **state)
{
	struct channel control;
	struct message m;
	int status;
	pid_t pid = begin(&reporter, "0.0.1", &control);

	assert_int_equal(
	    channel_receive(&control, &m, PATIENCE_MS), CHANNEL_MESSAGE);
	assert_int_equal(m.type, MSG_PARENT_READY_NOTE);
	assert_int_equal(m.u.PARENT_READY_NOTE.failed, 1);
	assert_string_equal(m.u.PARENT_READY_NOTE.text,
	    "gatewayd is release 0.0.1, and this program is release " SALLYPORT_VERSION
	    ": restart gatewayd");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_not_equal(status, 0);
	channel_close(&control);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_taken_once),
	    cmocka_unit_test(a_file_that_came_twice_is_taken_twice),
	    cmocka_unit_test(a_parent_that_hangs_up_ends_the_role_with_0),
	    cmocka_unit_test(a_role_that_has_stopped_is_not_looked_at),
	    cmocka_unit_test(
		a_role_of_another_release_says_so_and_reads_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
