/* SPDX-License-Identifier: Apache-2.0 */
/* Every verb of admin.sock, as routes.c and admin_verbs.c have them. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin_parts.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

static const char policy[] = "group sre \"cn=sre,dc=example,dc=com\"\n"
			     "permit sre with password + otp\n"
			     "end\n";

static void
shut(struct world *w, struct world_admin *c)
{
	channel_close(&c->channel);
	world_run(w, 10);
	world_free(w);
}

static bool
is_request(const struct route *r)
{
	return r->from == ROLE_ADMIN && r->to == ROLE_AUTHORITY;
}

static void
every_request_has_a_verb_and_every_verb_its_routes(void **state)
{
	unsigned requests = 0;

	for (size_t i = 0; i < route_count; i++) {
		const struct admin_verb *v = admin_verb_find(routes[i].type);

		assert_int_equal(v != NULL, is_request(&routes[i]));
		if (v == NULL)
			continue;
		requests++;
		assert_non_null(v->run);
		assert_non_null(
		    route_find(v->answer, ROLE_AUTHORITY, ROLE_ADMIN));
	}
	assert_true(requests > 10);
}

/* What is asked empty is answered, once, by the verb's own answer; and what
 * changes something says who does. */
static void
every_verb_is_answered_by_its_own_answer(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;
	struct message m;

	world_enter(w, &c, admin_begin);
	for (size_t i = 0; i < route_count; i++) {
		const struct admin_verb *v = admin_verb_find(routes[i].type);

		/* world has no keyring */
		if (v == NULL || v->request == MSG_ADMIN_KEYS_REQ)
			continue;
		message_init(&m, v->request);
		world_ask(w, &c, &m);
		assert_false(c.closed);
		assert_int_equal(c.answers, 1);
		assert_int_equal(c.answer.type, v->answer);
		assert_true(c.answer.u.ADMIN_HEAD.end);
		if (v->changes)
			assert_int_equal(
			    c.answer.u.ADMIN_HEAD.status, ADMIN_NO);
	}
	assert_int_equal(w->records, 0);
	shut(w, &c);
}

/* One connection, one person after the other: what the first request named is
 * no part of the second. */
static void
nothing_is_left_of_the_request_before(void **state)
{
	struct world *w = world_new(policy, -1);
	struct subject *alice;
	struct world_admin c;
	struct message m;

	world_enter(w, &c, admin_begin);
	message_init(&m, MSG_ADMIN_FACTORS_REQ);
	strcpy(m.u.ADMIN_ABOUT.name, "alice");
	world_ask(w, &c, &m);
	alice = world_subject(w, "uuid-alice");
	assert_int_equal(alice->credential_count, 1);
	message_init(&m, MSG_ADMIN_REVOKE_REQ);
	strcpy(m.u.ADMIN_ASK.actor, "root");
	strcpy(m.u.ADMIN_ABOUT.name, "bob");
	strcpy(m.u.ADMIN_REVOKE_REQ.credential, alice->credential[0].id);
	world_ask(w, &c, &m);
	assert_int_equal(c.answer.u.ADMIN_HEAD.status, ADMIN_NO);
	message_init(&m, MSG_ADMIN_REVOKE_REQ);
	strcpy(m.u.ADMIN_ASK.actor, "root");
	strcpy(m.u.ADMIN_ABOUT.name, "alice");
	world_ask(w, &c, &m); /* names none */
	assert_int_equal(c.answer.u.ADMIN_HEAD.status, ADMIN_NO);
	assert_int_equal(alice->credential_count, 1);
	assert_int_equal(alice->users, 0);
	message_init(&m, MSG_ADMIN_SESSIONS_REQ);
	world_ask(w, &c, &m);
	assert_string_equal(c.answer.u.ADMIN_HEAD.subject, "");
	shut(w, &c);
}

/* routes.c would have to let it in, and the table not to know it. */
static void
a_message_without_a_handler_ends_the_role(void **state)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct channel c = {.self = ROLE_AUTHORITY, .peer = ROLE_ADMIN};
		struct message m = {.type = MSG_ADMIN_END_ANS};

		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(0);
		channel_unexpected(&c, &m);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		every_request_has_a_verb_and_every_verb_its_routes),
	    cmocka_unit_test(every_verb_is_answered_by_its_own_answer),
	    cmocka_unit_test(nothing_is_left_of_the_request_before),
	    cmocka_unit_test(a_message_without_a_handler_ends_the_role),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
