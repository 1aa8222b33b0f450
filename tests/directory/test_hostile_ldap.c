/* SPDX-License-Identifier: Apache-2.0 */
/* The built role against a server that answers anything. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/directory/password_channel.h"
#include "lib/base/clock.h"
#include "tests/directory/fake_ldap.h"
#include "tests/directory/rig.h"
#include "tests/support/patience.h"
#include "tests/directory/hostile.h"
#include "tests/support/unit.h"

static void
searches_that_are_not_one_whole_entry_are_told_apart(void **state)
{
	static const struct {
		const char *name;
		int status;
	} rows[] = {
	    {"alice", LOOKUP_FOUND},
	    {"none", LOOKUP_UNKNOWN},
	    {"other", LOOKUP_UNKNOWN},
	    {"two", LOOKUP_AMBIGUOUS},
	    {"flood", LOOKUP_AMBIGUOUS},
	    {"alice", LOOKUP_FOUND},
	    {"reference", LOOKUP_UNAVAILABLE},
	    {"referral", LOOKUP_UNAVAILABLE},
	    {"busy", LOOKUP_UNAVAILABLE},
	    {"done", LOOKUP_UNAVAILABLE},
	    {"limit", LOOKUP_MALFORMED},
	    {"noid", LOOKUP_MALFORMED},
	    {"emptyid", LOOKUP_MALFORMED},
	    {"twoids", LOOKUP_MALFORMED},
	    {"listofids", LOOKUP_MALFORMED},
	    {"range", LOOKUP_MALFORMED},
	    {"groups64", LOOKUP_FOUND},
	    {"groups65", LOOKUP_FOUND},
	    {"groups2000", LOOKUP_FOUND},
	    {"groups5000", LOOKUP_MALFORMED},
	    {"hugegroup", LOOKUP_MALFORMED},
	    {"state memberOf cn=\xff", LOOKUP_MALFORMED},
	    {"cut", LOOKUP_MALFORMED},
	    {"state userAccountControl many", LOOKUP_MALFORMED},
	    {"state userAccountControl 514", LOOKUP_FOUND},
	    {"reset", LOOKUP_UNAVAILABLE},
	    {"alice", LOOKUP_FOUND},
	};

	hostile_begin(FAKE_NORMAL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int status = hostile_lookup(rows[i].name);

		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].name, status);
	}
	hostile_end();
}

/* A person may be in any number of groups, and the policy names some of them.
 */
static void
groups_count_that_the_policy_names(void **state)
{
	static char text[65][32];
	static const char *names[66];
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	const char *const *before = rig_groups;

	hostile_begin(FAKE_NORMAL);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 1, "groups65", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 0);
	for (int i = 0; i < 65; i++) {
		snprintf(text[i], sizeof text[i], "cn=g%d,dc=example", i);
		names[i] = text[i];
	}
	rig_groups = names + 63;
	assert_int_equal(rig_reload(&hostile.rig, &hostile.conf), 0);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 2, "groups65", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 2);
	assert_string_equal(a.group[1], "cn=g64,dc=example");
	rig_groups = names + 1;
	assert_int_equal(rig_reload(&hostile.rig, &hostile.conf), 0);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 3, "groups65", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 64);
	rig_groups = names;
	assert_int_equal(rig_reload(&hostile.rig, &hostile.conf), 0);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 4, "groups65", NULL), LOOKUP_MALFORMED);
	rig_groups = before;
	hostile_end();
}

static void
policy_names(const char *first, const char *second)
{
	snprintf(hostile.conf.policy_attribute[0], CONF_ATTRIBUTE, "%s", first);
	snprintf(
	    hostile.conf.policy_attribute[1], CONF_ATTRIBUTE, "%s", second);
	hostile.conf.policy_attribute_count = 2;
	assert_int_equal(rig_reload(&hostile.rig, &hostile.conf), 0);
}

static void
attributes_of_the_policy_are_whole_or_the_entry_is_malformed(void **state)
{
	static const struct {
		const char *name;
		int status;
	} rows[] = {
	    {"alice", LOOKUP_FOUND}, {"state SHIFT night", LOOKUP_FOUND},
	    {"values64", LOOKUP_FOUND}, {"values65", LOOKUP_MALFORMED},
	    {"longvalue", LOOKUP_MALFORMED}, {"optionvalue", LOOKUP_FOUND},
	    {"partvalue", LOOKUP_MALFORMED}, {"partlanguage", LOOKUP_MALFORMED},
	    {"novalue", LOOKUP_MALFORMED},
	    {"state sh night", LOOKUP_MALFORMED}, /* another name for it */
	};

	hostile_begin(FAKE_NORMAL);
	policy_names("roster", "shift");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int status = hostile_lookup(rows[i].name);

		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].name, status);
	}
	assert_true(
	    rig_logged(&hostile.rig, "answers with the attribute sh, which"));
	hostile_end();
}

static void
an_answer_says_which_attributes_it_is_about(void **state)
{
	static const char night[] = "\1night";
	static struct msg_DIRECTORY_LOOKUP_ANS a;

	hostile_begin(FAKE_NORMAL);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 1, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.attribute_count, 0);
	policy_names("roster", "shift");
	assert_int_equal(
	    rig_lookup(&hostile.rig, 2, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.attribute_count, 2);
	assert_int_equal(a.values_size, 0);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 3, "state shift night", &a), LOOKUP_FOUND);
	assert_string_equal(a.attribute[1], "shift");
	assert_int_equal(a.values_size, sizeof night);
	assert_memory_equal(a.values, night, sizeof night);
	hostile_end();
}

static void
a_name_reaches_the_server_as_it_was_asked(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	unsigned attempt = 5000;

	hostile_begin(FAKE_NORMAL);
	for (int c = 1; c < 128; c++) {
		char name[] = {'a', (char)c, 'b', '\0'};

		assert_int_equal(rig_lookup(&hostile.rig, ++attempt, name, &a),
		    LOOKUP_FOUND);
		assert_string_equal(a.name, name);
	}
	assert_int_equal(
	    rig_lookup(&hostile.rig, ++attempt, "*)(uid=*", &a), LOOKUP_FOUND);
	assert_string_equal(a.name, "*)(uid=*");
	assert_int_equal(
	    rig_lookup(&hostile.rig, ++attempt, "", &a), LOOKUP_MALFORMED);
	assert_string_equal(hostile.rig.why, "");
	hostile_end();
}

static void
the_id_is_in_one_spelling(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;

	hostile_begin(FAKE_NORMAL);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 1, "alice", &a), LOOKUP_FOUND);
	assert_string_equal(a.subject, "0a1b2c3d-0000-4000-8000-00000000000f");
	assert_int_equal(a.state, ACCOUNT_ACTIVE);
	hostile_end();
}

static void
broken_answers_to_a_bind_are_unavailable_and_the_next_one_is_not(void **state)
{
	static const struct {
		const char *password;
		int verdict;
	} rows[] = {
	    {"reset", VERDICT_UNAVAILABLE},
	    {"garbage", VERDICT_UNAVAILABLE},
	    {"notice", VERDICT_UNAVAILABLE},
	    {"notbind", VERDICT_UNAVAILABLE},
	    {"referral", VERDICT_UNAVAILABLE},
	    {"twice", VERDICT_MISMATCH},
	};

	hostile_begin(FAKE_NORMAL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int verdict =
		    rig_login(&hostile.rig, "alice", rows[i].password, NULL);

		if (verdict != rows[i].verdict)
			fail_msg("%s: %d", rows[i].password, verdict);
		assert_int_equal(rig_login(&hostile.rig, "alice", "0 0", NULL),
		    VERDICT_MATCH);
	}
	hostile_end();
}

static void
an_answer_that_does_not_come_is_unavailable_and_the_next_one_is_not(
    void **state)
{
	/* nor does the rest of 2 GiB, or an answer to what was asked */
	static const char *const silent[] = {"silent", "huge", "wrongid"};
	uint64_t limit;

	hostile_begin_with(FAKE_NORMAL, 500);
	assert_int_equal(hostile_lookup("silent"), LOOKUP_UNAVAILABLE);
	limit = clock_mono_ms() + PATIENCE_MS;
	/* either may be late once, on a machine that is busy */
	while (hostile_lookup("alice") != LOOKUP_FOUND)
		assert_true(clock_mono_ms() < limit);
	for (int i = 0; i < 3; i++) {
		while (rig_login(&hostile.rig, "alice", silent[i], NULL) !=
		       VERDICT_UNAVAILABLE)
			assert_true(clock_mono_ms() < limit);
		while (rig_login(&hostile.rig, "alice", "0 0", NULL) !=
		       VERDICT_MATCH)
			assert_true(clock_mono_ms() < limit);
	}
	hostile_end();
}

static void
a_slow_bind_does_not_hold_up_the_others(void **state)
{
	unsigned attempt;

	hostile_begin(FAKE_NORMAL);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 1, "alice", NULL), LOOKUP_FOUND);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 2, "bob", NULL), LOOKUP_FOUND);
	assert_int_equal(rig_password(&hostile.rig, 1, 1, "late", 4), 0);
	assert_int_equal(rig_password(&hostile.rig, 2, 2, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, &attempt, NULL, PATIENCE_MS),
	    VERDICT_MATCH);
	assert_int_equal(attempt, 2);
	hostile.fake.seen->late_may_go = 1;
	assert_int_equal(rig_verdict(&hostile.rig, &attempt, NULL, PATIENCE_MS),
	    VERDICT_MATCH);
	assert_int_equal(attempt, 1);
	hostile_end();
}

static void
only_the_ticket_of_the_lookup_brings_a_bind(void **state)
{
	unsigned before, attempt;

	hostile_begin(FAKE_NORMAL);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 7, "alice", NULL), LOOKUP_FOUND);
	before = hostile.fake.seen->binds;
	/* closed the same way, and nothing happens */
	assert_int_equal(rig_password(&hostile.rig, 7, 8, "0 0", 3), 0);
	assert_int_equal(rig_password(&hostile.rig, 8, 7, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, 200), -1);
	assert_int_equal(hostile.fake.seen->binds, before);
	/* and the right one is still good, once */
	assert_int_equal(rig_password(&hostile.rig, 7, 7, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, &attempt, NULL, PATIENCE_MS),
	    VERDICT_MATCH);
	assert_int_equal(attempt, 7);
	assert_int_equal(rig_password(&hostile.rig, 7, 7, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, 200), -1);
	assert_int_equal(hostile.fake.seen->binds, before + 1);
	/* forgotten, and without a ticket */
	assert_int_equal(
	    rig_lookup(&hostile.rig, 9, "alice", NULL), LOOKUP_FOUND);
	rig_forget(&hostile.rig, 9);
	rig_ask(&hostile.rig, 10, 0, false, "alice");
	assert_int_equal(rig_answer(&hostile.rig, NULL, NULL), LOOKUP_FOUND);
	assert_int_equal(rig_password(&hostile.rig, 9, 9, "0 0", 3), 0);
	assert_int_equal(rig_password(&hostile.rig, 10, 0, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, 200), -1);
	assert_int_equal(hostile.fake.seen->binds, before + 1);
	hostile_end();
}

static void
an_empty_password_never_reaches_the_server(void **state)
{
	unsigned before;

	hostile_begin(FAKE_NORMAL);
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(
		    rig_lookup(&hostile.rig, i, "alice", NULL), LOOKUP_FOUND);
	before = hostile.fake.seen->binds;
	assert_int_equal(rig_password(&hostile.rig, 1, 1, "", 0), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS),
	    VERDICT_MALFORMED);
	assert_int_equal(rig_password(&hostile.rig, 2, 2, "\0x", 2), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS),
	    VERDICT_MALFORMED);
	assert_int_equal(rig_password(&hostile.rig, 3, 3, "0 0\0", 4), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS),
	    VERDICT_MALFORMED);
	assert_int_equal(hostile.fake.seen->binds, before);
	assert_int_equal(hostile.fake.seen->empty_passwords, 0);
	hostile_end();
}

static void
no_bind_before_authority_has_counted_the_try(void **state)
{
	unsigned before;

	hostile_begin(FAKE_NORMAL);
	for (unsigned i = 1; i <= 4; i++)
		assert_int_equal(
		    rig_lookup(&hostile.rig, i, "alice", NULL), LOOKUP_FOUND);
	before = hostile.fake.seen->binds;
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(rig_hand_on(&hostile.rig, i, i, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, 200), -1);
	assert_int_equal(hostile.fake.seen->binds, before);
	rig_allow(&hostile.rig, 1, false);
	assert_int_equal(
	    rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	/* who is refused already is nobody, once and for all */
	rig_allow(&hostile.rig, 2, true);
	rig_allow(&hostile.rig, 2, false);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS),
	    VERDICT_MISMATCH);
	/* over before it was allowed */
	rig_forget(&hostile.rig, 3);
	rig_allow(&hostile.rig, 3, false);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, 200), -1);
	assert_int_equal(hostile.fake.seen->binds, before + 2);
	/* authority may be the faster one */
	rig_allow(&hostile.rig, 4, false);
	assert_int_equal(rig_hand_on(&hostile.rig, 4, 4, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	hostile_end();
}

/* A conversation that was taken over holds some channels and says nothing. */
static void
one_process_cannot_take_all_channels(void **state)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	pid_t other;
	int ready[2], status;
	char byte;

	hostile_begin(FAKE_NORMAL);
	memcpy(a.sun_path, hostile.rig.socket, sizeof hostile.rig.socket);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ready), 0);
	other = fork();
	if (other == 0) {
		int fd, closed = 0;

		close(ready[0]);
		for (int i = 0; i < PASSWORD_CHANNEL_MAX; i++) {
			struct pollfd p = {.events = POLLIN};

			fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
			if (connect(fd, (void *)&a, sizeof a) < 0)
				_exit(99);
			/* the first ones stay, the others are hung up on */
			p.fd = fd;
			closed += i >= PASSWORD_CHANNEL_PROCESS_MAX &&
				  poll(&p, 1, 1000) == 1 &&
				  read(fd, &byte, 1) == 0;
		}
		/* until the other end is closed */
		if (write(ready[1], "x", 1) != 1 ||
		    read(ready[1], &byte, 1) != 0)
			_exit(98);
		_exit(closed == PASSWORD_CHANNEL_MAX -
				    PASSWORD_CHANNEL_PROCESS_MAX
			  ? 0
			  : 1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(
	    rig_login(&hostile.rig, "alice", "0 0", NULL), VERDICT_MATCH);
	close(ready[0]);
	assert_int_equal(waitpid(other, &status, 0), other);
	assert_int_equal(status, 0);
	hostile_end();
}

/* The same traffic as for a person; never a match, whatever is answered. */
static void
a_decoy_binds_as_nobody(void **state)
{
	unsigned before;

	hostile_begin(FAKE_NORMAL);
	rig_ask(&hostile.rig, 1, 1, true, "alice");
	assert_int_equal(rig_answer(&hostile.rig, NULL, NULL), LOOKUP_FOUND);
	rig_ask(&hostile.rig, 2, 2, false, "none");
	assert_int_equal(rig_answer(&hostile.rig, NULL, NULL), LOOKUP_UNKNOWN);
	before = hostile.fake.seen->binds;
	assert_int_equal(rig_password(&hostile.rig, 1, 1, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS),
	    VERDICT_MISMATCH);
	assert_int_equal(rig_password(&hostile.rig, 2, 2, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS),
	    VERDICT_MISMATCH);
	assert_int_equal(hostile.fake.seen->binds, before + 2);
	hostile_end();
}

static void
a_password_may_come_before_the_lookup_ends(void **state)
{
	hostile_begin(FAKE_NORMAL);
	rig_ask(&hostile.rig, 1, 1, false, "alice");
	assert_int_equal(rig_password(&hostile.rig, 1, 1, "0 0", 3), 0);
	assert_int_equal(rig_answer(&hostile.rig, NULL, NULL), LOOKUP_FOUND);
	assert_int_equal(
	    rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	hostile_end();
}

static void
a_new_authority_knows_nothing_of_the_old_ones_attempts(void **state)
{
	hostile_begin(FAKE_NORMAL);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 1, "alice", NULL), LOOKUP_FOUND);
	rig_restart_authority(&hostile.rig);
	assert_int_equal(
	    rig_lookup(&hostile.rig, 2, "bob", NULL), LOOKUP_FOUND);
	assert_int_equal(rig_password(&hostile.rig, 1, 1, "0 0", 3), 0);
	assert_int_equal(rig_verdict(&hostile.rig, NULL, NULL, 200), -1);
	assert_int_equal(rig_password(&hostile.rig, 2, 2, "0 0", 3), 0);
	assert_int_equal(
	    rig_verdict(&hostile.rig, NULL, NULL, PATIENCE_MS), VERDICT_MATCH);
	hostile_end();
}

#define TEST(name) cmocka_unit_test_teardown(name, hostile_clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(searches_that_are_not_one_whole_entry_are_told_apart),
	    TEST(groups_count_that_the_policy_names),
	    TEST(attributes_of_the_policy_are_whole_or_the_entry_is_malformed),
	    TEST(an_answer_says_which_attributes_it_is_about),
	    TEST(a_name_reaches_the_server_as_it_was_asked),
	    TEST(the_id_is_in_one_spelling),
	    TEST(
		broken_answers_to_a_bind_are_unavailable_and_the_next_one_is_not),
	    TEST(
		an_answer_that_does_not_come_is_unavailable_and_the_next_one_is_not),
	    TEST(a_slow_bind_does_not_hold_up_the_others),
	    TEST(only_the_ticket_of_the_lookup_brings_a_bind),
	    TEST(an_empty_password_never_reaches_the_server),
	    cmocka_unit_test(no_bind_before_authority_has_counted_the_try),
	    cmocka_unit_test(one_process_cannot_take_all_channels),
	    TEST(a_decoy_binds_as_nobody),
	    TEST(a_password_may_come_before_the_lookup_ends),
	    TEST(a_new_authority_knows_nothing_of_the_old_ones_attempts),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	setenv("LDAPNOINIT", "1", 1);
	signal(SIGPIPE, SIG_IGN);
	hostile_program = rig_program(argv[0]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
