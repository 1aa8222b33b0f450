/* SPDX-License-Identifier: Apache-2.0 */
/* Rules that ask for several people, of a group, and for how long. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/session.h"
#include "lib/base/clock.h"
#include "lib/record/record_approvers.h"
#include "policy/policy.h"
#include "tests/authority/given.h"
#include "tests/support/unit.h"
#include "world.h"

#define GROUP "group sre \"CN=sre, ou=groups,dc=example,dc=com\"\n"
#define TWO GROUP "permit sre with password for 8h approval 2 of sre\nend\n"

/* Whose session the tests are in. */
static struct session *giver;

/* In a session, under a policy that asks for more. */
static struct world *
enter(const char *policy)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	world_policy(w, GROUP "permit sre with password + otp\nend\n");
	giver = world_session(w, &t, "alice", getpid());
	world_policy(w, policy);
	w->all.conf.max_tries = 100; /* a refusal is one */
	return w;
}

static void
be(const char *name)
{
	snprintf(giver->record.name, sizeof giver->record.name, "%s", name);
	snprintf(giver->record.subject, sizeof giver->record.subject, "uuid-%s",
	    name);
}

/* enum admin_status; what the answer says */
static struct msg_ADMIN_GIVE_ANS answer;

static int
give(struct world *w, const char *by, const char *reference)
{
	struct message m = given_request("carol", reference);
	struct message got;

	be(by);
	snprintf(m.u.ADMIN_GIVE_REQ.actor, 64, "%s", by);
	world_asked(w, admin_begin, &m, &got);
	answer = got.u.ADMIN_GIVE_ANS;
	return answer.status;
}

static struct approvals *
carols(struct world *w)
{
	return &world_subject(w, "uuid-carol")->approvals;
}

static void
one_person_counts_once(void **state)
{
	struct world *w = enter(TWO);
	struct msg_AUDIT_APPEND_REQ r;
	struct record_approver one;
	size_t at = 0;

	given_refused(w, "carol");
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_OK);
	assert_int_equal(answer.known, 1);
	assert_int_equal(answer.groups, 1);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	assert_int_equal(give(w, "dora", "CHG-2"), ADMIN_OK);
	/* another name, another login uid, and the same person */
	w->who.login_uid = 4711;
	assert_int_equal(give(w, "dora", "CHG-3"), ADMIN_OK);
	r = given_login(w, "carol");
	assert_int_equal(r.outcome, OUTCOME_DENIED);
	assert_string_equal(r.reason, "factors");
	assert_int_equal(give(w, "erin", "CHG-4"), ADMIN_OK);
	r = given_login(w, "carol");
	assert_int_equal(r.outcome, OUTCOME_GRANTED);
	assert_int_equal(r.verified, POLICY_PASSWORD | POLICY_APPROVAL);
	assert_true(record_approvers_next(&r, &at, &one));
	assert_string_equal(one.approval.text, "CHG-4");
	assert_string_equal(one.name.text, "erin");
	assert_string_equal(one.uid.text, "uuid-erin");
	assert_true(record_approvers_next(&r, &at, &one));
	assert_string_equal(one.uid.text, "uuid-dora");
	assert_false(record_approvers_next(&r, &at, &one));
	/* one of the store as well */
	given_forget(w, "uuid-carol");
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	/* two that last longest are one person's: both people are named */
	assert_int_equal(give(w, "dora", "CHG-5"), ADMIN_OK);
	assert_int_equal(give(w, "dora", "CHG-6"), ADMIN_OK);
	r = given_login(w, "carol");
	at = 0;
	assert_true(record_approvers_next(&r, &at, &one));
	assert_string_equal(one.approval.text, "CHG-6");
	assert_true(record_approvers_next(&r, &at, &one));
	assert_string_equal(one.approval.text, "CHG-4");
	assert_int_equal(given_withdraw(w, "carol", "CHG-4"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	world_free(w);
}

static void
who_is_not_in_the_group_does_not_count(void **state)
{
	struct world *w = enter(TWO);

	w->leaves = "dora";
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_OK);
	assert_int_equal(answer.known, 1);
	assert_int_equal(answer.groups, 0);
	assert_int_equal(give(w, "erin", "CHG-2"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	assert_int_equal(give(w, "fred", "CHG-3"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
groups_that_another_policy_asked_about_are_not_sealed(void **state)
{
	struct world *w = enter(TWO);

	w->other_list = "dora";
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_UNAVAILABLE);
	assert_int_equal(carols(w)->count, 0);
	w->other_list = NULL;
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_OK);
	world_free(w);
}

static void
the_groups_are_those_of_the_moment_it_was_given(void **state)
{
	struct world *w =
	    enter(GROUP "permit sre with password approval of sre\nend\n");

	w->leaves = "dora";
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_OK);
	w->leaves = NULL;
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	assert_int_equal(give(w, "dora", "CHG-2"), ADMIN_OK);
	w->leaves = "dora";
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	/* what another policy asks for, nobody had looked up */
	world_policy(w, GROUP "group owners \"cn=owners,dc=x\"\n"
			      "permit sre with password approval of owners\n"
			      "end\n");
	w->directory_adds = "cn=owners,dc=x";
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	assert_int_equal(give(w, "dora", "CHG-3"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
who_has_no_session_counts_for_a_plain_rule_alone(void **state)
{
	struct world *w = enter(TWO);

	giver->pid = 1; /* another process' */
	w->who.login_uid = 2000;
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_OK);
	assert_int_equal(answer.known, 0);
	w->who.login_uid = 2001;
	assert_int_equal(give(w, "erin", "CHG-2"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	world_policy(w, GROUP "permit sre with password approval\nend\n");
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_policy(
	    w, GROUP "permit sre with password approval within 1h\nend\n");
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
what_the_rule_says_ends_an_approval(void **state)
{
	struct world *w = enter(GROUP "permit sre with password for 8h "
				      "approval 2 of sre within 10m\nend\n");
	struct msg_AUDIT_APPEND_REQ r;

	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_OK);
	assert_int_equal(give(w, "erin", "CHG-2"), ADMIN_OK);
	carols(w)->item[0].given_ms -= 300 * 1000;
	r = given_login(w, "carol");
	assert_int_equal(r.outcome, OUTCOME_GRANTED);
	/* the first of the two ends the session */
	assert_in_range(r.session_seconds, 290, 300);
	assert_string_equal(r.approval, "CHG-1");
	carols(w)->item[0].given_ms -= 299 * 1000;
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	carols(w)->item[0].given_ms -= 1000;
	r = given_login(w, "carol");
	assert_int_equal(r.outcome, OUTCOME_DENIED);
	assert_string_equal(r.reason, "factors");
	/* a later one of the same person takes its place */
	assert_int_equal(give(w, "dora", "CHG-3"), ADMIN_OK);
	r = given_login(w, "carol");
	assert_int_equal(r.outcome, OUTCOME_GRANTED);
	assert_in_range(r.session_seconds, 590, 600);
	world_free(w);
}

static void
nobody_counts_for_themselves(void **state)
{
	struct world *w =
	    enter(GROUP "permit sre with password approval of sre\nend\n");

	assert_int_equal(give(w, "carol", "CHG-1"), ADMIN_NO);
	/* another name of theirs */
	w->directory_says = "carol";
	be("cora");
	assert_int_equal(give(w, "cora", "CHG-1"), ADMIN_NO);
	snprintf(
	    giver->record.subject, sizeof giver->record.subject, "UUID-carol");
	w->directory_says = NULL;
	assert_int_equal(w->records, 2); /* the session's */
	/* and one that is in the store all the same */
	assert_int_equal(give(w, "dora", "CHG-2"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	strcpy(carols(w)->item[0].giver_subject, "uuid-CAROL");
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	world_policy(w, GROUP "permit sre with password approval\nend\n");
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_DENIED);
	world_free(w);
}

/* The session is of somebody who was known then: is that so still? */
static void
who_gives_it_is_looked_up_at_that_moment(void **state)
{
	struct world *w = enter(TWO);
	size_t before = w->records;

	w->disabled = "dora";
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_NO);
	w->disabled = NULL;
	w->directory_says = "somebody";
	assert_int_equal(give(w, "dora", "CHG-1"), ADMIN_NO);
	w->directory_says = NULL;
	assert_int_equal(give(w, "zoe", "CHG-1"), ADMIN_NO); /* is not there */
	assert_int_equal(w->records, before);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_person_counts_once),
	    cmocka_unit_test(who_is_not_in_the_group_does_not_count),
	    cmocka_unit_test(
		groups_that_another_policy_asked_about_are_not_sealed),
	    cmocka_unit_test(the_groups_are_those_of_the_moment_it_was_given),
	    cmocka_unit_test(who_has_no_session_counts_for_a_plain_rule_alone),
	    cmocka_unit_test(what_the_rule_says_ends_an_approval),
	    cmocka_unit_test(nobody_counts_for_themselves),
	    cmocka_unit_test(who_gives_it_is_looked_up_at_that_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
