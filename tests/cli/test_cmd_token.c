/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"
#include "tests/libsallyport/forge.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define ISSUER "https://gw.example.com"

static struct fake *fake;
static struct fake_run run;
static struct forge *forge;
static char *keys; /* the path of a JWKS */

static void
answer(struct channel *c, struct message *request)
{
	const char *audience = request->u.AUTHORITY_TOKEN_REQ.audience;
	struct msg_AUTHORITY_TOKEN_ANS *a;
	struct message m;

	if (strcmp(audience, "hang-up") == 0)
		_exit(0);
	if (strcmp(audience, "beside") == 0) {
		message_init(&m, MSG_AUTHORITY_KEYS_ANS);
		channel_send(c, &m);
		return;
	}
	message_init(&m, MSG_AUTHORITY_TOKEN_ANS);
	a = &m.u.AUTHORITY_TOKEN_ANS;
	a->status = ADMIN_OK;
	if (strcmp(request->u.AUTHORITY_TOKEN_REQ.session, "s1") != 0) {
		a->status = ADMIN_NO;
		snprintf(a->text, sizeof a->text, "no such session");
	} else if (strcmp(audience, "away") == 0) {
		a->status = ADMIN_UNAVAILABLE;
	} else if (strcmp(audience, "zero") == 0) {
		a->status = 0;
	} else if (strcmp(audience, "empty") != 0) {
		a->token_size = 7;
		memcpy(a->token, "a.b.c-d", 7);
	}
	channel_send(c, &m);
}

static int
set_up(void **state)
{
	char *jwks;
	FILE *file;

	setenv("SALLYPORT_SESSION", "s1", 1);
	fake = fake_start(ROLE_SESSION, answer);
	forge = forge_new();
	jwks = forge_jwks(forge);
	keys = forge_text("%s/jwks", fake_folder(fake));
	file = fopen(keys, "we");
	fputs(jwks, file);
	fclose(file);
	free(jwks);
	return 0;
}

static int
tear_down(void **state)
{
	fake_stop(&fake);
	forge_free(forge);
	free(keys);
	return 0;
}

static void
get(const char *audience)
{
	RUN(&run, cmd_token, "token", "get", "--socket", fake_socket(fake),
	    "--audience", audience);
}

static void
get_prints_the_token_and_nothing_else(void **state)
{
	json_t *object;

	get("tickets");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "a.b.c-d\n");
	assert_string_equal(run.err, "");
	RUN(&run, cmd_token, "token", "get", "--json", "--socket",
	    fake_socket(fake), "--audience", "tickets");
	object = json_loads(run.out, 0, NULL);
	assert_string_equal(
	    json_string_value(json_object_get(object, "token")), "a.b.c-d");
	json_decref(object);
}

static void
get_finds_the_socket_in_the_environment(void **state)
{
	setenv("SALLYPORT_TOKEN_SOCKET", fake_socket(fake), 1);
	RUN(&run, cmd_token, "token", "get", "--audience", "tickets");
	unsetenv("SALLYPORT_TOKEN_SOCKET");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "a.b.c-d\n");
}

static void
get_without_a_session_is_a_no(void **state)
{
	unsetenv("SALLYPORT_SESSION");
	get("tickets");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out, "");
	assert_non_null(strstr(run.err, "SALLYPORT_SESSION"));
	setenv("SALLYPORT_SESSION", "s2", 1);
	get("tickets");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out, "");
	assert_string_equal(run.err, "sallyport token get: no such session\n");
	setenv("SALLYPORT_SESSION", "an id much longer than ids can be", 1);
	get("tickets");
	assert_int_equal(run.status, 2);
	setenv("SALLYPORT_SESSION", "s1", 1);
}

static void
get_could_not_tell(void **state)
{
	static const char *const audiences[] = {
	    "away", "zero", "empty", "beside", "hang-up"};

	for (size_t i = 0; i < 5; i++) {
		get(audiences[i]);
		if (run.status != 2)
			fail_msg("%s: %d", audiences[i], run.status);
		assert_string_equal(run.out, "");
		assert_true(*run.err);
	}
	fake_stop(&fake); /* hung up */
	free(keys);
	forge_free(forge);
	set_up(NULL);
}

static char *
token_of(const char *audience, long long lifetime)
{
	long long now = (long long)time(NULL);
	char *payload = forge_text(
	    "{\"iss\":\"" ISSUER "\",\"sub\":\"6f0c\",\"aud\":\"%s\","
	    "\"jti\":\"j\",\"client_id\":\"c\",\"iat\":%lld,\"exp\":%lld,"
	    "\"preferred_username\":\"zo\\u00eb\\u001b\","
	    "\"amr\":[\"pwd\",\"otp\"],\"groups\":[\"sre\"],"
	    "\"employment\":\"vendor\"}",
	    audience, now - 5, now + lifetime);
	char *token = forge_good(forge, FORGE_EC, payload);

	free(payload);
	return token;
}

static void
verify(const char *token, const char *audience)
{
	RUN_INPUT(&run, cmd_token, token, "token", "verify", "--jwks", keys,
	    "--audience", audience, "--issuer", ISSUER);
}

static void
verify_tells_by_its_status(void **state)
{
	char *token = token_of("tickets", 60);
	char *line = forge_text("%s\n", token);
	char *late = token_of("tickets", -6), *ahead = token_of("tickets", -3);

	verify(line, "tickets");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "verified: zo\xc3\xab\\x1b (6f0c), "
					"vendor\nproven: pwd otp\n"
					"group: sre\nexpires: in "));
	verify(token, "wiki");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out, "");
	assert_string_equal(
	    run.err, "sallyport token verify: for another audience\n");
	verify(late, "tickets");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.err, "sallyport token verify: expired\n");
	/* a clock some seconds ahead, or behind, is no reason */
	verify(ahead, "tickets");
	assert_int_equal(run.status, 0);
	RUN_INPUT(&run, cmd_token, ahead, "token", "verify", "-", "--jwks",
	    keys, "--audience", "tickets", "--leeway", "0");
	assert_int_equal(run.status, 1);
	verify("", "tickets");
	assert_int_equal(run.status, 1);
	token[strlen(token) - 3] ^= 1;
	verify(token, "tickets");
	assert_int_equal(run.status, 1);
	free(token);
	free(line);
	free(late);
	free(ahead);
}

static void
verify_takes_the_token_as_an_operand(void **state)
{
	char *token = token_of("tickets", 60);

	RUN(&run, cmd_token, "token", "verify", token, "--jwks", keys,
	    "--audience", "tickets");
	assert_int_equal(run.status, 0);
	RUN_INPUT(&run, cmd_token, token, "token", "verify", "-", "--jwks",
	    keys, "--audience", "tickets", "--leeway", "5");
	assert_int_equal(run.status, 0);
	RUN(&run, cmd_token, "token", "verify", token, "--jwks", keys,
	    "--audience", "tickets", "--issuer", "https://other.example");
	assert_int_equal(run.status, 1);
	free(token);
}

static void
verify_answers_in_json(void **state)
{
	char *token = token_of("tickets", 60);
	json_t *object;

	RUN(&run, cmd_token, "token", "verify", "--json", token, "--jwks", keys,
	    "--audience", "tickets");
	object = json_loads(run.out, 0, NULL);
	assert_true(json_is_true(json_object_get(object, "verified")));
	assert_string_equal(
	    json_string_value(json_object_get(
		json_object_get(object, "claims"), "employment")),
	    "vendor");
	json_decref(object);
	RUN(&run, cmd_token, "token", "verify", "--json", token, "--jwks", keys,
	    "--audience", "wiki");
	assert_int_equal(run.status, 1);
	object = json_loads(run.out, 0, NULL);
	assert_true(json_is_false(json_object_get(object, "verified")));
	assert_string_equal(
	    json_string_value(json_object_get(object, "result")), "audience");
	assert_null(json_object_get(object, "claims"));
	json_decref(object);
	free(token);
}

/* Without keys there is no answer, which is not a no. */
static void
verify_could_not_tell(void **state)
{
	char *token = token_of("tickets", 60);
	char *empty = forge_text("%s/empty", fake_folder(fake));
	FILE *file = fopen(empty, "we");

	fclose(file);
	RUN(&run, cmd_token, "token", "verify", token, "--jwks",
	    "/nonexistent/jwks", "--audience", "tickets");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_token, "token", "verify", token, "--jwks", empty,
	    "--audience", "tickets");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "/empty: malformed"));
	free(empty);
	free(token);
}

static void
show_trusts_nothing(void **state)
{
	char *token = token_of("tickets", -500);
	json_t *object;

	RUN_INPUT(&run, cmd_token, token, "token", "show");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "\"alg\": \"ES256\""));
	assert_non_null(strstr(run.out, "\"employment\": \"vendor\""));
	assert_non_null(strstr(run.out, "exp: 20"));
	assert_null(strchr(run.out, '\033'));
	assert_non_null(strstr(run.err, "nothing in this token was verified"));
	RUN(&run, cmd_token, "token", "show", "--json", token);
	object = json_loads(run.out, 0, NULL);
	assert_true(json_is_false(json_object_get(object, "verified")));
	assert_string_equal(json_string_value(json_object_get(
				json_object_get(object, "header"), "typ")),
	    "at+jwt");
	json_decref(object);
	RUN(&run, cmd_token, "token", "show", "nothing.like.it");
	assert_int_equal(run.status, 1);
	RUN(&run, cmd_token, "token", "show", "");
	assert_int_equal(run.status, 1);
	free(token);
}

static void
usage_errors_say_what_to_do(void **state)
{
	char long_token[4000];

	RUN(&run, cmd_token, "token", "get");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "usage: sallyport token get"));
	RUN(&run, cmd_token, "token", "get", "--audience", "a", "b");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_token, "token", "verify", "--audience", "a");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_token, "token", "verify", "--jwks", keys);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_token, "token", "verify", "--jwks", "-", "--audience",
	    "a");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_token, "token", "verify", "--jwks", keys, "--audience",
	    "a", "--leeway", "301", "x");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_token, "token", "verify", "--jwks", keys, "--audience",
	    "a", "--leeway", "-1", "x");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_token, "token", "show", "a", "b");
	assert_int_equal(run.status, 2);
	memset(long_token, 'a', sizeof long_token - 1);
	long_token[sizeof long_token - 1] = '\0';
	get(long_token);
	assert_int_equal(run.status, 2);
}

static void
the_command_prints_what_it_did(void **state)
{
	static struct transcript t = {.noun = cmd_token};

	t.socket = fake_socket(fake);
	TRANSCRIPT(&t, "token help", "token get --audience tickets",
	    "token get --json --audience tickets", "token get --audience away",
	    "token get --json --audience away", "token get --audience empty",
	    "token get");
	t.socket = NULL;
	t.folder = fake_folder(fake);
	TRANSCRIPT(&t, "token verify nothing --jwks FOLDER/jwks --audience a",
	    "token verify --json nothing --jwks FOLDER/jwks --audience a",
	    "token verify nothing --jwks FOLDER/none --audience a",
	    "token verify nothing --jwks FOLDER/jwks", "token show nothing");
	transcript_compare(&t, "token");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(get_prints_the_token_and_nothing_else),
	    cmocka_unit_test(get_finds_the_socket_in_the_environment),
	    cmocka_unit_test(get_without_a_session_is_a_no),
	    cmocka_unit_test(get_could_not_tell),
	    cmocka_unit_test(verify_tells_by_its_status),
	    cmocka_unit_test(verify_takes_the_token_as_an_operand),
	    cmocka_unit_test(verify_answers_in_json),
	    cmocka_unit_test(verify_could_not_tell),
	    cmocka_unit_test(show_trusts_nothing),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	    cmocka_unit_test(the_command_prints_what_it_did),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
