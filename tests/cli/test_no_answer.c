/* SPDX-License-Identifier: Apache-2.0 */
/* What every verb that asks gatewayd says when it gets no answer: a script
 * must not take silence for "no such session". */

#include "cli/nouns.h"
#include "tests/cli/fake.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define WORDS 8

/* Each verb with --socket, with operands that are right. */
static const struct {
	int (*noun)(int, char **);
	const char *word[WORDS];
	enum role self;
} asking[] = {
    {cmd_approval, {"approval", "list"}, ROLE_ADMIN},
    {cmd_approval, {"approval", "give", "--for=1h", "alice", "CHG-1"},
	ROLE_ADMIN},
    {cmd_approval, {"approval", "withdraw", "alice", "CHG-1"}, ROLE_ADMIN},
    {cmd_factor, {"factor", "enrol", "totp", "alice"}, ROLE_ADMIN},
    {cmd_factor, {"factor", "invite", "alice"}, ROLE_ADMIN},
    {cmd_factor, {"factor", "list", "alice"}, ROLE_ADMIN},
    {cmd_factor, {"factor", "revoke", "alice", "c1"}, ROLE_ADMIN},
    {cmd_key, {"key", "jwks"}, ROLE_ADMIN},
    {cmd_session, {"session", "list"}, ROLE_ADMIN},
    {cmd_session, {"session", "end", "s1"}, ROLE_ADMIN},
    {cmd_status, {"status", "show"}, ROLE_ADMIN},
    {cmd_user, {"user", "show", "alice"}, ROLE_ADMIN},
    {cmd_user, {"user", "unlock", "alice"}, ROLE_ADMIN},
    {cmd_token, {"token", "get", "--audience=tickets"}, ROLE_SESSION},
};
#define ASKING (sizeof asking / sizeof asking[0])

static struct fake_run run;

static void
ask(size_t i, const char *socket, bool json)
{
	const char *words[WORDS + 4] = {NULL};
	size_t n = 0;

	for (size_t k = 0; k < WORDS && asking[i].word[k] != NULL; k++)
		words[n++] = asking[i].word[k];
	words[n++] = "--socket";
	words[n++] = socket;
	if (json)
		words[n++] = "--json";
	fake_run(&run, asking[i].noun, "", words);
}

/* Its name, its errors' first words; and with --json an object that says it. */
static void
assert_cannot_tell(size_t i, const char *socket)
{
	char start[64];

	snprintf(start, sizeof start, "sallyport %s %s: ", asking[i].word[0],
	    asking[i].word[1]);
	ask(i, socket, false);
	if (run.status != 2 || run.out[0] != '\0' ||
	    strncmp(run.err, start, strlen(start)) != 0)
		fail_msg("%s%d: %s%s", start, run.status, run.out, run.err);
	ask(i, socket, true);
	json_t *object = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	if (run.status != 2 ||
	    json_string_value(json_object_get(object, "error")) == NULL)
		fail_msg("%s--json: %d: %s", start, run.status, run.out);
	json_decref(object);
}

static void
a_gateway_that_is_down_is_no_answer(void **state)
{
	setenv("SALLYPORT_SESSION", "s1", 1);
	for (size_t i = 0; i < ASKING; i++)
		assert_cannot_tell(i, "/nonexistent/s");
}

static void
hang_up(struct channel *c, struct message *m)
{
	(void)c;
	(void)m;
	_exit(0);
}

static void
a_gateway_that_hangs_up_is_no_answer(void **state)
{
	setenv("SALLYPORT_SESSION", "s1", 1);
	for (size_t i = 0; i < ASKING; i++) {
		struct fake *fake = fake_start(asking[i].self, hang_up);

		ask(i, fake_socket(fake), false);
		if (run.status != 2 || run.out[0] != '\0')
			fail_msg("%s %s: %d", asking[i].word[0],
			    asking[i].word[1], run.status);
		fake_stop(&fake);
	}
}

/* The answer to one person's request would be printed as the next one's. */
static void
who_gets_no_answer_asks_for_nobody_else(void **state)
{
	struct fake *fake = fake_start(ROLE_ADMIN, hang_up);

	RUN(&run, cmd_factor, "factor", "enrol", "totp", "--socket",
	    fake_socket(fake), "alice", "bob", "carol");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "closed the connection"));
	assert_non_null(
	    strstr(run.err, "bob is the first of 2 who were not tried"));
	assert_null(strstr(run.err, "does not accept"));
	fake_stop(&fake);
}

/* An item of a list, and then nothing. */
static void
half_a_list(struct channel *c, struct message *request)
{
	struct message m;

	message_init(&m, MSG_ADMIN_SESSIONS_ANS);
	m.u.ADMIN_HEAD.status = ADMIN_OK;
	if (request->type == MSG_ADMIN_SESSIONS_REQ)
		channel_send(c, &m);
	_exit(0);
}

static void
half_a_list_is_an_error_for_machines(void **state)
{
	struct fake *fake = fake_start(ROLE_ADMIN, half_a_list);
	json_t *object;

	RUN(&run, cmd_session, "session", "list", "--json", "--socket",
	    fake_socket(fake));
	assert_int_equal(run.status, 2);
	object = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json_object_get(object, "error"));
	assert_int_equal(
	    json_integer_value(json_object_get(object, "status")), 2);
	json_decref(object);
	fake_stop(&fake);
}

static void
a_usage_error_is_an_object_too(void **state)
{
	json_t *object;

	RUN(&run, cmd_session, "session", "end", "--nonsense", "--json");
	assert_int_equal(run.status, 2);
	object = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(json_object_get(object, "error"));
	json_decref(object);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_gateway_that_is_down_is_no_answer),
	    cmocka_unit_test(a_gateway_that_hangs_up_is_no_answer),
	    cmocka_unit_test(who_gets_no_answer_asks_for_nobody_else),
	    cmocka_unit_test(half_a_list_is_an_error_for_machines),
	    cmocka_unit_test(a_usage_error_is_an_object_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
