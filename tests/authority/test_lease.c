/* SPDX-License-Identifier: Apache-2.0 */
/* Renewals: who may still be in is asked again, and a no ends the session. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/authority/session/ending.h"
#include "gatewayd/authority/subject/approval.h"
#include "lib/base/clock.h"
#include "policy/policy.h"
#include "leased.h"
#include "tests/support/unit.h"

/* What is different at the renewal, and the reason and rule of the end. */
static const struct refusal {
	const char *disabled, *says, *calls, *leaves; /* of struct world */
	uint8_t account;
	const char *policy;
	const char *reason, *rule;
} refusals[] = {
    {.disabled = "alice", .reason = "lease_account_disabled", .rule = ""},
    {.account = ACCOUNT_LOCKED, .reason = "lease_account_locked", .rule = ""},
    /* by wrong passwords: there is no bind that could say it is over */
    {.account = ACCOUNT_MAYBE_LOCKED,
	.reason = "lease_account_locked",
	.rule = ""},
    /* another person has the name now */
    {.says = "bob", .reason = "lease_another_person", .rule = ""},
    {.calls = "bob", .reason = "lease_directory_malformed", .rule = ""},
    {.leaves = "alice", .reason = "lease_no_rule", .rule = ""},
    {.policy = LEASED_GROUP "permit sre with password + otp\ndeny sre\nend\n",
	.reason = "lease_denied_by_rule",
	.rule = "test.policy:3"},
    {.policy = LEASED_GROUP "permit sre with password + fido2\nend\n",
	.reason = "lease_factors",
	.rule = "test.policy:2"},
};

static void
what_refuses_a_login_refuses_a_renewal(void **state)
{
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		const struct refusal *r = &refusals[i];
		struct leased l;

		leased_begin(&l, leased_policy);
		l.w->disabled = r->disabled;
		l.w->directory_says = r->says;
		l.w->directory_calls = r->calls;
		l.w->leaves = r->leaves;
		if (r->account != 0)
			l.w->account = r->account;
		if (r->policy != NULL)
			world_policy(l.w, r->policy);
		leased_renew(&l);
		leased_refused(&l, r->reason, r->rule);
	}
}

static void
a_yes_renews_again_and_again(void **state)
{
	struct leased l;
	unsigned asked;

	leased_begin(&l, leased_policy);
	asked = l.w->lookups;
	assert_int_equal(l.s->lease.renewed_ms, 0);
	world_run(l.w, 2300);
	assert_int_equal(l.w->lookups, asked + 2);
	assert_true(l.s->lease.renewed_ms > 0);
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.w->records, 2); /* granted, opened, no more */
	assert_int_equal(l.w->all.lookups.count, 0);
	/* no password follows: directory need not keep the attempt */
	assert_int_equal(l.w->forgets, l.w->lookups - 1);
	leased_end(&l);
}

static void
without_a_lease_nobody_is_asked(void **state)
{
	struct leased l;

	leased_begin(&l, LEASED_GROUP "permit sre with password + otp\nend\n");
	assert_false(l.s->lease.timer.active);
	assert_int_equal(l.s->lease.seconds, 0);
	leased_end(&l);
}

static void
client_and_service_are_those_of_the_login(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	world_policy(l.w,
	    LEASED_GROUP "permit sre from 10.20.0.0/16 service sshd "
			 "with password + otp\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_OPEN);
	world_policy(l.w, LEASED_GROUP
	    "permit sre from 10.21.0.0/16 with password + otp\nend\n");
	leased_renew(&l);
	leased_refused(&l, "lease_no_rule", "");
}

static void
attributes_are_those_of_today(void **state)
{
	static const char badge[] = LEASED_GROUP
	    "group badged attribute badge gold\n"
	    "permit badged with password + otp for 1h lease 1s\nend\n";
	static const char gold[] = "\0gold", silver[] = "\0silver";
	struct leased l;

	leased_begin(&l, leased_policy);
	world_policy(l.w, badge);
	leased_renew(&l); /* directory was not told of it yet: no answer */
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.s->lease.renewed_ms, 0);
	l.w->attribute[0] = "badge";
	l.w->attribute_count = 1;
	l.w->values = gold;
	l.w->values_size = sizeof gold;
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_true(l.s->lease.renewed_ms > 0);
	l.w->values = silver;
	l.w->values_size = sizeof silver;
	leased_renew(&l);
	leased_refused(&l, "lease_no_rule", "");
}

static void
an_approval_that_was_withdrawn_is_no_more(void **state)
{
	struct approval p = {.reference = "CHG-1", .name = "alice"};
	struct subject *subject;
	struct leased l;

	leased_begin(&l, leased_policy);
	subject = leased_alice(l.w);
	p.ends_ms = clock_wall_ms() + 600 * 1000;
	assert_int_equal(approvals_add(&subject->approvals, &p), 0);
	l.s->record.verified |= POLICY_APPROVAL; /* as of the login */
	world_policy(l.w, LEASED_GROUP
	    "permit sre with password + otp approval for 1h\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.s->ends_ms, p.ends_ms); /* not longer than it */
	approvals_clear(&subject->approvals);
	leased_renew(&l);
	leased_refused(&l, "lease_factors", "test.policy:2");
}

static void
one_of_two_that_was_withdrawn_is_too_few(void **state)
{
	struct approval p = {.reference = "CHG-1",
	    .name = "alice",
	    .giver_subject = "uuid-dora"};
	struct subject *subject;
	struct leased l;

	leased_begin(&l, leased_policy);
	subject = leased_alice(l.w);
	p.given_ms = clock_wall_ms() - 60 * 1000;
	p.ends_ms = clock_wall_ms() + 900 * 1000;
	assert_int_equal(approvals_add(&subject->approvals, &p), 0);
	strcpy(p.reference, "CHG-2");
	strcpy(p.giver_subject, "uuid-erin");
	assert_int_equal(approvals_add(&subject->approvals, &p), 0);
	l.s->record.verified |= POLICY_APPROVAL;
	world_policy(l.w, LEASED_GROUP "permit sre with password + otp "
				       "approval 2 within 10m for 1h\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.s->ends_ms,
	    approvals_find(&subject->approvals, "CHG-1")->given_ms +
		600 * 1000);
	approvals_drop(
	    &subject->approvals, approvals_find(&subject->approvals, "CHG-2"));
	leased_renew(&l);
	leased_refused(&l, "lease_factors", "test.policy:2");
}

static void
alice_is_found(struct leased *l)
{
	struct msg_DIRECTORY_LOOKUP_ANS a = {.status = LOOKUP_FOUND,
	    .subject = "uuid-alice",
	    .name = "alice",
	    .group = {"cn=sre,ou=groups,dc=example,dc=com"},
	    .group_count = 1,
	    .state = ACCOUNT_ACTIVE};

	memcpy(a.attempt, l->s->lease.question.id, sizeof a.attempt);
	directory_answered(&l->w->all, &a);
	world_run(l->w, 20);
}

/* Also while directory is asked. */
static void
an_approval_that_is_withdrawn_meanwhile_is_no_more(void **state)
{
	struct approval p = {.reference = "CHG-1", .name = "alice"};
	struct subject *subject;
	struct leased l;

	leased_begin(&l, leased_policy);
	subject = leased_alice(l.w);
	p.ends_ms = clock_wall_ms() + 600 * 1000;
	assert_int_equal(approvals_add(&subject->approvals, &p), 0);
	l.s->record.verified |= POLICY_APPROVAL; /* as of the login */
	world_policy(l.w, LEASED_GROUP
	    "permit sre with password + otp approval for 1h\nend\n");
	l.w->directory_silent = true;
	leased_renew(&l);
	assert_int_equal(subject->users, 1);
	approvals_clear(&subject->approvals);
	alice_is_found(&l);
	assert_int_equal(subject->users, 0);
	leased_refused(&l, "lease_factors", "test.policy:2");
}

/* The policy of the answer's moment decides, and is what is kept. */
static void
a_reload_while_directory_is_asked_counts(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	l.w->directory_silent = true;
	leased_renew(&l);
	world_policy(l.w, LEASED_GROUP "permit sre with password + otp for 30m "
				       "token 1m audience mail\nend\n");
	alice_is_found(&l);
	world_policy(
	    l.w, LEASED_GROUP "deny any\nend\n"); /* nor held by it alone */
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.s->obligations->token_seconds, 60);
	assert_string_equal(l.s->obligations->audiences[0], "mail");
	assert_int_equal(l.s->ends_ms, l.s->opened_ms + 1800 * 1000);
	assert_int_equal(l.s->lease.seconds, 1);
	leased_renew(&l);
	alice_is_found(&l);
	leased_refused(&l, "lease_denied_by_rule", "test.policy:2");
}

/* However it ends meanwhile, it lets go of what it held. */
static void
an_end_while_directory_is_asked_holds_nothing(void **state)
{
	struct subject *subject;
	struct leased l;

	leased_begin(&l, leased_policy);
	subject = leased_alice(l.w);
	l.s->record.verified |= POLICY_APPROVAL;
	l.w->directory_silent = true;
	leased_renew(&l);
	assert_int_equal(subject->users, 1);
	ending_begin(l.s, REASON_SESSION_OVER);
	world_run(l.w, 20);
	assert_int_equal(l.w->forgets, 1); /* directory as well */
	assert_int_equal(subject->users, 0);
	leased_refused(&l, "session_over", "test.policy:2");
	/* and when its process is gone by itself */
	leased_begin(&l, leased_policy);
	subject = leased_alice(l.w);
	l.s->record.verified |= POLICY_APPROVAL;
	l.w->directory_silent = true;
	leased_renew(&l);
	assert_int_equal(kill(l.pid, SIGKILL), 0);
	assert_int_equal(
	    waitid(P_PID, (id_t)l.pid, NULL, WEXITED | WNOWAIT), 0);
	world_run(l.w, 20);
	assert_int_equal(subject->users, 0);
	assert_int_equal(l.w->all.lookups.count, 0);
	assert_string_equal(
	    world_session_record(l.w, OUTCOME_CLOSED)->reason, "process_ended");
	leased_end(&l);
}

static void
a_session_grows_old(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	world_policy(l.w,
	    LEASED_GROUP "permit sre age below 1h with password + otp\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_OPEN);
	l.s->opened_ms -= 3600 * 1000;
	leased_renew(&l);
	leased_refused(&l, "lease_no_rule", "");
}

static void
what_the_rule_gives_now_is_what_the_session_has(void **state)
{
	struct leased l;
	int64_t ends;

	leased_begin(&l, leased_policy);
	ends = l.s->ends_ms;
	world_policy(l.w,
	    "\n" LEASED_GROUP "permit sre with password + otp for 30m lease 5s "
	    "audience mail\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->lease.seconds, 5);
	assert_int_equal(l.s->ends_ms, ends - 30 * 60 * 1000);
	assert_int_equal(l.s->obligations->audience_count, 1);
	assert_string_equal(l.s->obligations->audiences[0], "mail");
	assert_string_equal(l.s->record.rule, "test.policy:3");
	/* never longer, and never without a lease */
	world_policy(
	    l.w, LEASED_GROUP "permit sre with password + otp for 9h\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->ends_ms, ends - 30 * 60 * 1000);
	assert_int_equal(l.s->lease.seconds, 5);
	assert_true(l.s->lease.timer.active);
	leased_end(&l);
}

static void
groups_are_those_of_today(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	assert_int_equal(l.s->groups->count, 1);
	l.w->leaves = "alice";
	world_policy(l.w, LEASED_GROUP "permit any with password + otp\nend\n");
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.s->groups->count, 0);
	leased_end(&l);
}

static void
a_directory_that_comes_back_in_time_is_forgiven(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	l.s->lease.seconds = 4; /* the next try comes after a second */
	l.w->directory_unavailable = true;
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_OPEN);
	assert_int_equal(l.s->lease.renewed_ms, 0);
	l.w->directory_unavailable = false;
	world_run(l.w, 1100);
	assert_true(l.s->lease.renewed_ms > 0);
	/* it dies with the question, and is started again */
	l.w->directory_silent = true;
	leased_renew(&l);
	assert_int_equal(l.w->all.lookups.count, 1);
	world_directory_dies(l.w);
	assert_int_equal(l.w->all.lookups.count, 0);
	l.s->lease.renewed_ms = 0;
	l.w->directory_silent = false;
	world_directory_returns(l.w);
	world_run(l.w, 1100);
	assert_true(l.s->lease.renewed_ms > 0);
	assert_int_equal(l.w->ends, 0);
	leased_end(&l);
}

static void
a_directory_that_stays_away_ends_it(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	world_directory_dies(l.w);
	world_run(l.w, 1500);
	assert_int_equal(l.s->state, SESSION_OPEN); /* not at the first */
	world_run(l.w, 800);
	leased_refused(&l, "lease_unavailable", "test.policy:2");
}

static void
a_directory_that_says_nothing_ends_it_too(void **state)
{
	struct leased l;

	leased_begin(&l, leased_policy);
	l.w->directory_silent = true;
	world_run(l.w, 2300);
	leased_refused(&l, "lease_unavailable", "test.policy:2");
}

static void
a_late_answer_is_for_nobody(void **state)
{
	struct msg_DIRECTORY_LOOKUP_ANS a = {.status = LOOKUP_UNKNOWN};
	struct leased l;

	leased_begin(&l, leased_policy);
	l.w->directory_silent = true;
	leased_renew(&l);
	assert_int_equal(l.w->all.lookups.count, 1);
	memcpy(a.attempt, l.s->lease.question.id, sizeof a.attempt);
	session_stop_lease(l.s);
	directory_answered(&l.w->all, &a);
	assert_int_equal(l.s->state, SESSION_OPEN);
	leased_end(&l);
}

static void
a_lease_outlives_a_restart_and_is_asked_for_soon(void **state)
{
	struct world *next;
	struct leased l;
	struct session *s;
	char id[SESSION_ID_MAX + 1];

	leased_begin(
	    &l, LEASED_GROUP "permit sre with password + otp lease 1d\nend\n");
	memcpy(id, l.s->id, sizeof l.s->id);
	world_session_file = dup(l.w->session_file_fd);
	next = world_new(leased_policy, -1);
	s = session_find(&next->all, id, 1000);
	assert_non_null(s);
	assert_int_equal(s->lease.seconds, 24 * 3600);
	next->parent_ends = true;
	next->disabled = "alice";
	world_run(next, 31 * 1000);
	assert_string_equal(world_session_record(next, OUTCOME_CLOSED)->reason,
	    "lease_account_disabled");
	world_free(next);
	leased_end(&l);
}

/* Its record says why it ended, whoever writes it. */
static void
a_no_outlives_a_restart(void **state)
{
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world *next;
	struct leased l;

	leased_begin(&l, leased_policy);
	l.w->parent_ends = false;
	l.w->disabled = "alice";
	leased_renew(&l);
	assert_int_equal(l.s->state, SESSION_ENDING);
	world_session_file = dup(l.w->session_file_fd); /* as kill -9 left it */
	next = world_new(leased_policy, -1);
	next->parent_ends = true;
	world_run(next, 10 * 1000);
	r = world_session_record(next, OUTCOME_CLOSED);
	assert_non_null(r);
	assert_string_equal(r->reason, "lease_account_disabled");
	assert_string_equal(r->rule, "");
	world_free(next);
	leased_end(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_yes_renews_again_and_again),
	    cmocka_unit_test(what_refuses_a_login_refuses_a_renewal),
	    cmocka_unit_test(without_a_lease_nobody_is_asked),
	    cmocka_unit_test(client_and_service_are_those_of_the_login),
	    cmocka_unit_test(attributes_are_those_of_today),
	    cmocka_unit_test(an_approval_that_was_withdrawn_is_no_more),
	    cmocka_unit_test(one_of_two_that_was_withdrawn_is_too_few),
	    cmocka_unit_test(
		an_approval_that_is_withdrawn_meanwhile_is_no_more),
	    cmocka_unit_test(a_reload_while_directory_is_asked_counts),
	    cmocka_unit_test(an_end_while_directory_is_asked_holds_nothing),
	    cmocka_unit_test(a_session_grows_old),
	    cmocka_unit_test(what_the_rule_gives_now_is_what_the_session_has),
	    cmocka_unit_test(groups_are_those_of_today),
	    cmocka_unit_test(a_directory_that_comes_back_in_time_is_forgiven),
	    cmocka_unit_test(a_directory_that_stays_away_ends_it),
	    cmocka_unit_test(a_directory_that_says_nothing_ends_it_too),
	    cmocka_unit_test(a_late_answer_is_for_nobody),
	    cmocka_unit_test(a_lease_outlives_a_restart_and_is_asked_for_soon),
	    cmocka_unit_test(a_no_outlives_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
