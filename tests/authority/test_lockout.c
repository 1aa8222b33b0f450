/* SPDX-License-Identifier: Apache-2.0 */
/* Failed tries: what they do, what is told of them, and how they end. */
#include <string.h>

#include "gatewayd/authority/recovery/startup.h"
#include "gatewayd/authority/subject/lockout.h"
#include "lib/base/clock.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

#define YEARS_10 (INT64_C(10) * 365 * 24 * 3600 * 1000)

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp\n"
    "end\n";

static void
ask(struct world *w, struct world_admin *c, enum message_type type,
    const char *name)
{
	struct message m;

	message_init(&m, type);
	strcpy(m.u.ADMIN_ASK.actor, "root");
	strcpy(m.u.ADMIN_ABOUT.name, name);
	world_admin_asks(w, c, &m);
	world_leave(w, c);
}

static const struct msg_AUDIT_APPEND_REQ *
log_in(struct world *w, const char *code)
{
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;

	world_login(w, &t, "alice", code);
	r = world_final(w, &t);
	world_hang_up(&t);
	world_run(w, 40);
	return r;
}

/* max_tries is 3 */
static void
lock_out(struct world *w)
{
	for (int i = 0; i < 3; i++)
		assert_string_equal(log_in(w, "000000")->reason, "wrong_code");
	assert_string_equal(log_in(w, world_code(0))->reason, "locked_out");
}

static void
an_administrator_ends_it_and_that_is_recorded(void **state)
{
	struct world *w = world_new(policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_admin c;

	lock_out(w);
	ask(w, &c, MSG_ADMIN_UNLOCK_REQ, "alice");
	assert_int_equal(c.answer.type, MSG_ADMIN_UNLOCK_ANS);
	assert_int_equal(c.answer.u.ADMIN_HEAD.status, ADMIN_OK);
	r = &w->record[w->records - 1];
	assert_int_equal(r->kind, RECORD_ADMIN);
	assert_int_equal(r->outcome, OUTCOME_UNLOCKED);
	assert_string_equal(r->subject, "uuid-alice");
	assert_string_equal(r->actor, "root");
	assert_int_equal(log_in(w, world_code(0))->outcome, OUTCOME_GRANTED);
	ask(w, &c, MSG_ADMIN_UNLOCK_REQ, "alice");
	assert_int_equal(c.answer.u.ADMIN_HEAD.status, ADMIN_NO);
	world_free(w);
}

static void
without_a_record_it_does_not_end(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;

	lock_out(w);
	w->hold = true;
	ask(w, &c, MSG_ADMIN_UNLOCK_REQ, "alice");
	assert_true(lockout_until(&w->all, world_subject(w, "uuid-alice")) > 0);
	assert_int_equal(c.answer.type, MSG_NONE);
	w->hold = false;
	world_release(w);
	world_run(w, 10);
	/* who asked was gone by then */
	assert_true(lockout_until(&w->all, world_subject(w, "uuid-alice")) > 0);
	assert_int_equal(w->record[w->records - 1].outcome, OUTCOME_FAILED);
	world_free(w);
}

/* The clock was ten years ahead when the tries failed. */
static void
it_ends_no_later_than_one_that_begins_now(void **state)
{
	struct world *w = world_new(policy, -1);
	struct subject *s;
	struct world_admin c;
	int64_t now;

	lock_out(w);
	world_run(w, 5000); /* the store has all of it */
	s = world_subject(w, "uuid-alice");
	assert_false(s->tries_dirty);
	s->locked_until_ms += YEARS_10;
	ask(w, &c, MSG_ADMIN_USER_REQ, "alice");
	now = clock_wall_ms();
	assert_int_equal(c.answer.type, MSG_ADMIN_USER_ANS);
	assert_int_equal(c.answer.u.ADMIN_USER_ANS.tries, 3);
	assert_int_equal(c.answer.u.ADMIN_USER_ANS.max_tries, 3);
	assert_true(c.answer.u.ADMIN_USER_ANS.locked_until_ms > now);
	assert_true(c.answer.u.ADMIN_USER_ANS.locked_until_ms <=
		    now + (int64_t)w->all.conf.lockout_seconds * 1000);
	assert_int_equal(
	    s->locked_until_ms, c.answer.u.ADMIN_USER_ANS.locked_until_ms);
	/* it is not put off by asking again */
	ask(w, &c, MSG_ADMIN_USER_REQ, "alice");
	assert_int_equal(
	    s->locked_until_ms, c.answer.u.ADMIN_USER_ANS.locked_until_ms);
	assert_true(s->tries_dirty); /* the store will have it */
	world_free(w);
}

/* The store was not told yet, or was put back. */
/* Who was locked out when the attempt began is not let in, and spends no try,
 * when it is over while answers are typed. */
static void
an_attempt_that_began_locked_out_ends_so(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct subject *s;

	lock_out(w);
	s = world_subject(w, "uuid-alice");
	s->locked_until_ms = clock_wall_ms() + 1000;
	w->all.conf.attempt_deadline = 60000;
	world_begin(w, &t, "alice");
	world_run(w, 2000);
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, world_code(0));
	world_run(w, 40);
	assert_string_equal(world_final(w, &t)->reason, "locked_out");
	assert_int_equal(world_final(w, &t)->tries, 0);
	world_hang_up(&t);
	world_run(w, 40);
	assert_int_equal(s->tries, 3);
	assert_int_equal(s->inflight, 0);
	assert_string_equal(log_in(w, world_code(1))->reason, "permit");
	world_free(w);
}

static void
a_start_reads_it_from_the_log(void **state)
{
	struct world *w = world_new(policy, -1);
	struct msg_AUDIT_REPLAY_ANS r = {.kind = RECORD_ADMIN,
	    .outcome = OUTCOME_UNLOCKED,
	    .subject = "uuid-alice"};

	lock_out(w);
	w->all.recovery.serving = false;
	startup_hooks.replay(&w->all, &r);
	w->all.recovery.serving = true;
	assert_int_equal(world_subject(w, "uuid-alice")->tries, 0);
	world_free(w);
}

static void
the_last_attempts_are_told(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;

	lock_out(w);
	for (int i = 0; i < 3; i++)
		log_in(w, world_code(0));
	ask(w, &c, MSG_ADMIN_ATTEMPTS_REQ, "alice");
	assert_int_equal(c.answers, 6); /* five and the end */
	assert_string_equal(
	    c.item[0].u.ADMIN_ATTEMPTS_ANS.reason, "locked_out");
	assert_int_equal(
	    c.item[0].u.ADMIN_ATTEMPTS_ANS.outcome, OUTCOME_DENIED);
	assert_string_equal(c.item[0].u.ADMIN_ATTEMPTS_ANS.client, "10.20.1.2");
	assert_int_equal(strlen(c.item[0].u.ADMIN_ATTEMPTS_ANS.reference), 8);
	ask(w, &c, MSG_ADMIN_ATTEMPTS_REQ, "bob");
	assert_int_equal(c.answers, 1);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_administrator_ends_it_and_that_is_recorded),
	    cmocka_unit_test(without_a_record_it_does_not_end),
	    cmocka_unit_test(it_ends_no_later_than_one_that_begins_now),
	    cmocka_unit_test(an_attempt_that_began_locked_out_ends_so),
	    cmocka_unit_test(a_start_reads_it_from_the_log),
	    cmocka_unit_test(the_last_attempts_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
