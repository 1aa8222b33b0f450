/* SPDX-License-Identifier: Apache-2.0 */
/* Approvals: given, in force at an attempt, withdrawn, and what forges none. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/phases.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"
#include "tests/authority/given.h"
#include "tests/support/unit.h"
#include "world.h"

static void
it_opens_what_wants_one_until_it_is_withdrawn(void **state)
{
	struct world *w = world_new(given_policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct msg_AUDIT_APPEND_REQ in;

	given_refused(w, "carol");
	assert_int_equal(given_by(w, "Carol", "CHG-4711"), ADMIN_OK);
	r = &w->record[w->records - 1];
	assert_int_equal(r->kind, RECORD_ADMIN);
	assert_int_equal(r->outcome, OUTCOME_GIVEN);
	assert_string_equal(r->name, "carol");
	assert_string_equal(r->subject, "uuid-carol");
	assert_string_equal(r->approval, "CHG-4711");
	assert_string_equal(r->approver, "boss");
	assert_string_equal(r->actor, "boss");
	assert_true(r->approval_ends_ms > clock_wall_ms());
	for (int i = 0; i < 2; i++) { /* a login does not use it up */
		in = given_login(w, "carol");
		assert_int_equal(in.outcome, OUTCOME_GRANTED);
		assert_string_equal(in.approval, "CHG-4711");
		assert_string_equal(in.approver, "boss");
		assert_int_equal(
		    in.verified, POLICY_PASSWORD | POLICY_APPROVAL);
	}
	assert_int_equal(given_withdraw(w, "carol", "CHG-4711"), ADMIN_OK);
	r = &w->record[w->records - 1];
	assert_int_equal(r->outcome, OUTCOME_WITHDRAWN);
	assert_string_equal(r->approval, "CHG-4711");
	assert_string_equal(r->actor, "helpdesk");
	assert_string_equal(r->approver, "boss");
	given_refused(w, "carol");
	assert_int_equal(given_withdraw(w, "carol", "CHG-4711"), ADMIN_NO);
	world_free(w);
}

/* What is typed is looked at and refused like everything else. */
static void
a_refusal_for_want_of_it_looks_like_any_other(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct world_talk without, unknown;

	world_begin(w, &without, "carol");
	world_begin(w, &unknown, "zoe");
	assert_memory_equal(without.open.prompt, unknown.open.prompt,
	    sizeof unknown.open.prompt);
	assert_int_equal(without.open.collect_size, unknown.open.collect_size);
	world_answer(w, &without, "000000");
	world_answer(w, &unknown, "000000");
	world_run(w, 40);
	assert_int_equal(without.result.result, RESULT_DENIED);
	assert_string_equal(without.result.text, unknown.result.text);
	world_hang_up(&without);
	world_hang_up(&unknown);
	world_free(w);
}

/* Through all steps of the module, the last one that long after the others;
 * phases_open()'s answer. */
static enum pamwire_result
open_after(struct world *w, int ms, char id_r[PAMWIRE_SESSION + 1])
{
	struct pamwire_session_open open = {.service = "sshd",
	    .username = "carol",
	    .client = "10.20.1.2",
	    .port = 50222,
	    .tty = "pts/1",
	    .uid = 1000};
	struct pamwire_redeem redeem = {.phase = PAMWIRE_AUTHN,
	    .local = 1,
	    .uid = 1000,
	    .service = "sshd",
	    .username = "carol",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_account account = {.service = "sshd",
	    .username = "carol",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_redeemed got = {0};
	struct pamwire_session_ans ans = {0};
	struct peer peer = world_peer(getpid());
	struct world_talk t;

	given_login_by(w, &t, "carol", "sshd");
	memcpy(redeem.attempt, t.open.attempt, sizeof redeem.attempt);
	memcpy(redeem.nonce, t.nonce, sizeof redeem.nonce);
	phases_redeem(&w->all, &redeem, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	memcpy(account.attempt, t.open.attempt, sizeof account.attempt);
	memcpy(account.account_ticket, got.account_ticket,
	    sizeof account.account_ticket);
	phases_account(&w->all, &account, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	world_run(w, ms);
	memcpy(open.session, got.session, sizeof open.session);
	memcpy(id_r, got.session, sizeof got.session);
	memcpy(open.ticket, got.account_ticket, sizeof open.ticket);
	phases_open(&w->all, &open, &peer, &ans);
	close(peer.pidfd);
	world_run(w, 10);
	return ans.result;
}

static void
a_session_names_it_and_ends_with_it(void **state)
{
	struct world *w = world_new(given_policy, -1);
	char id[PAMWIRE_SESSION + 1];
	const struct msg_AUDIT_APPEND_REQ *r;
	struct session *s;

	assert_int_equal(given_by(w, "carol", "CHG-4711"), ADMIN_OK);
	assert_int_equal(open_after(w, 20 * 1000, id), PAMWIRE_GRANTED);
	r = &w->record[w->records - 2];
	assert_int_equal(r->outcome, OUTCOME_GRANTED);
	assert_true(r->session_seconds <= GIVEN_SECONDS); /* the rule says 8h */
	assert_true(r->session_seconds > GIVEN_SECONDS - 60);
	r = &w->record[w->records - 1];
	assert_int_equal(r->outcome, OUTCOME_OPENED);
	assert_string_equal(r->approval, "CHG-4711");
	assert_string_equal(r->approver, "boss");
	/* not those 20 seconds later */
	s = session_find(&w->all, id, 1000);
	assert_non_null(s);
	assert_int_equal(s->ends_ms, r->approval_ends_ms);
	assert_int_equal(world_close(w, s, getpid()), PAMWIRE_GRANTED);
	world_free(w);
}

static void
no_session_opens_when_it_is_over(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-4711");
	const struct msg_AUDIT_APPEND_REQ *r;
	char id[PAMWIRE_SESSION + 1];

	m.u.ADMIN_GIVE_REQ.seconds = 10;
	assert_int_equal(given_answer(w, &m), ADMIN_OK);
	assert_int_equal(open_after(w, 20 * 1000, id), PAMWIRE_DENIED);
	r = &w->record[w->records - 1];
	assert_int_equal(r->outcome, OUTCOME_LAPSED);
	assert_string_equal(r->reason, "approval_over");
	assert_string_equal(r->session, id);
	assert_int_equal(w->all.sessions.count, 0);
	world_free(w);
}

static void
one_for_a_service_that_is_none_is_not_given(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-4711");

	strcpy(m.u.ADMIN_GIVE_REQ.service, "sshdd");
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	assert_int_equal(w->records, 0);
	m = given_request("carol", "CHG-4711");
	strcpy(m.u.ADMIN_GIVE_REQ.service, "sudo-i");
	assert_int_equal(given_answer(w, &m), ADMIN_OK);
	world_free(w);
}

/* The shorter of both counts. */
static void
one_that_lasts_longer_than_the_rule_does_not_prolong_it(void **state)
{
	struct world *w =
	    world_new("permit any with password approval for 10m\nend\n", -1);
	struct msg_AUDIT_APPEND_REQ r;

	assert_int_equal(given_by(w, "carol", "CHG-4711"), ADMIN_OK);
	r = given_login(w, "carol");
	assert_int_equal(r.outcome, OUTCOME_GRANTED);
	assert_int_equal(r.session_seconds, 600);
	assert_int_equal(r.required, POLICY_PASSWORD | POLICY_APPROVAL);
	world_free(w);
}

static void
a_rule_without_the_clause_keeps_its_own_length(void **state)
{
	struct world *w =
	    world_new("permit any with password for 8h\nend\n", -1);
	struct msg_AUDIT_APPEND_REQ r;

	assert_int_equal(given_by(w, "carol", "CHG-4711"), ADMIN_OK);
	r = given_login(w, "carol");
	assert_int_equal(r.session_seconds, 8 * GIVEN_SECONDS);
	/* for `policy replay`: it was in force all the same */
	assert_int_equal(r.verified, POLICY_PASSWORD | POLICY_APPROVAL);
	assert_int_equal(r.required, POLICY_PASSWORD);
	world_free(w);
}

static void
one_that_ends_while_answers_are_typed_opens_nothing(void **state)
{
	struct world *w = world_new(given_policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;

	assert_int_equal(given_by(w, "carol", "CHG-4711"), ADMIN_OK);
	world_begin(w, &t, "carol");
	world_subject(w, "uuid-carol")->approvals.item[0].ends_ms =
	    clock_wall_ms();
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, "");
	world_run(w, 40);
	assert_int_equal(t.result.result, RESULT_DENIED);
	r = world_final(w, &t);
	assert_string_equal(r->reason, "factors");
	assert_int_equal(r->verified, POLICY_PASSWORD);
	assert_string_equal(r->approval, "");
	world_hang_up(&t);
	world_free(w);
}

static void
its_time_is_over_by_itself(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");

	m.u.ADMIN_GIVE_REQ.seconds = 1;
	assert_int_equal(given_answer(w, &m), ADMIN_OK);
	assert_int_equal(w->row[w->rows - 1].expires_ms,
	    w->record[w->records - 1].approval_ends_ms);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_run(w, 1100);
	given_refused(w, "carol");
	world_free(w);
}

static void
it_is_for_its_service_alone(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");
	struct world_talk t;

	strcpy(m.u.ADMIN_GIVE_REQ.service, "sudo");
	assert_int_equal(given_answer(w, &m), ADMIN_OK);
	given_refused(w, "carol");
	given_login_by(w, &t, "carol", "sudo");
	assert_int_equal(t.result.result, RESULT_GRANTED);
	assert_string_equal(world_final(w, &t)->approval_service, "sudo");
	world_free(w);
}

/* A directory that lends one person's id to another's name. */
static void
it_is_for_its_name_alone(void **state)
{
	struct world *w = world_new(given_policy, -1);

	assert_int_equal(given_by(w, "carol", "CHG-1"), ADMIN_OK);
	w->directory_says = "carol";
	given_refused(w, "dave");
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
nobody_approves_of_themselves(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");

	strcpy(m.u.ADMIN_GIVE_REQ.actor, "carol");
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	strcpy(m.u.ADMIN_GIVE_REQ.actor, "Carol");
	strcpy(m.u.ADMIN_GIVE_REQ.name, "cAROL");
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	strcpy(m.u.ADMIN_GIVE_REQ.actor, "uid 1000"); /* who is that? */
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	m.u.ADMIN_GIVE_REQ.actor[0] = '\0';
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	assert_int_equal(w->records, 0);
	given_refused(w, "carol");
	world_free(w);
}

static void
what_is_given_is_bounded(void **state)
{
	struct world *w = world_new(given_policy, -1);
	struct message m = given_request("carol", "CHG-1");
	char reference[16];

	m.u.ADMIN_GIVE_REQ.seconds = 0;
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	m.u.ADMIN_GIVE_REQ.seconds = APPROVAL_SECONDS_MAX + 1;
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	m = given_request("carol", "CHG 1");
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	m = given_request("carol", "CHG\xc3\xa4");
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	m = given_request("carol", "");
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	m = given_request("carol", "CHG-1");
	strcpy(m.u.ADMIN_GIVE_REQ.service, "two words");
	assert_int_equal(given_answer(w, &m), ADMIN_NO);
	assert_int_equal(w->records, 0);
	for (int i = 0; i < APPROVALS_MAX; i++) {
		snprintf(reference, sizeof reference, "a/b-%d", i);
		assert_int_equal(given_by(w, "carol", reference), ADMIN_OK);
		assert_int_equal(given_by(w, "carol", reference), ADMIN_NO);
	}
	assert_int_equal(world_changes(w), APPROVALS_MAX);
	assert_int_equal(given_by(w, "carol", "one-more"), ADMIN_NO);
	assert_int_equal(given_withdraw(w, "carol", "a/b-3"), ADMIN_OK);
	assert_int_equal(given_by(w, "carol", "one-more"), ADMIN_OK);
	world_free(w);
}

/* A name is only claimed: SUDO_USER says boss, the kernel says who it is. */
static void
nobody_is_another_person_by_saying_so(void **state)
{
	struct world *w = world_new(given_policy, -1);

	w->who.login_uid = w->who.audit_session = WHO_UNSET;
	assert_int_equal(given_by(w, "carol", "CHG-1"), ADMIN_NO);
	w->who.known = 0;
	assert_int_equal(given_by(w, "carol", "CHG-1"), ADMIN_NO);
	assert_int_equal(w->records, 0);
	given_refused(w, "carol");
	/* world's people log in with uid 1000 */
	w->who.known = 1;
	w->who.login_uid = 1000;
	assert_int_equal(given_by(w, "carol", "CHG-2"), ADMIN_OK);
	assert_string_equal(
	    world_change(w, world_changes(w) - 1)->actor, "boss");
	assert_string_equal(
	    world_change(w, world_changes(w) - 1)->actor_login, "1000");
	given_refused(w, "carol");
	w->who.login_uid = 1001;
	assert_int_equal(given_by(w, "carol", "CHG-3"), ADMIN_OK);
	assert_int_equal(given_login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_opens_what_wants_one_until_it_is_withdrawn),
	    cmocka_unit_test(a_refusal_for_want_of_it_looks_like_any_other),
	    cmocka_unit_test(a_session_names_it_and_ends_with_it),
	    cmocka_unit_test(no_session_opens_when_it_is_over),
	    cmocka_unit_test(one_for_a_service_that_is_none_is_not_given),
	    cmocka_unit_test(
		one_that_lasts_longer_than_the_rule_does_not_prolong_it),
	    cmocka_unit_test(a_rule_without_the_clause_keeps_its_own_length),
	    cmocka_unit_test(
		one_that_ends_while_answers_are_typed_opens_nothing),
	    cmocka_unit_test(its_time_is_over_by_itself),
	    cmocka_unit_test(it_is_for_its_service_alone),
	    cmocka_unit_test(it_is_for_its_name_alone),
	    cmocka_unit_test(nobody_approves_of_themselves),
	    cmocka_unit_test(what_is_given_is_bounded),
	    cmocka_unit_test(nobody_is_another_person_by_saying_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
