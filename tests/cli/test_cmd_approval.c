/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define SOCKET "--socket", fake_socket(fake)
#define NOW_MS INT64_C(1790000000000) /* 2026-09-21 14:13:20 */

static struct fake *fake;
static struct fake_run run;

static void
give(struct channel *c, const struct msg_ADMIN_GIVE_REQ *q)
{
	struct msg_ADMIN_GIVE_ANS *a;
	struct message m;

	message_init(&m, MSG_ADMIN_GIVE_ANS);
	a = &m.u.ADMIN_GIVE_ANS;
	a->status = ADMIN_OK;
	a->ends_ms = NOW_MS;
	if (strcmp(q->name, "echo") == 0) {
		a->status = ADMIN_NO;
		snprintf(a->text, sizeof a->text, "%s at %s for %u s by %s.",
		    q->approval, q->service, q->seconds, q->actor);
	}
	channel_send(c, &m);
}

static void
list(struct channel *c, const struct msg_ADMIN_APPROVALS_REQ *q)
{
	struct msg_ADMIN_APPROVALS_ANS *a;
	struct message m;
	int count = q->name[0] == '\0' ? 3 : 0;

	for (int i = 0; i <= count; i++) {
		message_init(&m, MSG_ADMIN_APPROVALS_ANS);
		a = &m.u.ADMIN_APPROVALS_ANS;
		a->status = ADMIN_OK;
		a->end = i == count;
		if (!a->end) {
			snprintf(a->approval, sizeof a->approval, "CHG-%d", i);
			strcpy(a->subject, "id");
		}
		if (!a->end && i < 2) {
			strcpy(a->name, "alice");
			strcpy(a->service, i == 1 ? "sudo" : "");
			strcpy(a->giver, "bo\033b");
			a->given_ms = NOW_MS - 1000;
			a->ends_ms = NOW_MS;
		}
		if (strcmp(q->name, "mallory") == 0) {
			a->status = ADMIN_NO;
			strcpy(a->text, "no such person");
		}
		channel_send(c, &m);
	}
}

static void
withdraw(struct channel *c, const struct msg_ADMIN_WITHDRAW_REQ *q)
{
	struct message m;

	message_init(&m, MSG_ADMIN_WITHDRAW_ANS);
	m.u.ADMIN_WITHDRAW_ANS.status =
	    strcmp(q->approval, "CHG-1") == 0 && q->actor[0] != '\0' ? ADMIN_OK
								     : ADMIN_NO;
	strcpy(m.u.ADMIN_WITHDRAW_ANS.text, "has no such one");
	channel_send(c, &m);
}

static void
answer(struct channel *c, struct message *m)
{
	if (m->type == MSG_ADMIN_GIVE_REQ)
		give(c, &m->u.ADMIN_GIVE_REQ);
	else if (m->type == MSG_ADMIN_APPROVALS_REQ)
		list(c, &m->u.ADMIN_APPROVALS_REQ);
	else if (m->type == MSG_ADMIN_WITHDRAW_REQ)
		withdraw(c, &m->u.ADMIN_WITHDRAW_REQ);
}

static int
set_up(void **state)
{
	fake = fake_start(ROLE_ADMIN, answer);
	return 0;
}

static int
tear_down(void **state)
{
	fake_stop(&fake);
	return 0;
}

static void
one_is_given_until_a_time(void **state)
{
	RUN(&run, cmd_approval, "approval", "give", "alice", "CHG-1", "--for",
	    "8h", SOCKET);
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "given until 2026-09-21T14:13:20Z, for a plain \"approval\" "
	    "alone: it comes from no open session\n");
	RUN(&run, cmd_approval, "approval", "give", "--json", "--for", "8h",
	    "alice", "CHG-1", SOCKET);
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "{\"given\":true,\"ends\":\"2026-09-21T14:13:20Z\","
	    "\"known\":false,\"groups\":0}\n");
}

static void
the_gateway_learns_what_for_how_long_and_by_whom(void **state)
{
	static const struct {
		const char *length, *seconds;
	} cases[] = {{"90s", "for 90 s"}, {"30m", "for 1800 s"},
	    {"8h", "for 28800 s"}, {"2d", "for 172800 s"},
	    {"1w", "for 604800 s"}, {"30d", "for 2592000 s"}};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		RUN(&run, cmd_approval, "approval", "give", "echo", "CHG-1",
		    "--for", cases[i].length, SOCKET);
		assert_int_equal(run.status, 1);
		assert_non_null(strstr(run.err, cases[i].seconds));
	}
	setenv("SUDO_USER", "boss", 1);
	RUN(&run, cmd_approval, "approval", "give", "echo", "a/b#1", "--for",
	    "1h", "--service", "sudo", SOCKET);
	unsetenv("SUDO_USER");
	assert_non_null(strstr(run.err, "echo: a/b#1 at sudo for 3600 s by "));
	if (getuid() == 0)
		assert_non_null(strstr(run.err, " by boss."));
}

static void
a_length_that_is_none_is_refused(void **state)
{
	static const char *const bad[] = {"", "8", "h", "0h", "-1h", "8x",
	    "8hh", "31d", "5w", "99999999999999999999h", " 8h"};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		RUN(&run, cmd_approval, "approval", "give", "alice", "CHG-1",
		    "--for", bad[i], SOCKET);
		if (run.status != 2)
			fail_msg("\"%s\": %d", bad[i], run.status);
		assert_non_null(strstr(run.err, "30d at most"));
	}
	RUN(&run, cmd_approval, "approval", "give", "alice", "CHG-1", SOCKET);
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "give --for DURATION"));
}

static void
a_reference_that_is_none_is_refused(void **state)
{
	char longest[66];

	memset(longest, 'r', sizeof longest);
	longest[65] = '\0';
	RUN(&run, cmd_approval, "approval", "give", "alice", longest, "--for",
	    "1h", SOCKET);
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "1 to 64 printable ASCII"));
	longest[64] = '\0';
	RUN(&run, cmd_approval, "approval", "give", "alice", longest, "--for",
	    "1h", SOCKET);
	assert_int_equal(run.status, 0);
	RUN(&run, cmd_approval, "approval", "withdraw", "alice", "CHG 1",
	    SOCKET);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_approval, "approval", "withdraw", "alice", "", SOCKET);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_approval, "approval", "withdraw", "alice", "\xc3\xa4",
	    SOCKET);
	assert_int_equal(run.status, 2);
}

static void
they_are_listed(void **state)
{
	json_t *array;

	RUN(&run, cmd_approval, "approval", "list", SOCKET);
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "ENDS                  REFERENCE  NAME   SERVICE  GIVER    "
	    "READABLE  SUBJECT\n"
	    "2026-09-21T14:13:20Z  CHG-0      alice  -        bo\\x1bb  "
	    "yes       id\n"
	    "2026-09-21T14:13:20Z  CHG-1      alice  sudo     bo\\x1bb  "
	    "yes       id\n"
	    "-                     CHG-2      -      -        -        "
	    "no        id\n");
	RUN(&run, cmd_approval, "approval", "list", "--json", SOCKET);
	array = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(array), 3);
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(array, 1), "service")),
	    "sudo");
	assert_true(json_is_false(
	    json_object_get(json_array_get(array, 2), "readable")));
	json_decref(array);
	RUN(&run, cmd_approval, "approval", "list", "bob", SOCKET);
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "no approval is in force\n");
	RUN(&run, cmd_approval, "approval", "list", "mallory", SOCKET);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "mallory: no such person"));
}

static void
one_is_withdrawn(void **state)
{
	RUN(&run, cmd_approval, "approval", "withdraw", "alice", "CHG-1",
	    SOCKET);
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "withdrawn\n");
	RUN(&run, cmd_approval, "approval", "withdraw", "--json", "alice",
	    "CHG-1", SOCKET);
	assert_string_equal(run.out, "{\"withdrawn\":true}\n");
	RUN(&run, cmd_approval, "approval", "withdraw", "alice", "CHG-2",
	    SOCKET);
	assert_int_equal(run.status, 1);
	assert_non_null(strstr(run.err, "alice: has no such one"));
}

static void
usage_errors_say_what_to_do(void **state)
{
	RUN(&run, cmd_approval, "approval", "give", "alice");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "usage: sallyport approval give"));
	RUN(&run, cmd_approval, "approval", "withdraw", "alice");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_approval, "approval", "withdraw", "alice", "x", "--for",
	    "1h");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_approval, "approval", "list", "a", "b");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_approval, "approval", "help");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "sallyport approval withdraw"));
}

static void
the_command_prints_what_it_did(void **state)
{
	static struct transcript t = {.noun = cmd_approval};

	t.socket = fake_socket(fake);
	TRANSCRIPT(&t, "approval help", "approval give alice CHG-1 --for 8h",
	    "approval give --json alice CHG-1 --for 8h",
	    "approval give alice CHG-1", "approval give alice CHG-1 --for 31d",
	    "approval list", "approval list --json", "approval list bob",
	    "approval list --json bob", "approval list mallory",
	    "approval list --json mallory", "approval withdraw alice CHG-1",
	    "approval withdraw --json alice CHG-1",
	    "approval withdraw alice CHG-2",
	    "approval withdraw --json alice CHG-2", "approval withdraw alice");
	transcript_compare(&t, "approval");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_is_given_until_a_time),
	    cmocka_unit_test(the_gateway_learns_what_for_how_long_and_by_whom),
	    cmocka_unit_test(a_length_that_is_none_is_refused),
	    cmocka_unit_test(a_reference_that_is_none_is_refused),
	    cmocka_unit_test(they_are_listed),
	    cmocka_unit_test(one_is_withdrawn),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	    cmocka_unit_test(the_command_prints_what_it_did),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
