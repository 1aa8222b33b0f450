/* SPDX-License-Identifier: Apache-2.0 */
/* What ends an enrolment by grace: others meanwhile, faults, deaths, time. */
#include <string.h>
#include <unistd.h>
#include "tests/support/copies.h"
#include "tests/support/unit.h"
#include "invited.h"

static void
of_two_devices_one_is_enrolled(void **state)
{
	struct world *w = invited_world();
	struct world_talk one, two;

	invited_shown(w, &one);
	invited_shown(w, &two);
	w->store_hold = true;
	world_answer(w, &one, invited_code(one.prompt, 0));
	world_answer(w, &two, invited_code(two.prompt, 0));
	invited_ends(w, &two, OUTCOME_DENIED, "invitation_gone");
	world_store_releases(w);
	invited_ends(w, &one, OUTCOME_DENIED, "enrolled");
	assert_int_equal(invited_credentials(w), 1);
	assert_int_equal(invited_carl(w)->credential_count, 1);
	assert_int_equal(invited_enrolments(w), 1);
	world_free(w);
}

/* As another node of a fleet would have done. */
static void
one_that_is_spent_in_the_store_is_gone(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_shown(w, &t);
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "uuid-carl/invitation") != NULL)
			w->row[i] = w->row[--w->rows];
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(invited_credentials(w), 0);
	/* its record names no credential that never was */
	assert_string_equal(world_final(w, &t)->credential, "");
	assert_int_equal(world_final(w, &t)->step, 0);
	world_free(w);
}

static void
what_an_administrator_does_meanwhile_ends_it(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_shown(w, &t);
	assert_int_equal(invited_revoke(w, "carl", "invitation"), ADMIN_OK);
	assert_int_equal(w->record[w->records - 1].outcome, OUTCOME_REVOKED);
	assert_string_equal(w->record[w->records - 1].credential, "invitation");
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(invited_revoke(w, "carl", "invitation"), ADMIN_NO);
	/* a new one is not the one that the seed was shown by */
	assert_int_equal(invited_by_admin(w, "carl"), ADMIN_OK);
	invited_shown(w, &t);
	assert_int_equal(invited_by_admin(w, "carl"), ADMIN_OK);
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	invited_shown(w, &t);
	assert_int_equal(invited_enrol(w, "carl"), ADMIN_OK);
	assert_int_equal(invited_stored(w, "uuid-carl/invitation"), 0);
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(invited_credentials(w), 1);
	/* for good */
	assert_int_equal(
	    invited_revoke(w, "carl", invited_carl(w)->credential[0].id),
	    ADMIN_OK);
	world_login(w, &t, "carl", "");
	invited_refused(w, &t, "factors");
	world_free(w);
}

static void
an_invitation_that_the_store_does_not_end_is_not_used_again(void **state)
{
	struct world *w = invited_world();
	struct world_talk t, other;

	invited_shown(w, &t);
	invited_shown(w, &other);
	w->store_mute = true;
	world_answer(w, &t, invited_code(t.prompt, 0));
	assert_false(t.ended);
	w->store_mute = false;
	world_store_restarts(w);
	world_run(w, 600);
	/* it is seen to its end, and nobody else can use it */
	invited_ends(w, &t, OUTCOME_DENIED, "enrolled");
	world_answer(w, &other, invited_code(other.prompt, 0));
	invited_ends(w, &other, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(invited_credentials(w), 1);
	assert_int_equal(invited_enrolments(w), 1);
	world_free(w);
}

static void
no_credential_without_its_record_on_disk(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_recording(w, &t);
	invited_release(w);
	invited_ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(invited_credentials(w), 1);
	world_free(w);
	w = invited_world();
	invited_recording(w, &t);
	w->fail = true;
	invited_release(w);
	world_run(w, 20);
	assert_int_equal(invited_credentials(w), 0);
	assert_int_equal(invited_carl(w)->credential_count, 0);
	assert_false(t.ended);
	w->fail = false;
	world_audit_restarts(w, w->records);
	invited_ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(invited_credentials(w), 1);
	world_free(w);
}

/* The record names what may be there. */
static void
a_credential_that_may_be_in_the_store_is_named(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_recording(w, &t);
	w->store_mute = true;
	invited_release(w);
	world_run(w, 2500);
	invited_ends(w, &t, OUTCOME_ERROR, "deadline");
	w->store_mute = false;
	assert_true(world_final(w, &t)->step > 0);
	assert_string_not_equal(world_final(w, &t)->credential, "");
	assert_int_equal(invited_carl(w)->credential_count, 0);
	world_login(w, &t, "carl", "");
	invited_refused(w, &t, "factors");
	world_free(w);
}

static void
a_person_who_is_gone_in_the_second_round_leaves_nothing(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_shown(w, &t);
	world_hang_up(&t);
	world_run(w, 10);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ABORTED);
	assert_string_equal(world_final(w, &t)->reason, "client_gone");
	assert_int_equal(w->all.attempts.count, 0);
	assert_int_equal(invited_carl(w)->users, 0);
	assert_int_equal(invited_credentials(w), 0);
	/* after the right code it is seen to its end */
	invited_recording(w, &t);
	world_hang_up(&t);
	world_run(w, 10);
	invited_release(w);
	world_run(w, 60);
	assert_string_equal(world_final(w, &t)->reason, "enrolled");
	assert_int_equal(invited_credentials(w), 1);
	assert_int_equal(w->all.attempts.count, 0);
	assert_int_equal(invited_carl(w)->users, 0);
	world_free(w);
}

static void
both_rounds_have_one_deadline(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	w->all.conf.attempt_deadline = 150;
	invited_shown(w, &t);
	world_run(w, 200);
	invited_ends(w, &t, OUTCOME_ABORTED, "deadline");
	assert_int_equal(t.result.result, RESULT_UNAVAILABLE);
	invited_recording(w, &t);
	world_run(w, 200);
	assert_true(t.ended);
	invited_release(w);
	invited_ends(w, &t, OUTCOME_ERROR, "deadline");
	assert_int_equal(invited_credentials(w), 0);
	assert_int_equal(invited_carl(w)->credential_count, 0);
	assert_int_equal(invited_carl(w)->users, 0);
	world_free(w);
}

/* One record after kill -9, and one try, as of any attempt with answers. */
static void
a_second_round_that_a_restart_cuts_off_is_one_try(void **state)
{
	struct world *w = invited_world(), *next;
	int slots = dup(w->attempt_table_fd);
	struct world_talk t;

	invited_shown(w, &t);
	next = world_new(invited_policy, slots);
	assert_int_equal(next->records, 1);
	assert_int_equal(world_final(next, &t)->outcome, OUTCOME_ORPHANED);
	assert_string_equal(world_final(next, &t)->subject, "uuid-carl");
	assert_int_equal(world_final(next, &t)->tries, 1);
	world_free(next);
	world_hang_up(&t);
	world_run(w, 10);
	world_free(w);
}

/* The policy that showed the seed is the one that takes its code. */
static void
a_reload_in_the_second_round_changes_nothing(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_shown(w, &t);
	world_policy(w, INVITED_RULE "password + otp for 8h\nend\n");
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(invited_credentials(w), 1);
	world_free(w);
}

static void
there_is_no_third_round(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_shown(w, &t);
	w->store_hold = true;
	world_answer(w, &t, invited_code(t.prompt, 0));
	assert_false(t.closed);
	world_answer(w, &t, invited_code(t.prompt, 0));
	assert_true(t.closed); /* not its phase */
	world_store_releases(w);
	world_run(w, 60);
	assert_string_equal(world_final(w, &t)->reason, "enrolled");
	assert_int_equal(invited_credentials(w), 1);
	world_hang_up(&t);
	world_free(w);
}

static void
a_verdict_that_comes_late_is_waited_for(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	world_begin(w, &t, "carl");
	world_answer(w, &t, "123456");
	world_run(w, 40);
	assert_false(t.ended);
	assert_int_equal(t.more, 0);
	assert_int_equal(w->binds, 1);
	assert_int_equal(w->decoy_binds, 0);
	world_directory_dies(w);
	invited_ends(w, &t, OUTCOME_ERROR, "directory_unavailable");
	world_free(w);
}

/* Or the directory's own lockout could be outrun. */
static void
a_password_is_bound_only_with_a_try_left(void **state)
{
	struct world_talk t[4];
	struct world *w = invited_world();

	for (size_t i = 0; i < 4; i++)
		world_begin(w, &t[i], "carl");
	for (size_t i = 0; i < 4; i++)
		world_answer(w, &t[i], "");
	assert_int_equal(w->binds, 3);
	invited_ends(w, &t[3], OUTCOME_DENIED, "locked_out");
	for (size_t i = 0; i < 3; i++) {
		world_verdict(w, &t[i], VERDICT_MISMATCH);
		invited_ends(w, &t[i], OUTCOME_DENIED, "wrong_password");
	}
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(of_two_devices_one_is_enrolled),
	    cmocka_unit_test(one_that_is_spent_in_the_store_is_gone),
	    cmocka_unit_test(what_an_administrator_does_meanwhile_ends_it),
	    cmocka_unit_test(
		an_invitation_that_the_store_does_not_end_is_not_used_again),
	    cmocka_unit_test(no_credential_without_its_record_on_disk),
	    cmocka_unit_test(a_credential_that_may_be_in_the_store_is_named),
	    cmocka_unit_test(
		a_person_who_is_gone_in_the_second_round_leaves_nothing),
	    cmocka_unit_test(both_rounds_have_one_deadline),
	    cmocka_unit_test(a_second_round_that_a_restart_cuts_off_is_one_try),
	    cmocka_unit_test(a_reload_in_the_second_round_changes_nothing),
	    cmocka_unit_test(there_is_no_third_round),
	    cmocka_unit_test(a_verdict_that_comes_late_is_waited_for),
	    cmocka_unit_test(a_password_is_bound_only_with_a_try_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
