/* SPDX-License-Identifier: Apache-2.0 */
/* An authenticator whose clock is off is followed after two consecutive codes;
 * and one that replaces another one ends it when it is proven. */
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"
#include "world.h"
#include "tests/support/unit.h"

#define STEP_MS (TOTP_STEP_SECONDS * 1000)
#define HOUR_MS 3600000

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from corp with password + otp\n"
    "end\n";

/* The reason of a login with the right password. */
static const struct msg_AUDIT_APPEND_REQ *
login(struct world *w, int offset)
{
	struct world_talk t;
	const struct msg_AUDIT_APPEND_REQ *r;

	world_login(w, &t, "alice", world_code(offset));
	r = world_final(w, &t);
	assert_int_equal(t.result.result == RESULT_GRANTED,
	    strcmp(r->reason, "permit") == 0);
	world_hang_up(&t);
	world_run(w, 10);
	return r;
}

static void
a_phone_that_is_off_is_followed_after_two_codes(void **state)
{
	static const int offs[] = {3, -3, 10, -9};

	for (size_t i = 0; i < sizeof offs / sizeof offs[0]; i++) {
		struct world *w = world_new(policy, -1);
		const struct msg_AUDIT_APPEND_REQ *r;
		char drift[8];

		w->all.conf.max_tries = 100;
		snprintf(drift, sizeof drift, "%+d", offs[i]);
		assert_string_equal(login(w, offs[i])->reason,
		    offs[i] > 0 ? "code_early" : "code_late");
		/* the same code once more is no second one */
		assert_string_not_equal(login(w, offs[i])->reason, "permit");
		world_run(w, STEP_MS);
		r = login(w, offs[i]);
		assert_string_equal(r->reason, "permit");
		assert_string_equal(r->drift, drift);
		assert_string_equal(login(w, offs[i])->reason, "code_replayed");
		world_run(w, STEP_MS);
		r = login(w, offs[i]);
		assert_string_equal(r->reason, "permit");
		assert_string_equal(r->drift, "");
		world_free(w);
	}
}

static void
codes_that_are_not_consecutive_show_nothing(void **state)
{
	struct world *w = world_new(policy, -1);

	assert_string_equal(login(w, 4)->reason, "code_early");
	assert_string_equal(login(w, 6)->reason, "code_early");
	world_run(w, 240000);
	/* the one after it, but too late */
	assert_string_equal(login(w, 6 - 8 + 1 + 3)->reason, "code_early");
	world_free(w);
}

/* Without the password a stranger cannot have the window moved. */
static void
a_code_beside_a_wrong_password_shows_nothing(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	world_begin(w, &t, "alice");
	world_verdict(w, &t, VERDICT_MISMATCH);
	world_answer(w, &t, world_code(3));
	assert_string_equal(world_final(w, &t)->reason, "wrong_password");
	world_run(w, STEP_MS);
	assert_string_equal(login(w, 3)->reason, "code_early");
	world_free(w);
}

/* It is a second way for a guess, so it is not open all the time. */
static void
another_resynchronisation_has_to_wait(void **state)
{
	struct world *w = world_new(policy, -1);

	w->all.conf.max_tries = 100;
	login(w, 3);
	world_run(w, STEP_MS);
	assert_string_equal(login(w, 3)->drift, "+3");
	world_run(w, 10 * STEP_MS);
	login(w, 8);
	world_run(w, STEP_MS);
	assert_string_equal(login(w, 8)->reason, "code_early");
	world_run(w, HOUR_MS);
	login(w, 8);
	world_run(w, STEP_MS);
	assert_string_equal(login(w, 8)->drift, "+8");
	world_free(w);
}

static void
no_resynchronisation_reopens_a_spent_step(void **state)
{
	struct world *w = world_new(policy, -1);

	w->all.conf.max_tries = 100;
	assert_string_equal(login(w, 1)->reason, "permit");
	world_run(w, 4 * STEP_MS);
	/* the codes of then, one after the other */
	assert_string_equal(login(w, -4)->reason, "code_late");
	assert_string_equal(login(w, -3)->reason, "code_late");
	assert_string_equal(login(w, -2)->reason, "code_late");
	assert_string_equal(login(w, -3)->reason, "code_late");
	world_free(w);
}

/* The log has the drift, so a store that trails it loses nothing. */
static void
the_drift_is_known_after_a_start(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	const struct msg_AUDIT_APPEND_REQ *r;

	w->store_refuse = "authority/credential/";
	login(w, -3);
	world_run(w, STEP_MS);
	assert_string_equal(login(w, -3)->drift, "-3");
	next = world_next(w, policy, w->records);
	world_free(w);
	assert_string_equal(login(next, -3)->reason, "code_replayed");
	world_run(next, STEP_MS);
	r = login(next, -3);
	assert_string_equal(r->reason, "permit");
	assert_string_equal(r->drift, "");
	world_free(next);
}

static void
on_subject(void *arg, struct subject *s, bool ok)
{
	assert_true(ok);
	*(struct subject **)arg = s;
}

/* At a login nobody is told more than that it is refused: it would say that
 * password and code are right. */
static void
an_app_that_ignores_the_form_is_for_the_record_alone(void **state)
{
	struct world *w = world_new(policy, -1);
	struct subject *s = NULL;
	struct world_talk t, wrong;

	subject_hold(&w->all.subjects, "uuid-alice", on_subject, &s);
	world_run(w, 10);
	s->credential[0].form.digits = 8;
	assert_int_equal(credential_close(&s->credential[0], w->all.seal,
			     "uuid-alice", world_seed, TOTP_SEED),
	    0);
	world_login(w, &t, "alice", world_code(0));
	assert_string_equal(world_final(w, &t)->reason, "form_ignored");
	world_login(w, &wrong, "alice", "00000000");
	assert_string_equal(world_final(w, &wrong)->reason, "wrong_code");
	assert_int_equal(t.result.result, RESULT_DENIED);
	assert_string_equal(t.result.text, wrong.result.text);
	world_hang_up(&t);
	world_hang_up(&wrong);
	subject_release(&w->all.subjects, s);
	world_free(w);
}

/* ---- replacing ---- */

static const uint8_t new_seed[] = "abcdefghijklmnopqrst";

/* alice's one, and a new one beside it that replaces it */
static struct subject *
replacing(struct world *w, char old_r[CREDENTIAL_ID_MAX + 1])
{
	struct subject *s = NULL;
	struct credential c;

	subject_hold(&w->all.subjects, "uuid-alice", on_subject, &s);
	world_run(w, 10);
	assert_non_null(s);
	memcpy(old_r, s->credential[0].id, CREDENTIAL_ID_MAX + 1);
	assert_int_equal(
	    credential_new(&c, w->all.seal,
		&(struct credential_parts){.kind = FACTOR_KIND_TOTP,
		    .subject = "uuid-alice",
		    .name = "alice",
		    .label = "new",
		    .seed = new_seed,
		    .seed_size = 20,
		    .replaces = old_r}),
	    0);
	assert_non_null(subject_add_credential(s, &c));
	return s;
}

static void
the_old_one_ends_when_the_new_one_is_proven(void **state)
{
	struct world *w = world_new(policy, -1);
	char old[CREDENTIAL_ID_MAX + 1];
	struct subject *s = replacing(w, old);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;

	/* not yet */
	assert_string_equal(login(w, 0)->reason, "permit");
	assert_int_equal(world_changes(w), 0);
	world_login(w, &t, "alice", world_code_of(new_seed, 0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_run(w, 10);
	assert_int_equal(world_changes(w), 1);
	r = world_change(w, 0);
	assert_int_equal(r->outcome, OUTCOME_REVOKED);
	assert_string_equal(r->reason, "replaced");
	assert_string_equal(r->credential, old);
	assert_string_equal(r->actor, "alice");
	assert_int_equal(s->credential_count, 1);
	assert_string_equal(login(w, 1)->reason, "wrong_code");
	subject_release(&w->all.subjects, s);
	world_free(w);
}

/* Where the store does not take the change, the old one opens nothing all the
 * same, and the next login tries again. */
static void
a_proven_replacement_counts_before_the_store_knows(void **state)
{
	struct world *w = world_new(policy, -1);
	char old[CREDENTIAL_ID_MAX + 1];
	struct subject *s = replacing(w, old);
	struct world_talk t;

	s->changing = true;
	world_login(w, &t, "alice", world_code_of(new_seed, 0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	assert_int_equal(s->credential_count, 2);
	assert_string_equal(login(w, 0)->reason, "wrong_code");
	s->changing = false;
	world_login(w, &t, "alice", world_code_of(new_seed, 1));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_run(w, 10);
	assert_int_equal(s->credential_count, 1);
	subject_release(&w->all.subjects, s);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_phone_that_is_off_is_followed_after_two_codes),
	    cmocka_unit_test(codes_that_are_not_consecutive_show_nothing),
	    cmocka_unit_test(a_code_beside_a_wrong_password_shows_nothing),
	    cmocka_unit_test(another_resynchronisation_has_to_wait),
	    cmocka_unit_test(no_resynchronisation_reopens_a_spent_step),
	    cmocka_unit_test(the_drift_is_known_after_a_start),
	    cmocka_unit_test(
		an_app_that_ignores_the_form_is_for_the_record_alone),
	    cmocka_unit_test(the_old_one_ends_when_the_new_one_is_proven),
	    cmocka_unit_test(
		a_proven_replacement_counts_before_the_store_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
