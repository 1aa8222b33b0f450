/* SPDX-License-Identifier: Apache-2.0 */
/* How an attempt ends that was not decided, and what is let go of then. */
#include <string.h>

#include "tests/support/unit.h"
#include "world.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp\n"
    "end\n";

static void
a_client_that_goes_away_is_one_aborted_record(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	world_begin(w, &t, "alice");
	world_hang_up(&t);
	world_run(w, 10);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ABORTED);
	assert_string_equal(world_final(w, &t)->reason, "client_gone");
	assert_int_equal(w->forgets, 1);
	world_free(w);
}

static void
a_client_that_goes_while_a_person_is_loaded_is_one_too(void **state)
{
	struct world *w = world_new(policy, -1);
	struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");
	struct world_talk t;

	w->store_hold_get = true;
	world_open(w, &t, &q);
	assert_false(t.opened);
	world_hang_up(&t);
	world_run(w, 10);
	assert_int_equal(w->all.attempts.count, 0);
	world_store_releases(w);
	assert_int_equal(w->records, 1);
	assert_string_equal(w->record[0].reason, "client_gone");
	world_free(w);
}

/* Not a wrong answer: it is no try. */
static void
a_client_that_gives_up_is_one_aborted_record(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct message m;

	world_begin(w, &t, "alice");
	message_init(&m, MSG_AUTHORITY_ANSWER_REQ);
	m.u.AUTHORITY_ANSWER_REQ.status = ANSWER_ABORTED;
	channel_post(&t.channel, &m);
	world_run(w, 40);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ABORTED);
	assert_string_equal(world_final(w, &t)->reason, "client_aborted");
	assert_int_equal(world_final(w, &t)->tries, 0);
	world_hang_up(&t);
	world_free(w);
}

/* The password comes with the ticket that directory was told; and directory
 * hears of the end of each attempt that it still keeps. */
static void
directory_is_told_whose_password_comes_and_when_none_does(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	world_begin(w, &t, "alice");
	assert_memory_equal(w->lookup.ticket, t.open.ticket, TICKET);
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, world_code(0));
	world_run(w, 40);
	assert_int_equal(w->forgets, 0);
	world_hang_up(&t);
	/* an unknown person's is one more bind, of nobody */
	world_begin(w, &t, "zed");
	world_answer(w, &t, "000000");
	world_run(w, 40);
	assert_int_equal(w->forgets, 1);
	world_hang_up(&t);
	world_free(w);
}

/* A try that came to nothing keeps nobody out of the next ones. */
static void
what_could_not_be_checked_gives_its_try_back(void **state)
{
	struct world *w = world_new(policy, -1);
	struct subject *s;
	struct world_talk t;

	for (int i = 0; i < 3; i++) {
		world_begin(w, &t, "alice");
		world_verdict(w, &t, VERDICT_UNAVAILABLE);
		world_answer(w, &t, "000000");
		world_run(w, 40);
		assert_string_equal(
		    world_final(w, &t)->reason, "directory_unavailable");
		world_hang_up(&t);
		world_run(w, 10);
	}
	s = world_subject(w, "uuid-alice");
	assert_int_equal(s->inflight, 0);
	world_free(w);
}

static void
a_person_who_never_answers_is_one_aborted_record(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	w->all.conf.attempt_deadline = 50;
	world_begin(w, &t, "alice");
	world_run(w, 80);
	assert_int_equal(t.result.result, RESULT_UNAVAILABLE);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ABORTED);
	assert_string_equal(world_final(w, &t)->reason, "deadline");
	world_hang_up(&t);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_client_that_goes_away_is_one_aborted_record),
	    cmocka_unit_test(
		a_client_that_goes_while_a_person_is_loaded_is_one_too),
	    cmocka_unit_test(a_client_that_gives_up_is_one_aborted_record),
	    cmocka_unit_test(
		directory_is_told_whose_password_comes_and_when_none_does),
	    cmocka_unit_test(what_could_not_be_checked_gives_its_try_back),
	    cmocka_unit_test(a_person_who_never_answers_is_one_aborted_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
