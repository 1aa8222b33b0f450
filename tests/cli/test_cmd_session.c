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
list(struct channel *c)
{
	struct message m;

	for (int i = 0; i < 3; i++) {
		struct msg_ADMIN_SESSIONS_ANS *s = &m.u.ADMIN_SESSIONS_ANS;

		message_init(&m, MSG_ADMIN_SESSIONS_ANS);
		s->status = ADMIN_OK;
		s->end = i == 2;
		snprintf(s->session, sizeof s->session, "s%d", i);
		snprintf(s->name, sizeof s->name, "ann");
		snprintf(s->service, sizeof s->service, "sshd");
		s->opened_ms = 1000;
		s->ends_ms = 3600 * 1000;
		if (i == 1) {
			s->lease_seconds = 600;
			s->renewed_ms = 700 * 1000;
			snprintf(s->ending, sizeof s->ending, "session_over");
		}
		channel_send(c, &m);
	}
}

static void
answer(struct channel *c, struct message *request)
{
	const struct msg_ADMIN_END_REQ *q = &request->u.ADMIN_END_REQ;
	struct msg_ADMIN_END_ANS *a;
	struct message m;

	if (request->type == MSG_ADMIN_SESSIONS_REQ) {
		list(c);
		return;
	}
	message_init(&m, MSG_ADMIN_END_ANS);
	a = &m.u.ADMIN_END_ANS;
	a->status = ADMIN_NO;
	if (q->actor[0] == '\0')
		snprintf(a->text, sizeof a->text, "who asks?");
	else if (strcmp(q->session, "-s1") == 0)
		a->status = ADMIN_OK;
	else if (strcmp(q->session, "late") == 0)
		a->status = ADMIN_UNAVAILABLE;
	else
		snprintf(a->text, sizeof a->text, "no open session");
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
a_list_tells_leases_and_ends(void **state)
{
	RUN(&run, cmd_session, "session", "list", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "SESSION  OPENED                ENDS                  RENEWED"
	    "               NAME  CLIENT  SERVICE  ENDING\n"
	    "s0       1970-01-01T00:00:01Z  1970-01-01T01:00:00Z  -      "
	    "               ann   -       sshd     -\n"
	    "s1       1970-01-01T00:00:01Z  1970-01-01T01:00:00Z  "
	    "1970-01-01T00:11:40Z  ann   -       sshd     session_over\n");
}

static void
a_list_for_machines_has_them_too(void **state)
{
	json_t *all;

	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	all = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(all), 2);
	assert_true(
	    json_is_null(json_object_get(json_array_get(all, 0), "renewed")));
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(all, 0), "ending")),
	    "");
	assert_int_equal(json_integer_value(json_object_get(
			     json_array_get(all, 1), "lease_seconds")),
	    600);
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(all, 1), "ending")),
	    "session_over");
	json_decref(all);
}

static void
an_end_is_yes_no_or_unknown(void **state)
{
	const char *socket = fake_socket(fake);

	RUN(&run, cmd_session, "session", "end", "--socket", socket, "--",
	    "-s1");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "ended\n");
	RUN(&run, cmd_session, "session", "end", "--json", "--socket", socket,
	    "--", "-s1");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "{\"ended\":true}\n");
	RUN(&run, cmd_session, "session", "end", "--socket", socket, "other");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out, "");
	assert_non_null(strstr(run.err, "other: no open session"));
	RUN(&run, cmd_session, "session", "end", "--socket", socket, "late");
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out, "");
}

static void
usage_errors_say_what_to_do(void **state)
{
	RUN(&run, cmd_session, "session", "end");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "give one ID"));
	RUN(&run, cmd_session, "session", "end", "a", "b");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_session, "session", "list", "a");
	assert_int_equal(run.status, 2);
}

static void
the_command_prints_what_it_did(void **state)
{
	static struct transcript t = {.noun = cmd_session};

	t.socket = fake_socket(fake);
	TRANSCRIPT(&t, "session help", "session list --help", "session list",
	    "session list --json", "session end -- -s1",
	    "session end --json -- -s1", "session end other",
	    "session end --json other", "session end late",
	    "session end --json late", "session end", "session end --json",
	    "session end a b", "session list a", "session show",
	    "session list --nonsense");
	transcript_compare(&t, "session");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_tells_leases_and_ends),
	    cmocka_unit_test(a_list_for_machines_has_them_too),
	    cmocka_unit_test(an_end_is_yes_no_or_unknown),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	    cmocka_unit_test(the_command_prints_what_it_did),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
