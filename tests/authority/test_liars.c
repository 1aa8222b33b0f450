/* SPDX-License-Identifier: Apache-2.0 */
/* Peers that were taken over say what nobody asked them, twice, or of what is
 * not there: it decides nothing, and authority goes on. */
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/subject/approval.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "tests/support/unit.h"
#include "world.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp\n"
    "end\n";

static void
assert_final(struct world *w, struct world_talk *t, enum outcome outcome,
    const char *why)
{
	const struct msg_AUDIT_APPEND_REQ *r = world_final(w, t);

	if (r->outcome != outcome || strcmp(r->reason, why) != 0)
		fail_msg("outcome %d, %s", r->outcome, r->reason);
	assert_int_equal(
	    t->result.result == RESULT_GRANTED, outcome == OUTCOME_GRANTED);
	world_hang_up(t);
}

static void
the_first_verdict_counts(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	world_begin(w, &t, "alice");
	world_verdict(w, &t, VERDICT_MISMATCH);
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, world_code(0));
	world_run(w, 40);
	assert_final(w, &t, OUTCOME_DENIED, "wrong_password");
	/* nor does one that comes when all is decided */
	world_begin(w, &t, "alice");
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, "000000");
	world_verdict(w, &t, VERDICT_MATCH);
	world_run(w, 40);
	world_verdict(w, &t, VERDICT_MATCH);
	assert_final(w, &t, OUTCOME_DENIED, "wrong_code");
	world_free(w);
}

/* Of verdicts and states that there are not; only one pair is a yes. */
static const struct {
	uint8_t verdict, state;
	const char *reason;
} verdicts[] = {
    {VERDICT_MATCH, ACCOUNT_ACTIVE, "permit"},
    {VERDICT_MATCH, 0, "directory_malformed"},
    {VERDICT_MATCH, 99, "directory_malformed"},
    {VERDICT_MATCH, ACCOUNT_DISABLED, "account_disabled"},
    {VERDICT_MISMATCH, 0, "wrong_password"},
    {VERDICT_MISMATCH, 99, "directory_malformed"},
    {VERDICT_UNAVAILABLE, ACCOUNT_ACTIVE, "directory_unavailable"},
    {99, ACCOUNT_ACTIVE, "malformed_answer"},
    {255, 255, "malformed_answer"},
};

static void
a_verdict_that_there_is_not_is_no_match(void **state)
{
	for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
		struct world *w = world_new(policy, -1);
		struct world_talk t;

		world_begin(w, &t, "alice");
		world_bound(w, &t, (enum verdict)verdicts[i].verdict,
		    (enum account_state)verdicts[i].state);
		world_answer(w, &t, world_code(0));
		world_run(w, 40);
		assert_string_equal(
		    world_final(w, &t)->reason, verdicts[i].reason);
		assert_int_equal(t.result.result == RESULT_GRANTED, i == 0);
		world_hang_up(&t);
		world_free(w);
	}
}

static void
what_is_about_no_attempt_is_left_alone(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t, nobody = {0};
	struct message m;

	world_begin(w, &t, "alice");
	memset(nobody.open.attempt, 7, ATTEMPT_ID);
	world_verdict(w, &nobody, VERDICT_MATCH);
	message_init(&m, MSG_DIRECTORY_LOOKUP_ANS);
	memset(m.u.DIRECTORY_LOOKUP_ANS.attempt, 7, ATTEMPT_ID);
	m.u.DIRECTORY_LOOKUP_ANS.status = LOOKUP_FOUND;
	channel_post(&w->directory, &m);
	message_init(&m, MSG_STORE_DONE_ANS);
	m.u.STORE_DONE_ANS.id = UINT64_MAX;
	channel_post(&w->store, &m);
	world_run(w, 10);
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, world_code(0));
	world_run(w, 40);
	assert_final(w, &t, OUTCOME_GRANTED, "permit");
	world_free(w);
}

/* bob is enrolled as well, and the same code is his. */
static void
the_first_answer_says_who_it_is(void **state)
{
	struct world *w = world_new(policy, -1);
	struct msg_DIRECTORY_LOOKUP_ANS *a;
	struct world_talk t;
	struct message m;

	world_begin(w, &t, "alice");
	message_init(&m, MSG_DIRECTORY_LOOKUP_ANS);
	a = &m.u.DIRECTORY_LOOKUP_ANS;
	memcpy(a->attempt, t.open.attempt, sizeof a->attempt);
	a->status = LOOKUP_FOUND;
	a->state = ACCOUNT_ACTIVE;
	strcpy(a->subject, "uuid-bob");
	strcpy(a->name, "alice");
	channel_post(&w->directory, &m);
	world_run(w, 10);
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, world_code(0));
	world_run(w, 40);
	assert_string_equal(world_final(w, &t)->subject, "uuid-alice");
	assert_final(w, &t, OUTCOME_GRANTED, "permit");
	world_free(w);
}

/* What directory says of one who was not found, or whom it was told to look
 * up for the time that it takes alone: the entry is whole, and nobody's. */
static const struct {
	bool local;
	uint8_t status, state;
	const char *reason;
} no_entries[] = {
    {true, LOOKUP_UNKNOWN, ACCOUNT_ACTIVE, "unknown_person"},
    {true, LOOKUP_AMBIGUOUS, ACCOUNT_MUST_CHANGE, "ambiguous_person"},
    {true, LOOKUP_UNAVAILABLE, ACCOUNT_ACTIVE, "directory_unavailable"},
    {true, 0, ACCOUNT_ACTIVE, "directory_malformed"},
    {false, LOOKUP_FOUND, ACCOUNT_ACTIVE, "unknown_local_user"},
    {false, LOOKUP_FOUND, ACCOUNT_MUST_CHANGE, "unknown_local_user"},
};

static void
an_entry_of_nobody_is_none(void **state)
{
	for (size_t i = 0; i < sizeof no_entries / sizeof no_entries[0]; i++) {
		struct world *w = world_new(policy, -1);
		struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");
		struct msg_DIRECTORY_LOOKUP_ANS *a;
		const struct msg_AUDIT_APPEND_REQ *r;
		struct world_talk t;
		struct message m;

		w->directory_silent = true;
		q.local = no_entries[i].local;
		world_open(w, &t, &q);
		message_init(&m, MSG_DIRECTORY_LOOKUP_ANS);
		a = &m.u.DIRECTORY_LOOKUP_ANS;
		memcpy(a->attempt, w->lookup.attempt, sizeof a->attempt);
		a->status = no_entries[i].status;
		a->state = no_entries[i].state;
		strcpy(a->subject, "uuid-alice");
		strcpy(a->name, "alice");
		strcpy(a->group[a->group_count++],
		    "cn=sre,ou=groups,dc=example,dc=com");
		channel_post(&w->directory, &m);
		world_run(w, 10);
		/* asked for the same as everybody */
		assert_int_equal(t.open.collect_size, 2);
		world_verdict(w, &t, VERDICT_MATCH);
		world_answer(w, &t, world_code(0));
		world_run(w, 40);
		r = world_final(w, &t);
		assert_string_equal(r->reason, no_entries[i].reason);
		assert_string_equal(r->subject, "");
		assert_int_not_equal(t.result.result, RESULT_GRANTED);
		world_hang_up(&t);
		world_free(w);
	}
}

/* Each copy would have a last step of its own. */
static void
a_credential_that_the_store_shows_twice_spends_no_code_twice(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_row *twice = &w->row[w->rows];
	struct world_talk t;
	int grants = 0;

	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "credential/uuid-alice/") != NULL)
			*twice = w->row[i];
	assert_int_not_equal(twice->size, 0);
	strcat(twice->key, "x");
	w->rows++;
	for (int i = 0; i < 2; i++) {
		world_login(w, &t, "alice", world_code(0));
		grants += t.result.result == RESULT_GRANTED;
		world_hang_up(&t);
	}
	assert_true(grants < 2);
	/* everybody else is no part of it */
	world_login(w, &t, "bob", world_code(0));
	assert_final(w, &t, OUTCOME_GRANTED, "permit");
	world_free(w);
}

static void
say_receipts(struct world *w, uint16_t count)
{
	struct message m;

	message_init(&m, MSG_AUDIT_RECEIPT_ANS);
	m.u.AUDIT_RECEIPT_ANS.first = w->receipts + 1;
	m.u.AUDIT_RECEIPT_ANS.count = count;
	m.u.AUDIT_RECEIPT_ANS.hash_size = 0;
	channel_post(&w->audit, &m);
	world_run(w, 20);
}

static void
a_receipt_for_no_record_ends_audits_channel(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	say_receipts(w, 1);
	assert_int_equal(w->all.audit.channel.fd, -1);
	/* and nobody is let in on a receipt that was there beforehand */
	world_login(w, &t, "alice", world_code(0));
	assert_false(t.ended && t.result.result == RESULT_GRANTED);
	world_audit_restarts(w, 0);
	world_run(w, 40);
	world_hang_up(&t);
	world_free(w);
}

static void
more_receipts_than_records_end_audits_channel(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	w->hold = true;
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(w->records, 1);
	say_receipts(w, 3);
	assert_int_equal(w->all.audit.channel.fd, -1);
	world_hang_up(&t);
	world_free(w);
}

/* Without a slot there would be no record of it after kill -9. */
static void
when_all_slots_are_taken_no_attempt_opens(void **state)
{
	struct world *w = world_new(policy, -1);
	struct msg_AUDIT_APPEND_REQ r = {.kind = RECORD_ATTEMPT};
	struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");
	struct world_talk t;
	int last = -1, slot;

	while ((slot = attempt_table_take(w->all.attempt_table, &r)) >= 0)
		last = slot;
	world_open(w, &t, &q);
	world_run(w, 40);
	assert_true(t.ended);
	assert_false(t.opened);
	assert_int_equal(t.result.result, RESULT_UNAVAILABLE);
	world_hang_up(&t);
	attempt_table_clear(w->all.attempt_table, last);
	world_login(w, &t, "alice", world_code(0));
	assert_final(w, &t, OUTCOME_GRANTED, "permit");
	world_free(w);
}

/* store lists what it likes under a prefix that it was asked for. */
static void
a_key_of_another_kind_is_no_approval(void **state)
{
	struct {
		char subject[SUBJECT_MAX + 1], behind[SUBJECT_MAX];
	} room;
	char subject[SUBJECT_MAX + 1], reference[APPROVAL_MAX + 1];
	char key[2 * SUBJECT_MAX + 64];

	snprintf(key, sizeof key, "%suuid-alice/CHG-1", APPROVAL_KEYS);
	assert_int_equal(approval_of_key(key, subject, reference), 0);
	assert_string_equal(subject, "uuid-alice");
	assert_string_equal(reference, "CHG-1");
	memset(room.subject, 'z', sizeof room.subject);
	memset(room.behind, 'z', sizeof room.behind);
	snprintf(
	    key, sizeof key, "%s%0*d/CHG-1", APPROVAL_KEYS, SUBJECT_MAX + 1, 1);
	assert_int_equal(approval_of_key(key, room.subject, reference), -1);
	assert_int_equal(room.behind[0], 'z');
	snprintf(key, sizeof key, "%suuid-alice/CHG-1", APPROVAL_KEYS);
	key[0] = 'x';
	assert_int_equal(approval_of_key(key, subject, reference), -1);
	assert_int_equal(approval_of_key("", subject, reference), -1);
	snprintf(key, sizeof key, "%suuid-alice/CHG 1", APPROVAL_KEYS);
	assert_int_equal(approval_of_key(key, subject, reference), -1);
	snprintf(key, sizeof key, "%suuid-alice/%0*d", APPROVAL_KEYS,
	    APPROVAL_MAX + 1, 1);
	assert_int_equal(approval_of_key(key, subject, reference), -1);
}

static void
more_approvals_than_may_be_are_not_taken(void **state)
{
	struct approvals all = {0};
	struct approval one = {.reference = "CHG-1", .name = "alice"};

	for (size_t i = 0; i < APPROVALS_MAX; i++)
		assert_int_equal(approvals_add(&all, &one), 0);
	assert_int_equal(approvals_add(&all, &one), -1);
	assert_int_equal(all.count, APPROVALS_MAX);
	approvals_clear(&all);
}

static void
on_nobody(void *arg, struct subject *s, bool ok)
{
	*(unsigned *)arg = s == NULL && !ok ? 1 : 2;
}

static void
an_id_that_is_too_long_is_nobody(void **state)
{
	struct world *w = world_new(policy, -1);
	char id[SUBJECT_MAX + 2];
	unsigned called = 0;

	memset(id, 'a', sizeof id - 1);
	id[sizeof id - 1] = '\0';
	subject_hold(&w->all.subjects, id, on_nobody, &called);
	assert_int_equal(called, 1);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_verdict_counts),
	    cmocka_unit_test(a_verdict_that_there_is_not_is_no_match),
	    cmocka_unit_test(what_is_about_no_attempt_is_left_alone),
	    cmocka_unit_test(the_first_answer_says_who_it_is),
	    cmocka_unit_test(an_entry_of_nobody_is_none),
	    cmocka_unit_test(
		a_credential_that_the_store_shows_twice_spends_no_code_twice),
	    cmocka_unit_test(a_receipt_for_no_record_ends_audits_channel),
	    cmocka_unit_test(more_receipts_than_records_end_audits_channel),
	    cmocka_unit_test(a_key_of_another_kind_is_no_approval),
	    cmocka_unit_test(more_approvals_than_may_be_are_not_taken),
	    cmocka_unit_test(an_id_that_is_too_long_is_nobody),
	    cmocka_unit_test(when_all_slots_are_taken_no_attempt_opens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
