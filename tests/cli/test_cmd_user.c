/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

static struct fake *fake;
static struct fake_run run;

static void
tell_user(struct channel *c)
{
	struct message m;
	struct msg_ADMIN_USER_ANS *u = &m.u.ADMIN_USER_ANS;

	message_init(&m, MSG_ADMIN_USER_ANS);
	u->status = ADMIN_OK;
	u->end = 1;
	strcpy(u->name, "alice");
	strcpy(u->subject, "6f0c");
	u->tries = u->max_tries = 5;
	u->locked_until_ms = INT64_C(1790000000000);
	channel_send(c, &m);
}

static void
tell_attempts(struct channel *c)
{
	struct message m;
	struct msg_ADMIN_ATTEMPTS_ANS *t = &m.u.ADMIN_ATTEMPTS_ANS;

	message_init(&m, MSG_ADMIN_ATTEMPTS_ANS);
	t->status = ADMIN_OK;
	t->time_ms = INT64_C(1789999000000);
	t->outcome = OUTCOME_DENIED;
	strcpy(t->reason, "wrong_code");
	strcpy(t->service, "sshd");
	strcpy(t->client, "10.1.2.3");
	strcpy(t->reference, "abcdefgh");
	channel_send(c, &m);
	t->end = 1;
	channel_send(c, &m);
}

static void
answer(struct channel *c, struct message *q)
{
	struct message m;

	if (q->type == MSG_ADMIN_USER_REQ &&
	    strcmp(q->u.ADMIN_ABOUT.name, "alice") == 0) {
		tell_user(c);
		return;
	}
	if (q->type == MSG_ADMIN_ATTEMPTS_REQ) {
		tell_attempts(c);
		return;
	}
	message_init(
	    &m, q->type == MSG_ADMIN_USER_REQ	    ? MSG_ADMIN_USER_ANS
		: q->type == MSG_ADMIN_FACTORS_REQ  ? MSG_ADMIN_FACTORS_ANS
		: q->type == MSG_ADMIN_SESSIONS_REQ ? MSG_ADMIN_SESSIONS_ANS
						    : MSG_ADMIN_UNLOCK_ANS);
	m.u.ADMIN_HEAD.status =
	    strcmp(q->u.ADMIN_ABOUT.name, "alice") == 0 ? ADMIN_OK : ADMIN_NO;
	m.u.ADMIN_HEAD.end = 1;
	if (m.u.ADMIN_HEAD.status == ADMIN_NO)
		strcpy(m.u.ADMIN_HEAD.text, "has no failed tries");
	channel_send(c, &m);
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
all_that_is_known_is_shown(void **state)
{
	RUN(&run, cmd_user, "user", "show", "alice", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "alice: subject 6f0c\n"
	    "failed tries: 5 of 5\n"
	    "locked out until 2026-09-21T14:13:20Z\n"
	    "credentials:\n"
	    "no credential, and no invitation\n"
	    "open sessions:\n"
	    "no open session\n"
	    "last attempts, since gatewayd's start:\n"
	    "TIME                  OUTCOME  REASON      CLIENT    SERVICE  "
	    "REFERENCE\n"
	    "2026-09-21T13:56:40Z  denied   wrong_code  10.1.2.3  sshd     "
	    "abcdefgh\n");
}

static void
machines_get_one_object(void **state)
{
	json_t *o, *first;

	RUN(&run, cmd_user, "user", "show", "--json", "alice", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	o = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_true(json_is_true(json_object_get(o, "locked")));
	assert_int_equal(json_integer_value(json_object_get(o, "tries")), 5);
	assert_int_equal(json_array_size(json_object_get(o, "credentials")), 0);
	assert_true(json_is_array(json_object_get(o, "sessions")));
	first = json_array_get(json_object_get(o, "attempts"), 0);
	assert_string_equal(
	    json_string_value(json_object_get(first, "outcome")), "denied");
	json_decref(o);
}

static void
an_unlock_is_yes_or_no(void **state)
{
	RUN(&run, cmd_user, "user", "unlock", "alice", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "unlocked\n");
	RUN(&run, cmd_user, "user", "unlock", "bob", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 1);
	assert_string_equal(
	    run.out, "{\"error\":\"bob: has no failed tries\",\"status\":1}\n");
	RUN(&run, cmd_user, "user", "show", "bob", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out, "");
	RUN(&run, cmd_user, "user", "unlock");
	assert_int_equal(run.status, 2);
}

static void
the_command_prints_what_it_did(void **state)
{
	static struct transcript t = {.noun = cmd_user};

	t.socket = fake_socket(fake);
	TRANSCRIPT(&t, "user help", "user show alice", "user show --json alice",
	    "user show bob", "user show --json bob", "user unlock alice",
	    "user unlock --json alice", "user unlock bob",
	    "user unlock --json bob", "user unlock", "user show");
	transcript_compare(&t, "user");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		all_that_is_known_is_shown, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		machines_get_one_object, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		an_unlock_is_yes_or_no, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		the_command_prints_what_it_did, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
