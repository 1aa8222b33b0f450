/* SPDX-License-Identifier: Apache-2.0 */
/* Several servers in the list: refused is not unreachable, for each of them,
 * and an outage of all is over soon after it is over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include "lib/base/clock.h"
#include "tests/directory/fake_ldap.h"
#include "tests/directory/rig.h"
#include "tests/support/patience.h"
#include "tests/support/unit.h"

#define SERVERS 3
#define SPREAD_MOST 64
#define BACK_MS 10000 /* the longest that logins wait after an outage */

static const char *program;
static struct rig rig;
static struct fake server[SERVERS];
static size_t servers;
static bool running;

static void
begin(const enum fake_mode *mode, size_t count)
{
	struct conf_directory c;

	rig_conf(&c);
	c.operation_timeout = c.connect_timeout = 1500;
	c.search_connections = c.bind_connections = 4;
	for (servers = 0; servers < count; servers++) {
		fake_start(&server[servers], mode[servers]);
		snprintf(c.uri[c.uri_count++], CONF_TEXT, "ldap://127.0.0.1:%u",
		    server[servers].port);
	}
	assert_int_equal(rig_start(&rig, program, &c), 0);
	running = true;
}

static int
end(void **state)
{
	if (!running)
		return 0;
	running = false;
	for (size_t i = 0; i < servers; i++)
		fake_stop(&server[i]);
	return rig_stop(&rig);
}

static int
lookup(void)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	static unsigned attempt;
	int status = rig_lookup(&rig, ++attempt, "alice", &a);

	rig_forget(&rig, attempt);
	return status;
}

static void
await_binds(const struct fake *f, unsigned least)
{
	uint64_t limit = clock_mono_ms() + PATIENCE_MS;

	while (*(volatile unsigned *)&f->seen->binds < least) {
		assert_true(clock_mono_ms() < limit);
		usleep(10000);
	}
}

/* The newest reason of a role that cannot do its job. */
static void
await_trouble(const char *text, char reason_r[WHY_MAX + 1])
{
	static struct message m;

	do {
		assert_int_equal(channel_receive(&rig.control, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
		if (m.type == MSG_PARENT_STATE_NOTE) /* it never did */
			assert_int_equal(m.u.PARENT_STATE_NOTE.worked_ms, 0);
		if (m.type == MSG_PARENT_STATE_NOTE)
			memcpy(reason_r, m.u.PARENT_STATE_NOTE.reason,
			    WHY_MAX + 1);
	} while (
	    m.type != MSG_PARENT_STATE_NOTE || strstr(reason_r, text) == NULL);
}

/* The parent is told; text "": that it can be used again. */
static void
await_told(const struct fake *f, const char *text)
{
	static struct message m;
	const struct msg_PARENT_SERVER_NOTE *n = &m.u.PARENT_SERVER_NOTE;
	char uri[64];

	snprintf(uri, sizeof uri, "ldap://127.0.0.1:%u", f->port);
	do
		assert_int_equal(channel_receive(&rig.control, &m, PATIENCE_MS),
		    CHANNEL_MESSAGE);
	while (m.type != MSG_PARENT_SERVER_NOTE ||
	       strcmp(n->server, uri) != 0 || n->works != (*text == '\0') ||
	       strstr(n->text, text) == NULL);
}

/* Its lockout would count each try, while the second one serves. */
static void
one_that_refuses_is_asked_once_while_another_serves(void **state)
{
	static const enum fake_mode modes[] = {FAKE_REFUSES, FAKE_NORMAL};
	uint64_t until;
	unsigned logins = 0;

	begin(modes, 2);
	await_binds(&server[1], 1);
	until = clock_mono_ms() + 1500;
	while (clock_mono_ms() < until) {
		assert_int_equal(lookup(), LOOKUP_FOUND);
		assert_int_equal(
		    rig_login(&rig, "alice", "0 0", NULL), VERDICT_MATCH);
		logins++;
	}
	assert_true(logins > 0);
	assert_int_equal(server[0].seen->searches, 0);
	/* the service's one; people's binds go to the one that is well */
	assert_int_equal(server[0].seen->binds, 1);
	assert_true(rig_logged(&rig, "next try in 60 s"));
	await_told(&server[0], "service bind: Invalid credentials");
}

static void
each_that_refuses_is_asked_once_and_named(void **state)
{
	static const enum fake_mode modes[] = {
	    FAKE_REFUSES, FAKE_REFUSES, FAKE_REFUSES};
	char reason[WHY_MAX + 1], uri[64];
	uint64_t until;

	begin(modes, 3);
	for (size_t i = 0; i < 3; i++)
		await_binds(&server[i], 1);
	until = clock_mono_ms() + 1500;
	while (clock_mono_ms() < until) {
		assert_int_equal(lookup(), LOOKUP_UNAVAILABLE);
		usleep(100000);
	}
	await_trouble("nobody can log in", reason);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(server[i].seen->binds, 1);
		snprintf(uri, sizeof uri,
		    "ldap://127.0.0.1:%u: service bind: Invalid credentials",
		    server[i].port);
		assert_non_null(strstr(reason, uri));
	}
	assert_non_null(strstr(reason, "refused 1 time, next try at "));
}

/* Refused by one, the others out of reach: those are tried again soon, it is
 * not. */
static void
a_refusal_does_not_delay_the_way_back_of_another(void **state)
{
	static const enum fake_mode modes[] = {FAKE_REFUSES, FAKE_NORMAL};
	uint64_t began, until;

	begin(modes, 2);
	await_binds(&server[1], 1);
	assert_int_equal(lookup(), LOOKUP_FOUND);
	fake_freeze(&server[1]);
	until = clock_mono_ms() + 2500;
	while (clock_mono_ms() < until)
		assert_int_equal(lookup(), LOOKUP_UNAVAILABLE);
	fake_thaw(&server[1]);
	began = clock_mono_ms();
	while (lookup() != LOOKUP_FOUND)
		assert_true(clock_mono_ms() - began < BACK_MS);
	assert_int_equal(server[0].seen->binds, 1);
}

/* While somebody waits one try a second is enough: not one for each of the
 * connections, and not one after a pause that has doubled. */
static void
an_outage_of_all_ends_by_one_probe_when_somebody_waits(void **state)
{
	static const enum fake_mode modes[] = {
	    FAKE_NORMAL, FAKE_NORMAL, FAKE_NORMAL};
	unsigned before[SERVERS], tries = 0;
	uint64_t began, until;

	begin(modes, 3);
	assert_int_equal(lookup(), LOOKUP_FOUND);
	for (size_t i = 0; i < 3; i++)
		fake_freeze(&server[i]);
	until = clock_mono_ms() + 1500;
	while (clock_mono_ms() < until)
		lookup();
	for (size_t i = 0; i < 3; i++)
		before[i] = server[i].seen->connections;
	until = clock_mono_ms() + 5000;
	while (clock_mono_ms() < until)
		assert_int_equal(lookup(), LOOKUP_UNAVAILABLE);
	for (size_t i = 0; i < 3; i++)
		fake_thaw(&server[i]);
	began = clock_mono_ms();
	while (lookup() != LOOKUP_FOUND)
		assert_true(clock_mono_ms() - began < BACK_MS);
	/* those that the kernel took meanwhile are counted now */
	for (size_t i = 0; i < 3; i++)
		tries += server[i].seen->connections - before[i];
	print_message("back after %u ms, %u connections\n",
	    (unsigned)(clock_mono_ms() - began), tries);
	assert_in_range(tries, 1, 3 * 8 + 8);
}

/* No more than the pool's own time for connect(2), however long
 * connect-timeout is. */
static void
a_host_that_is_gone_is_left_within_a_second(void **state)
{
	static const enum fake_mode modes[] = {FAKE_GONE, FAKE_NORMAL};
	uint64_t began = clock_mono_ms(), took;

	begin(modes, 2);
	assert_int_equal(lookup(), LOOKUP_FOUND);
	took = clock_mono_ms() - began;
	print_message("left after %u ms\n", (unsigned)took);
	assert_in_range(took, 500, 1400);
	await_told(&server[0], "connect: no answer in time");
}

/* Notes when each connection came that is new; returns how many there are. */
static unsigned
note_new(uint64_t at[SPREAD_MOST], unsigned known)
{
	unsigned n = *(volatile unsigned *)&server[0].seen->connections;

	for (; known < n && known < SPREAD_MOST; known++)
		at[known] = clock_mono_ms();
	return known;
}

static void
one_that_is_back_gets_one_probe_and_then_a_connection_a_second(void **state)
{
	static const enum fake_mode modes[] = {FAKE_NORMAL, FAKE_NORMAL};
	uint64_t at[SPREAD_MOST] = {0}, back, until;
	unsigned port, n = 0;

	begin(modes, 2);
	port = server[0].port;
	assert_int_equal(lookup(), LOOKUP_FOUND);
	fake_stop(&server[0]);
	until = clock_mono_ms() + 5000;
	while (clock_mono_ms() < until) {
		assert_int_equal(
		    rig_login(&rig, "alice", "0 0", NULL), VERDICT_MATCH);
		usleep(10000);
	}
	fake_start_at(&server[0], FAKE_NORMAL, port);
	back = clock_mono_ms();
	/* one probe, four for searches and four for binds */
	while (n < 9) {
		assert_true(clock_mono_ms() - back < BACK_MS + 20000);
		assert_int_equal(
		    rig_login(&rig, "alice", "0 0", NULL), VERDICT_MATCH);
		n = note_new(at, n);
		usleep(5000);
	}
	print_message("noticed after %u ms, %u connections in %u ms\n",
	    (unsigned)(at[0] - back), n, (unsigned)(at[n - 1] - at[0]));
	assert_true(at[0] - back < BACK_MS);
	assert_true(at[n - 1] - at[0] >= (n - 1) * 1000 - 500);
	await_told(&server[0], "");
}

#define TEST(name) cmocka_unit_test_teardown(name, end)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(one_that_refuses_is_asked_once_while_another_serves),
	    TEST(each_that_refuses_is_asked_once_and_named),
	    TEST(a_refusal_does_not_delay_the_way_back_of_another),
	    TEST(a_host_that_is_gone_is_left_within_a_second),
	    TEST(
		one_that_is_back_gets_one_probe_and_then_a_connection_a_second),
	    TEST(an_outage_of_all_ends_by_one_probe_when_somebody_waits),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	program = rig_program(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
