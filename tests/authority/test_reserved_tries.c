/* SPDX-License-Identifier: Apache-2.0 */
/* Many conversations at a time in one name have its tries, and no more. */

#include "gatewayd/authority/subject/wrong_passwords.h"
#include "tests/support/unit.h"
#include "world.h"

static struct world *
world(void)
{
	return world_new("network corp 10.20.0.0/16\n"
			 "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
			 "permit sre from corp with password + otp for 8h\n"
			 "end\n",
	    -1);
}

static void
refused_with(struct world *w, struct world_talk *t, const char *reason)
{
	const struct msg_AUDIT_APPEND_REQ *r = world_final(w, t);

	assert_true(t->ended);
	assert_int_equal(t->result.result, RESULT_DENIED);
	assert_string_equal(t->result.text, "Access denied");
	assert_int_equal(r->outcome, OUTCOME_DENIED);
	assert_string_equal(r->reason, reason);
	world_hang_up(t);
}

static void
tries_are_reserved_before_anything_is_verified(void **state)
{
	struct world *w = world();
	struct world_talk t[5];

	/* max_tries is 3: the fourth at a time is not looked at */
	for (int i = 0; i < 5; i++)
		world_begin(w, &t[i], "alice");
	for (int i = 0; i < 5; i++) {
		world_verdict(w, &t[i], VERDICT_MATCH);
		world_answer(w, &t[i], i < 3 ? "000000" : world_code(0));
	}
	world_run(w, 40);
	for (int i = 0; i < 5; i++)
		refused_with(w, &t[i], i < 3 ? "wrong_code" : "locked_out");
	world_login(w, &t[0], "alice", world_code(0));
	refused_with(w, &t[0], "locked_out");
	world_login(w, &t[0], "bob", world_code(0));
	assert_int_equal(t[0].result.result, RESULT_GRANTED);
	world_hang_up(&t[0]);
	world_free(w);
}

/* Anybody can open conversations in a name: that alone takes nothing. */
static void
who_sits_at_the_prompts_locks_nobody_out(void **state)
{
	struct world *w = world();
	struct world_talk idle[6], t;

	for (int i = 0; i < 6; i++)
		world_begin(w, &idle[i], "alice");
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	for (int i = 0; i < 6; i++)
		world_hang_up(&idle[i]);
	world_run(w, 10);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(
		    world_final(w, &idle[i])->outcome, OUTCOME_ABORTED);
		assert_int_equal(world_final(w, &idle[i])->tries, 0);
	}
	world_free(w);
}

/* However many are open: no more answers are judged, and no more passwords
 * reach the directory as hers, than she has tries. */
static void
answers_that_wait_for_the_directory_are_tries(void **state)
{
	struct world *w = world();
	struct world_talk t[6], late;

	for (int i = 0; i < 6; i++)
		world_begin(w, &t[i], "alice");
	world_begin(w, &late, "alice");
	for (int i = 0; i < 6; i++)
		world_answer(w, &t[i], i < 3 ? "000000" : world_code(0));
	assert_int_equal(w->binds, 3);
	assert_int_equal(w->decoy_binds, 3);
	world_run(w, 40);
	for (int i = 3; i < 6; i++)
		refused_with(w, &t[i], "locked_out");
	/* a right verdict that nobody was allowed to ask for changes nothing */
	world_verdict(w, &late, VERDICT_MATCH);
	world_answer(w, &late, world_code(0));
	world_run(w, 40);
	refused_with(w, &late, "locked_out");
	for (int i = 0; i < 3; i++)
		world_verdict(w, &t[i], VERDICT_MATCH);
	world_run(w, 40);
	for (int i = 0; i < 3; i++)
		refused_with(w, &t[i], "wrong_code");
	assert_int_equal(w->binds, 3);
	world_login(w, &late, "alice", world_code(0));
	refused_with(w, &late, "locked_out");
	world_free(w);
}

static void
answers_whose_person_went_away_are_wrong_passwords(void **state)
{
	struct world *w = world();
	struct world_talk t;

	for (uint32_t i = 1; i <= WRONG_PASSWORDS_MOST; i++) {
		world_begin(w, &t, "alice");
		world_answer(w, &t, world_code(0));
		world_hang_up(&t);
		world_run(w, 10);
		assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ABORTED);
		assert_int_equal(world_final(w, &t)->tries, 0);
	}
	world_login(w, &t, "alice", world_code(0));
	refused_with(w, &t, "wrong_passwords");
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tries_are_reserved_before_anything_is_verified),
	    cmocka_unit_test(who_sits_at_the_prompts_locks_nobody_out),
	    cmocka_unit_test(answers_that_wait_for_the_directory_are_tries),
	    cmocka_unit_test(
		answers_whose_person_went_away_are_wrong_passwords),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
