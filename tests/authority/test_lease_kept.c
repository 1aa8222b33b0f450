/* SPDX-License-Identifier: Apache-2.0 */
/* Renewals for which the store is asked, and what of a lease is kept. */
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/ending.h"
#include "policy/policy.h"
#include "leased.h"
#include "tests/support/unit.h"

/* A rule without a lease lets the session go on as it is asked now. */
static void
a_lease_that_the_rule_lost_outlives_a_restart(void **state)
{
	struct world *next;
	struct leased l;
	struct session *s;
	char id[SESSION_ID_MAX + 1];

	leased_begin(&l, leased_policy);
	memcpy(id, l.s->id, sizeof l.s->id);
	world_policy(
	    l.w, LEASED_GROUP "permit sre with password + otp for 1h\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->obligations->lease_seconds, 0);
	world_session_file = dup(l.w->session_file_fd);
	next = world_new(leased_policy, -1);
	s = session_find(&next->all, id, 1000);
	assert_non_null(s);
	assert_int_equal(s->lease.seconds, 1);
	world_free(next);
	leased_end(&l);
}

/* A store that is away is no answer. */
static void
a_store_that_does_not_say_is_asked_again(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	l.s->record.verified |= POLICY_APPROVAL;
	leased_alice(l.w)->state = SUBJECT_NEW; /* as after a restart */
	world_lists_refused = 1;
	leased_renew(&l);
	assert_int_equal(world_lists_refused, 0);
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.s->lease.renewed_ms, 0);
	world_run(l.w, 500);
	assert_true(l.s->lease.renewed_ms > l.s->opened_ms);
	leased_end(&l);
}

static void
an_end_while_the_store_is_asked_holds_nothing(void **state)
{
	struct subject *subject;
	struct leased l;

	leased_begin(&l, leased_policy);
	subject = leased_alice(l.w);
	l.s->record.verified |= POLICY_APPROVAL;
	subject->state = SUBJECT_NEW;
	l.w->store_hold_get = true;
	leased_renew(&l);
	assert_true(l.s->lease.loading);
	ending_begin(l.s, REASON_SESSION_OVER);
	world_run(l.w, 20);
	world_store_releases(l.w);
	assert_int_equal(subject->users, 0);
	leased_refused(&l, "session_over", "test.policy:2");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_lease_that_the_rule_lost_outlives_a_restart),
	    cmocka_unit_test(a_store_that_does_not_say_is_asked_again),
	    cmocka_unit_test(an_end_while_the_store_is_asked_holds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
