/* SPDX-License-Identifier: Apache-2.0 */
/* status, and session list, which it counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/nouns.h"
#include "tests/cli/fake.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct fake_run run;
static int sessions;
static const char *jwks = "{\"keys\":[{\"kty\":\"EC\"}]}";

static void
give_keys(struct channel *c)
{
	struct message m;

	message_init(&m, MSG_AUTHORITY_KEYS_ANS);
	m.u.AUTHORITY_KEYS_ANS.jwks_size = strlen(jwks);
	memcpy(m.u.AUTHORITY_KEYS_ANS.jwks, jwks, strlen(jwks));
	channel_send(c, &m);
}

static void
give_sessions(struct channel *c)
{
	struct msg_ADMIN_SESSIONS_ANS *a;
	struct message m;

	for (int i = 0; i <= sessions; i++) {
		message_init(&m, MSG_ADMIN_SESSIONS_ANS);
		a = &m.u.ADMIN_SESSIONS_ANS;
		a->end = i == sessions;
		snprintf(a->session, sizeof(a->session), "s%d", i);
		snprintf(a->name, sizeof(a->name), "alice");
		snprintf(a->subject, sizeof(a->subject), "6f0c");
		snprintf(a->service, sizeof(a->service), "sshd\033[2J");
		snprintf(a->client, sizeof(a->client), "127.0.0.1");
		a->uid = 1000;
		a->opened_ms = INT64_C(1790000000000);
		a->ends_ms = INT64_C(1790028800000);
		channel_send(c, &m);
	}
}

static void
answer(struct channel *c, struct message *request)
{
	if (request->type == MSG_AUTHORITY_KEYS_REQ)
		give_keys(c);
	else
		give_sessions(c);
}

static void
serving_is_a_yes(void **state)
{
	struct fake *fake;

	(void)state;
	sessions = 2;
	fake = fake_start(ROLE_ADMIN, answer);
	RUN(&run, cmd_status, "status", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "serving: 1 token key, 2 open sessions\n");
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_string_equal(
	    run.out, "{\"serving\":true,\"keys\":1,\"sessions\":2}\n");
	RUN(&run, cmd_status, "status", "show", "--socket", fake_socket(fake));
	assert_int_equal(run.status, 0);
	fake_stop(&fake);
}

static void
no_keys_is_a_no(void **state)
{
	struct fake *fake;

	(void)state;
	jwks = "{\"keys\":[]}";
	fake = fake_start(ROLE_ADMIN, answer);
	jwks = "{\"keys\":[{\"kty\":\"EC\"}]}";
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out, "{\"serving\":false}\n");
	fake_stop(&fake);
}

static void
nobody_there_is_a_no(void **state)
{
	(void)state;
	RUN(&run, cmd_status, "status", "--socket", "/nonexistent/s");
	assert_int_equal(run.status, 1);
	RUN(&run, cmd_status, "status", "--json", "--socket", "/nonexistent/s");
	assert_string_equal(run.out, "{\"serving\":false}\n");
}

static void
hang_up(struct channel *c, struct message *request)
{
	(void)c;
	(void)request;
	_exit(0);
}

static void
a_gateway_that_hangs_up_is_no_answer(void **state)
{
	struct fake *fake = fake_start(ROLE_ADMIN, hang_up);

	(void)state;
	RUN(&run, cmd_status, "status", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out, "{\"serving\":null}\n");
	fake_stop(&fake);
}

static void
sessions_are_listed(void **state)
{
	struct fake *fake;
	json_t *array;

	(void)state;
	sessions = 1;
	fake = fake_start(ROLE_ADMIN, answer);
	RUN(&run, cmd_session, "session", "list", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out,
	    "s0  2026-09-21 14:13:20 to 2026-09-21 22:13:20  alice from "
	    "127.0.0.1 by sshd\\x1b[2J\n");
	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	array = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(array), 1);
	assert_int_equal(json_integer_value(
			     json_object_get(json_array_get(array, 0), "uid")),
	    1000);
	json_decref(array);
	fake_stop(&fake);
}

static void
many_sessions_are_listed(void **state)
{
	struct fake *fake;
	json_t *array;

	(void)state;
	sessions = 250;
	fake = fake_start(ROLE_ADMIN, answer);
	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	array = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_int_equal(json_array_size(array), 250);
	json_decref(array);
	fake_stop(&fake);
	sessions = 0;
	fake = fake_start(ROLE_ADMIN, answer);
	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	assert_string_equal(run.out, "[]\n");
	fake_stop(&fake);
}

static void
usage_errors_say_what_to_do(void **state)
{
	(void)state;
	RUN(&run, cmd_status, "status", "--nope");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_status, "status", "tell");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_status, "status", "--json", "--json", "--json", "--json",
	    "--json", "--json", "--json", "--json");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_session, "session", "list", "x");
	assert_int_equal(run.status, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(serving_is_a_yes),
	    cmocka_unit_test(no_keys_is_a_no),
	    cmocka_unit_test(nobody_there_is_a_no),
	    cmocka_unit_test(a_gateway_that_hangs_up_is_no_answer),
	    cmocka_unit_test(sessions_are_listed),
	    cmocka_unit_test(many_sessions_are_listed),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
