/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolling by grace: who is shown a seed, and what can come of it. */
#include <string.h>

#include "lib/base/clock.h"
#include "gatewayd/authority/credential/credential_value.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"
#include "tests/support/copies.h"
#include "tests/support/unit.h"
#include "invited.h"

static void
an_invited_person_enrols_and_comes_in_with_the_next_code(void **state)
{
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world *w = invited_world();
	struct world_talk t, next;
	const char *code;

	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_INVITED);
	assert_string_equal(world_change(w, 0)->actor, "root");
	assert_string_equal(world_change(w, 0)->subject, "uuid-carl");
	invited_shown(w, &t);
	code = invited_code(t.prompt, 0);
	world_answer(w, &t, code);
	invited_ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(w->records, 5);
	r = world_change(w, 1);
	assert_int_equal(r->kind, RECORD_ADMIN);
	assert_int_equal(r->outcome, OUTCOME_ENROLLED);
	assert_string_equal(r->actor, "carl");
	assert_string_equal(r->reason, "grace");
	assert_string_equal(r->client, "10.20.1.2");
	assert_string_equal(r->credential, invited_carl(w)->credential[0].id);
	assert_memory_equal(r->attempt, t.open.attempt, ATTEMPT_ID);
	assert_string_equal(r->rule, "test.policy:4");
	assert_int_equal(world_final(w, &t)->tries, 0);
	assert_int_equal(invited_credentials(w), 1);
	assert_int_equal(invited_stored(w, "invitation"), 0);
	assert_null(invited_carl(w)->invitation);
	/* spent */
	world_login(w, &next, "carl", code);
	invited_ends(w, &next, OUTCOME_DENIED, "code_replayed");
	assert_int_equal(next.more, 0);
	world_login(w, &next, "carl", invited_code(t.prompt, 1));
	assert_int_equal(next.result.result, RESULT_GRANTED);
	world_hang_up(&next);
	world_free(w);
}

/* The credential is as good after a start from store and log. */
static void
the_spent_code_is_in_the_store(void **state)
{
	struct world *w = invited_world();
	struct credential c;
	struct world_talk t;
	const uint8_t *value;
	size_t size = 0;

	invited_shown(w, &t);
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "enrolled");
	value = world_stored(w, "authority/credential/uuid-carl/", &size);
	assert_int_equal(
	    credential_value_decode(&c, w->all.seal, "uuid-carl", value, size),
	    0);
	assert_true(c.step > 0);
	assert_int_equal(world_final(w, &t)->step, c.step);
	assert_string_equal(world_final(w, &t)->credential, c.id);
	world_free(w);
}

static void
nobody_else_is_shown_a_seed(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	world_login(w, &t, "dora", ""); /* not invited */
	invited_refused(w, &t, "factors");
	world_login(w, &t, "zed", "");
	invited_refused(w, &t, "unknown_person");
	world_login(w, &t, "alice", "");
	invited_refused(w, &t, "malformed_code");
	world_begin(w, &t, "carl");
	world_verdict(w, &t, VERDICT_MISMATCH);
	world_answer(w, &t, "");
	invited_refused(w, &t, "wrong_password");
	assert_int_equal(world_final(w, &t)->tries, 0);
	world_begin(w, &t, "carl");
	t.one_line = true;
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, "123456");
	invited_refused(w, &t, "factors");
	assert_int_equal(invited_by_admin(w, "stranger"), ADMIN_OK);
	world_login(w, &t, "stranger", "");
	invited_refused(w, &t, "no_rule");
	assert_int_equal(invited_by_admin(w, "disabled"), ADMIN_OK);
	world_login(w, &t, "disabled", "");
	invited_refused(w, &t, "account_disabled");
	world_free(w);
}

/* directory can say that two names are one person, but not gain by it */
static void
an_invitation_is_for_the_name_that_was_invited(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	w->directory_says = "carl";
	world_login(w, &t, "dora", "");
	invited_refused(w, &t, "factors");
	world_free(w);
}

static void
without_grace_in_the_policy_nobody_is_invited(void **state)
{
	struct world *w = world_new(INVITED_RULE "password + otp\nend\n", -1);

	assert_int_equal(invited_by_admin(w, "carl"), ADMIN_NO);
	assert_int_equal(w->records, 0);
	world_free(w);
}

static void
without_grace_in_the_policy_an_invitation_opens_nothing(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	world_policy(w, INVITED_RULE "password + otp\nend\n");
	world_login(w, &t, "carl", "");
	invited_refused(w, &t, "factors");
	world_free(w);
}

/* Leaving out what has to be enrolled must not leave a way in by a key. */
/* The policy's own reader sees to it that each way of such a rule has one. */
static void
grace_without_a_password_opens_nothing(void **state)
{
	struct world *w = world_new(INVITED_RULE
	    "password + publickey + otp for 8h grace 2d\nend\n",
	    -1);
	struct msg_AUTHORITY_OPEN_REQ q = world_request("carl");
	struct world_talk t;

	assert_int_equal(invited_by_admin(w, "carl"), ADMIN_OK);
	strcpy(q.auth_info, "publickey ssh-ed25519 "
			    "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsAb"
			    "gH5C9okWi0dh2l9GKJl\n");
	/* a key alone, in the account phase */
	q.phase = PAMWIRE_ACCOUNT;
	world_open(w, &t, &q);
	world_run(w, 40);
	assert_int_equal(t.more, 0);
	invited_ends(w, &t, OUTCOME_DENIED, "factors");
	world_free(w);
}

static void
a_person_with_a_credential_has_no_grace(void **state)
{
	struct world *w = invited_world();
	struct subject *bob;
	struct world_talk t;

	assert_int_equal(invited_by_admin(w, "bob"), ADMIN_NO);
	assert_int_equal(invited_stored(w, "uuid-bob/invitation"), 0);
	/* one that the store holds all the same */
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "uuid-carl/invitation") != NULL)
			strcpy(w->row[i].key,
			    "authority/credential/uuid-bob/invitation");
	bob = world_subject(w, "uuid-bob");
	assert_non_null(bob);
	assert_int_equal(subject_invite(bob, invited_carl(w)->invitation), 0);
	assert_int_equal(invitation_new(bob->invitation, w->all.seal,
			     "uuid-bob", "bob", clock_wall_ms()),
	    0);
	world_login(w, &t, "bob", "");
	invited_refused(w, &t, "malformed_code");
	/* and none that opens this name */
	assert_int_equal(invitation_new(bob->invitation, w->all.seal,
			     "uuid-bob", "dora", clock_wall_ms()),
	    0);
	w->directory_says = "bob";
	world_login(w, &t, "dora", "");
	invited_refused(w, &t, "factors");
	world_free(w);
}

static void
what_the_store_makes_up_is_no_invitation(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	/* carl's, moved to dora before anybody has asked for her */
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "uuid-carl/invitation") != NULL) {
			strcpy(w->row[i].key,
			    "authority/credential/uuid-dora/invitation");
			memcpy(w->row[i].value + 3, "dora", 4);
		}
	world_login(w, &t, "dora", "");
	invited_refused(w, &t, "factors");
	assert_non_null(((struct subject *)table_find(
			     &w->all.subjects.table, "uuid-dora", 9))
			    ->invitation);
	world_free(w);
}

static void
an_invitation_ends_with_the_time_of_the_policy(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	invited_began(w, 2 * 86400);
	world_login(w, &t, "carl", "");
	invited_refused(w, &t, "factors");
	invited_began(w, -3600); /* the clock was set back */
	world_login(w, &t, "carl", "");
	invited_refused(w, &t, "factors");
	invited_began(w, 2 * 86400 - 60);
	invited_shown(w, &t);
	invited_began(w, 2 * 86400);
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(invited_credentials(w), 0);
	world_free(w);
}

/* It was there when the attempt began, and is over at the answers. */
static void
an_invitation_that_ends_while_the_password_is_typed_shows_no_seed(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	world_begin(w, &t, "carl");
	assert_int_equal(invited_revoke(w, "carl", "invitation"), ADMIN_OK);
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, "");
	world_run(w, 40);
	assert_int_equal(t.more, 0);
	invited_refused(w, &t, "factors");
	world_free(w);
}

/* Whose lockout of the directory may be over: the bind of the enrolment will
 * tell. */
static void
a_lockout_that_may_be_over_leaves_the_grace(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	w->account = ACCOUNT_MAYBE_LOCKED;
	invited_shown(w, &t);
	world_hang_up(&t);
	world_free(w);
}

static void
a_wrong_code_is_a_try_and_throws_the_seed_away(void **state)
{
	struct world *w = invited_world();
	char first[MORE_MAX + 1];
	struct world_talk t;

	invited_shown(w, &t);
	memcpy(first, t.prompt, sizeof first);
	world_answer(w, &t, invited_wrong_code(t.prompt));
	invited_ends(w, &t, OUTCOME_DENIED, "enrolment_failed");
	assert_int_equal(world_final(w, &t)->tries, 1);
	invited_shown(w, &t);
	assert_string_not_equal(first, t.prompt);
	world_answer(w, &t, "");
	invited_ends(w, &t, OUTCOME_DENIED, "enrolment_failed");
	assert_int_equal(world_final(w, &t)->tries, 2);
	invited_shown(w, &t);
	world_answer(w, &t, invited_code(t.prompt, -2));
	invited_ends(w, &t, OUTCOME_DENIED, "code_late");
	assert_int_equal(world_final(w, &t)->tries, 3);
	world_login(w, &t, "carl", "");
	invited_refused(w, &t, "locked_out");
	assert_int_equal(invited_credentials(w), 0);
	assert_int_equal(invited_enrolments(w), 0);
	assert_int_equal(invited_stored(w, "uuid-carl/invitation"), 1);
	world_free(w);
}

/* What login says was not typed for this question, whatever it is. */
static void
what_is_not_the_persons_answer_enrols_nobody(void **state)
{
	static const enum answer_status statuses[] = {
	    ANSWER_MALFORMED, ANSWER_SUBSTITUTED, ANSWER_SAME};

	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		struct world *w = invited_world();
		struct world_talk t;
		struct message m;

		invited_shown(w, &t);
		message_init(&m, MSG_AUTHORITY_ANSWER_REQ);
		m.u.AUTHORITY_ANSWER_REQ.status = (uint8_t)statuses[i];
		m.u.AUTHORITY_ANSWER_REQ.code_size = TOTP_DIGITS;
		memcpy(m.u.AUTHORITY_ANSWER_REQ.code, invited_code(t.prompt, 0),
		    TOTP_DIGITS);
		channel_post(&t.channel, &m);
		invited_ends(w, &t, OUTCOME_DENIED, "enrolment_failed");
		assert_int_equal(world_final(w, &t)->tries, 1);
		assert_int_equal(invited_credentials(w), 0);
		world_free(w);
	}
}

/* Grace leaves out the factor, not what else the rule asks for. */
static void
an_approval_is_needed_all_the_same(void **state)
{
	struct world *w = world_new(
	    INVITED_RULE "password + otp for 8h grace 2d approval\nend\n", -1);
	struct approval p = {.reference = "CHG-1",
	    .name = "carl",
	    .giver = "bob",
	    .ends_ms = clock_wall_ms() + 60000};
	struct world_talk t;

	assert_int_equal(invited_by_admin(w, "carl"), ADMIN_OK);
	world_login(w, &t, "carl", "");
	invited_refused(w, &t, "factors");
	assert_int_equal(approvals_add(&invited_carl(w)->approvals, &p), 0);
	invited_shown(w, &t);
	approvals_drop(&invited_carl(w)->approvals,
	    approvals_find(&invited_carl(w)->approvals, p.reference));
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	world_free(w);
}

static void
no_record_holds_the_seed(void **state)
{
	struct world *w = invited_world();
	char secret[33] = "";
	struct world_talk t;

	invited_shown(w, &t);
	memcpy(secret, strstr(t.prompt, "?secret=") + 8, 32);
	assert_true(strlen(t.prompt) < PAMWIRE_MAX_TEXT);
	world_answer(w, &t, invited_code(t.prompt, 0));
	invited_ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_null(
	    memmem(w->record, sizeof w->record, secret, strlen(secret)));
	assert_null(memmem(w->row, sizeof w->row, secret, strlen(secret)));
	world_free(w);
}

static void
no_copy_of_a_prompt_is_left(void **state)
{
	struct world *w;
	char secret[33] = "";
	struct world_talk t;

#ifdef __SANITIZE_ADDRESS__
	skip(); /* its own copies, and memory that must not be read */
#endif
	w = invited_world();
	invited_shown(w, &t);
	memcpy(secret, strstr(t.prompt, "?secret=") + 8, 32);
	copies_hide(secret);
	explicit_bzero(t.prompt, sizeof t.prompt);
	assert_false(copies_are_left(secret));
	world_hang_up(&t);
	world_run(w, 10);
	world_free(w);
}

/* Its code is right in the usual form: the person is told, nothing is enrolled,
 * and it is no try. */
static void
an_app_that_ignores_the_form_enrols_nothing(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;
	const char *code;

	w->all.conf.otp_digits = 8;
	invited_shown(w, &t);
	code = invited_code(t.prompt, 0);
	world_answer(w, &t, code);
	world_run(w, 40);
	assert_string_equal(world_final(w, &t)->reason, "form_ignored");
	assert_int_equal(world_final(w, &t)->tries, 0);
	assert_int_equal(t.result.result, RESULT_DENIED);
	assert_non_null(strstr(t.result.text, "ignores a setting"));
	assert_int_equal(invited_credentials(w), 0);
	assert_int_equal(invited_stored(w, "invitation"), 1);
	world_hang_up(&t);
	world_free(w);
}

/* A URI that would not fit is left out; the key is enough. */
static void
a_long_issuer_leaves_the_key(void **state)
{
	struct world *w = invited_world();
	struct world_talk t;

	memset(w->all.conf.otp_issuer + strlen("https://"), 'x', 200);
	w->all.conf.otp_issuer[208] = '\0';
	invited_shown(w, &t);
	assert_null(strstr(t.prompt, "otpauth:"));
	assert_non_null(strstr(t.prompt, "Key (time-based, 6 digits): "));
	assert_non_null(strstr(
	    t.prompt, "Type the code that the app shows now (6 digits): "));
	world_hang_up(&t);
	world_run(w, 10);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		an_invited_person_enrols_and_comes_in_with_the_next_code),
	    cmocka_unit_test(the_spent_code_is_in_the_store),
	    cmocka_unit_test(nobody_else_is_shown_a_seed),
	    cmocka_unit_test(an_invitation_is_for_the_name_that_was_invited),
	    cmocka_unit_test(without_grace_in_the_policy_nobody_is_invited),
	    cmocka_unit_test(
		without_grace_in_the_policy_an_invitation_opens_nothing),
	    cmocka_unit_test(grace_without_a_password_opens_nothing),
	    cmocka_unit_test(a_person_with_a_credential_has_no_grace),
	    cmocka_unit_test(what_the_store_makes_up_is_no_invitation),
	    cmocka_unit_test(an_invitation_ends_with_the_time_of_the_policy),
	    cmocka_unit_test(
		an_invitation_that_ends_while_the_password_is_typed_shows_no_seed),
	    cmocka_unit_test(a_lockout_that_may_be_over_leaves_the_grace),
	    cmocka_unit_test(a_wrong_code_is_a_try_and_throws_the_seed_away),
	    cmocka_unit_test(what_is_not_the_persons_answer_enrols_nobody),
	    cmocka_unit_test(an_approval_is_needed_all_the_same),
	    cmocka_unit_test(no_record_holds_the_seed),
	    cmocka_unit_test(no_copy_of_a_prompt_is_left),
	    cmocka_unit_test(an_app_that_ignores_the_form_enrols_nothing),
	    cmocka_unit_test(a_long_issuer_leaves_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
