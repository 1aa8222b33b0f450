/* SPDX-License-Identifier: Apache-2.0 */
/* The start: what log, store and seal key say of each other, and what of it
 * counts. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/credential/credential_value.h"
#include "gatewayd/authority/recovery/startup.h"
#include "gatewayd/authority/subject/settle.h"
#include "lib/base/clock.h"
#include "policy/policy.h"
#include "tests/support/fail_each.h"
#include "tests/support/fail_nth.h"
#include "tests/support/unit.h"
#include "world.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp for 8h\n"
    "end\n";

#define APPROVED "authority/approval/uuid-alice/CHG-1"

static enum result
login(struct world *w, const char *name)
{
	struct world_talk t;

	world_login(w, &t, name, world_code(0));
	world_hang_up(&t);
	return t.result.result;
}

static struct msg_AUDIT_APPEND_REQ *
log_change(struct world *w, enum outcome outcome, const char *subject)
{
	struct msg_AUDIT_APPEND_REQ *r = &w->record[w->records++];

	*r = (struct msg_AUDIT_APPEND_REQ){.kind = RECORD_ADMIN,
	    .outcome = (uint8_t)outcome,
	    .time_ms = clock_wall_ms()};
	r->attempt[0] = (uint8_t)w->records;
	snprintf(r->subject, sizeof r->subject, "%s", subject);
	return r;
}

static void
put_row(struct world *w, const char *key, const uint8_t *value, size_t size)
{
	struct world_row *row = &w->row[w->rows++];

	*row = (struct world_row){.version = ++w->version, .size = size};
	snprintf(row->key, sizeof row->key, "%s", key);
	memcpy(row->value, value, size);
}

static void
store_approval(struct world *w, int64_t ends_ms)
{
	struct approval p = {.given_ms = 1, .ends_ms = ends_ms};
	struct store_value value;

	strcpy(p.reference, "CHG-1");
	strcpy(p.name, "alice");
	strcpy(p.giver, "boss");
	assert_int_equal(
	    approval_encode(&p, w->all.seal, "uuid-alice", &value), 0);
	put_row(w, APPROVED, value.data, value.size);
}

static bool
has(struct world *w, const char *prefix)
{
	size_t size;

	return world_stored(w, prefix, &size) != NULL;
}

static void
a_revoked_factor_does_not_come_back_with_an_older_store(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct credential c;
	const uint8_t *value;
	size_t size;

	world_store_saves(w);
	value = world_stored(w, "authority/credential/uuid-alice/", &size);
	assert_int_equal(
	    credential_value_decode(&c, w->all.seal, "uuid-alice", value, size),
	    0);
	strcpy(log_change(w, OUTCOME_REVOKED, "uuid-alice")->credential, c.id);
	world_store_is_restored(w);
	next = world_next(w, policy, w->records);
	assert_true(next->serving);
	assert_int_equal(login(next, "alice"), RESULT_DENIED);
	assert_int_equal(login(next, "bob"), RESULT_GRANTED);
	assert_false(has(next, "authority/credential/uuid-alice/"));
	world_free(next);
	world_free(w);
}

/* Nobody has to come for it. */
static void
what_is_over_leaves_the_store_also_when_that_was_away(void **state)
{
	struct world *w = world_new(policy, -1), *next;

	store_approval(w, clock_wall_ms() + 3600000);
	strcpy(
	    log_change(w, OUTCOME_WITHDRAWN, "uuid-alice")->approval, "CHG-1");
	w->store_hold = true;
	next = world_next(w, policy, w->records);
	world_store_restarts(next);
	world_run(next, 3000);
	assert_false(has(next, APPROVED));
	assert_int_equal(next->all.subjects.dirty[0], 0);
	assert_int_equal(next->all.subjects.dirty[1], 0);
	world_free(next);
	w->store_hold = false;
	world_free(w);
}

/* The reference was given again after that, for less long: that one counts. */
static void
of_two_approvals_only_the_one_that_was_given_last_is_left(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct msg_AUDIT_APPEND_REQ *r;
	int64_t ends = clock_wall_ms() + 60000;

	strcpy(
	    log_change(w, OUTCOME_WITHDRAWN, "uuid-alice")->approval, "CHG-1");
	r = log_change(w, OUTCOME_GIVEN, "uuid-alice");
	strcpy(r->approval, "CHG-1");
	r->approval_ends_ms = ends;
	world_store_saves(w);
	store_approval(w, ends);
	next = world_next(w, policy, w->records);
	world_run(next, 1000);
	assert_true(has(next, APPROVED));
	world_free(next);
	world_store_is_restored(w);
	store_approval(w, ends + 3600000);
	next = world_next(w, policy, w->records);
	world_run(next, 1000);
	assert_false(has(next, APPROVED));
	world_free(next);
	world_free(w);
}

static void
a_spent_invitation_does_not_come_back(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct invitation i;
	struct store_value value;

	assert_int_equal(invitation_new(&i, w->all.seal, "uuid-carol", "carol",
			     clock_wall_ms()),
	    0);
	assert_int_equal(invitation_encode(&i, &value), 0);
	put_row(w, "authority/credential/uuid-carol/invitation", value.data,
	    value.size);
	next = world_next(w, policy, 0);
	world_run(next, 1000);
	assert_true(has(next, "authority/credential/uuid-carol/"));
	world_free(next);
	strcpy(log_change(w, OUTCOME_ENROLLED, "uuid-carol")->credential, "aa");
	next = world_next(w, policy, w->records);
	world_run(next, 1000);
	assert_false(has(next, "authority/credential/uuid-carol/"));
	world_free(next);
	world_free(w);
}

static struct world *
used(void)
{
	struct world *w = world_new(policy, -1);

	assert_int_equal(login(w, "alice"), RESULT_GRANTED);
	assert_int_equal(login(w, "bob"), RESULT_GRANTED);
	world_run(w, 5000);
	assert_true(has(w, COVERED_KEY));
	assert_int_equal(w->all.subjects.covered.head.sequence, w->records);
	return w;
}

static void
blocked(struct world *w, struct world *next, const char *why)
{
	assert_false(next->serving);
	if (strstr(next->blocked, why) == NULL)
		fail_msg("\"%s\", not \"%s\"", next->blocked, why);
	assert_non_null(strstr(next->blocked, "gatewayd(8)"));
	world_free(next);
	world_free(w);
}

static void
a_log_that_was_cut_is_a_state(void **state)
{
	struct world *w = used();

	blocked(w, world_next(w, policy, w->records - 1), "ends before record");
}

/* Nothing in the store changes by them. */
static void
refusals_alone_are_covered_too(void **state)
{
	struct world *w = world_new(policy, -1);

	assert_int_equal(login(w, "zed"), RESULT_DENIED);
	assert_int_equal(login(w, "zed"), RESULT_DENIED);
	world_run(w, 5000);
	assert_true(has(w, COVERED_KEY));
	assert_int_equal(w->all.subjects.covered.head.sequence, w->records);
	blocked(w, world_next(w, policy, w->records - 1), "ends before record");
}

static void
a_store_of_another_log_is_a_state(void **state)
{
	struct world *w = used();

	w->log = 1;
	blocked(w, world_next(w, policy, w->records), "not of one gateway");
}

static void
a_store_that_is_older_than_the_log_begins_is_a_state(void **state)
{
	struct world *w = used();

	log_change(w, OUTCOME_REVOKED, "uuid-alice");
	log_change(w, OUTCOME_REVOKED, "uuid-alice");
	w->begins = w->records;
	blocked(w, world_next(w, policy, w->records),
	    "what was revoked in between");
}

/* What was taken off the log's front is covered by the store. */
static void
a_store_that_knows_all_that_was_taken_off_the_log_is_taken(void **state)
{
	struct world *w = used(), *next;

	log_change(w, OUTCOME_REVOKED, "uuid-alice");
	w->begins = w->records;
	next = world_next(w, policy, w->records);
	assert_true(next->serving);
	world_free(next);
	w->log = 1; /* and the first one there says what came before it */
	blocked(w, world_next(w, policy, w->records), "not of one gateway");
}

static void
a_seal_key_that_is_not_the_stores_is_a_state(void **state)
{
	struct world *w = used();

	world_other_key = true;
	blocked(w, world_next(w, policy, w->records), "was sealed with");
}

/* A store of the version before does not say which key it is sealed with. */
static void
a_credential_says_it_where_the_store_does_not(void **state)
{
	static const uint8_t none[8];
	struct world *w = world_new(policy, -1), *next;

	put_row(w, COVERED_KEY, none, sizeof none);
	next = world_next(w, policy, w->records);
	assert_true(next->serving);
	assert_int_equal(next->replayed_from, 1);
	world_free(next);
	world_other_key = true;
	blocked(w, world_next(w, policy, w->records), "was sealed with");
}

/* The byte of that place is another; 0: the value is as long as that place. */
static const struct {
	int place; /* from the end, where it is negative */
	uint8_t is;
	const char *says;
} covered_lies[] = {
    {-1, 1, "not what was sealed"},
    {0, 0xff, "this release reads"},
    {30, 0, "not what was sealed"},
    {1, 0, "not what was sealed"},
};

static void
what_was_covered_cannot_be_made_up(void **state)
{
	for (size_t k = 0; k < 4; k++) {
		struct world *w = used(), *next;

		for (size_t i = 0; i < w->rows; i++) {
			struct world_row *r = &w->row[i];
			int at = covered_lies[k].place;

			if (strcmp(r->key, COVERED_KEY) != 0)
				continue;
			if (at > 0)
				r->size = (size_t)at;
			else
				r->value[at < 0 ? r->size - 1 : 0] ^=
				    covered_lies[k].is;
		}
		next = world_next(w, policy, w->records);
		assert_false(next->serving);
		if (strstr(next->blocked, covered_lies[k].says) == NULL)
			fail_msg("%s", next->blocked);
		world_free(next);
		world_free(w);
	}
}

/* More than any queue between us and the store takes. */
static void
the_store_gets_to_know_of_any_number_of_people(void **state)
{
	struct world *w = world_new(policy, -1);
	struct msg_AUDIT_REPLAY_ANS m = {.kind = RECORD_ATTEMPT,
	    .outcome = OUTCOME_GRANTED,
	    .step = 7,
	    .credential = "c"};

	w->all.recovery.serving = false;
	for (int i = 0; i < 6000; i++) {
		snprintf(m.subject, sizeof m.subject, "uuid-%d", i);
		startup_hooks.replay(&w->all, &m);
	}
	w->rows_forget = true;
	startup_hooks.ready(&w->all);
	world_run(w, 20000);
	assert_int_equal(w->all.subjects.dirty[0], 0);
	assert_int_equal(w->all.subjects.dirty[1], 0);
	world_free(w);
}

/* The clock was ten years ahead when they were locked out. */
static void
no_lockout_is_longer_than_the_longest(void **state)
{
	struct world *w = world_new(policy, -1);

	subject_tries(&w->all.subjects, "uuid-alice", 3,
	    clock_wall_ms() + INT64_C(315360000000));
	assert_int_equal(login(w, "alice"), RESULT_DENIED);
	world_run(w, (int)w->all.conf.lockout_seconds * 1000 + 1000);
	assert_int_equal(login(w, "alice"), RESULT_GRANTED);
	world_free(w);
}

/* ---- no memory, once ---- */

static struct world *started;
static int failing;

static void
begin_to_fail(struct world *w)
{
	started = w;
	world_begins = NULL;
	fail_nth_arm(failing);
}

/* A factor that was revoked is still in the store, a change was begun, and a
 * grant was not opened. */
static void
start_with_a_failure(int n)
{
	struct world *w = world_new(policy, -1);
	const uint8_t *value;
	struct credential c;
	size_t size;

	assert_int_equal(login(w, "bob"), RESULT_GRANTED);
	value = world_stored(w, "authority/credential/uuid-alice/", &size);
	assert_int_equal(
	    credential_value_decode(&c, w->all.seal, "uuid-alice", value, size),
	    0);
	strcpy(log_change(w, OUTCOME_REVOKED, "uuid-alice")->credential, c.id);
	log_change(w, OUTCOME_WITHDRAWN, "uuid-bob")->kind = RECORD_INTENT;
	strcpy(w->record[w->records - 1].approval, "CHG-1");
	failing = n;
	world_begins = begin_to_fail;
	world_next(w, policy, w->records);
	world_run(started, 3000);
}

static unsigned
recorded(const struct world *w, enum outcome outcome)
{
	unsigned count = 0;

	for (size_t i = 0; i < w->records; i++)
		count += w->record[i].kind != RECORD_INTENT &&
			 w->record[i].outcome == outcome;
	return count;
}

static void
what_is_over_is_over(void)
{
	struct world *next;

	/* without one of its peers nobody logs in at all */
	if (started->serving && strstr(fail_nth_name(), "msg") == NULL)
		assert_int_equal(login(started, "alice"), RESULT_DENIED);
	next = world_next(started, policy, started->records);
	assert_true(next->serving);
	world_run(next, 3000);
	assert_int_equal(login(next, "alice"), RESULT_DENIED);
	assert_int_equal(recorded(next, OUTCOME_WITHDRAWN), 1);
	assert_int_equal(recorded(next, OUTCOME_LAPSED), 1);
}

static void
begin_with_a_policy(struct world *w)
{
	strcpy(w->all.conf.policy.bundle, "signed");
	world_begins = NULL;
}

/* The command was killed as it put a policy in force: the one that is in force
 * at the start says what came of it. */
static void
a_policy_that_was_being_put_in_force_is_or_is_not(void **state)
{
	for (int is = 0; is < 2; is++) {
		struct world *w = world_new(policy, -1), *next;

		log_change(w, OUTCOME_APPLIED, "")->kind = RECORD_INTENT;
		strcpy(w->record[w->records - 1].bundle,
		    is ? "signed" : "another");
		world_begins = begin_with_a_policy;
		next = world_next(w, policy, w->records);
		world_run(next, 3000);
		assert_true(next->serving);
		assert_int_equal(recorded(next, OUTCOME_APPLIED), is);
		assert_int_equal(recorded(next, OUTCOME_FAILED), !is);
		world_free(next);
		world_free(w);
	}
}

static void
no_call_that_fails_at_a_start_lets_anybody_in(void **state)
{
	assert_true(fail_each(start_with_a_failure, what_is_over_is_over) > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_revoked_factor_does_not_come_back_with_an_older_store),
	    cmocka_unit_test(
		what_is_over_leaves_the_store_also_when_that_was_away),
	    cmocka_unit_test(
		of_two_approvals_only_the_one_that_was_given_last_is_left),
	    cmocka_unit_test(a_spent_invitation_does_not_come_back),
	    cmocka_unit_test(a_log_that_was_cut_is_a_state),
	    cmocka_unit_test(refusals_alone_are_covered_too),
	    cmocka_unit_test(a_store_of_another_log_is_a_state),
	    cmocka_unit_test(
		a_store_that_is_older_than_the_log_begins_is_a_state),
	    cmocka_unit_test(
		a_store_that_knows_all_that_was_taken_off_the_log_is_taken),
	    cmocka_unit_test(a_seal_key_that_is_not_the_stores_is_a_state),
	    cmocka_unit_test(a_credential_says_it_where_the_store_does_not),
	    cmocka_unit_test(what_was_covered_cannot_be_made_up),
	    cmocka_unit_test(the_store_gets_to_know_of_any_number_of_people),
	    cmocka_unit_test(no_lockout_is_longer_than_the_longest),
	    cmocka_unit_test(no_call_that_fails_at_a_start_lets_anybody_in),
	    cmocka_unit_test(a_policy_that_was_being_put_in_force_is_or_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
