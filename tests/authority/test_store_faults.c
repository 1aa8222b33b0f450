/* SPDX-License-Identifier: Apache-2.0 */
/* A store that fails, and what it holds that cannot be used. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/credential/credential_value.h"
#include "gatewayd/authority/subject/settle.h"
#include "lib/base/buf.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "world.h"

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "hosts bastion bastion*.prod.example.com\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from corp to bastion with password + otp for 8h\n"
    "end\n";

static uint64_t
stored_step(struct world *w)
{
	struct credential c;
	const uint8_t *value;
	size_t size = 0;

	value = world_stored(w, "authority/credential/uuid-alice/", &size);
	assert_non_null(value);
	assert_int_equal(
	    credential_value_decode(&c, w->all.seal, "uuid-alice", value, size),
	    0);
	return c.step;
}

static uint64_t
stored_cover(struct world *w)
{
	const uint8_t *value;
	struct covered c = {0};
	char other[SEAL_KEY_ID + 1];
	size_t size = 0;

	value = world_stored(w, COVERED_KEY, &size);
	if (value == NULL)
		return 0;
	assert_int_equal(
	    covered_decode(&c, w->all.seal, value, size, other), COVERED_OK);
	return c.head.sequence;
}

static void
set_step(struct world *w, size_t row, uint64_t step)
{
	struct store_value value;
	struct credential c;

	assert_int_equal(credential_value_decode(&c, w->all.seal, "uuid-alice",
			     w->row[row].value, w->row[row].size),
	    0);
	c.step = step;
	assert_int_equal(
	    credential_value_encode(&c, w->all.seal, "uuid-alice", &value), 0);
	w->row[row].size = value.size;
	memcpy(w->row[row].value, value.data, value.size);
}

static uint64_t
granted(struct world *w, const char *code)
{
	struct world_talk t;

	world_login(w, &t, "alice", code);
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	return world_final(w, &t)->step;
}

/* Until the marks are there it must be read again from the log. */
static void
covered_does_not_pass_a_mark_that_the_store_does_not_take(void **state)
{
	struct world *w = world_new(policy, -1);
	uint64_t step;

	w->store_refuse = "authority/credential/";
	step = granted(w, world_code(0));
	for (int i = 0; i < 6; i++)
		world_flush(w);
	assert_int_equal(stored_step(w), 0);
	assert_int_equal(stored_cover(w), 0);
	w->store_refuse = NULL;
	for (int i = 0; i < 6; i++)
		world_flush(w);
	assert_int_equal(stored_step(w), step);
	assert_int_equal(stored_cover(w), 1);
	world_free(w);
}

static void
a_write_whose_answer_was_lost_does_not_end_all_writes(void **state)
{
	struct world *w = world_new(policy, -1);
	uint64_t step;

	step = granted(w, world_code(0));
	w->store_mute = true;
	world_flush(w);
	assert_int_equal(stored_step(w), step);
	w->store_mute = false;
	world_store_restarts(w);
	step = granted(w, world_code(1));
	for (int i = 0; i < 6; i++)
		world_flush(w);
	assert_int_equal(stored_step(w), step);
	assert_int_equal(stored_cover(w), 2);
	world_free(w);
}

/* As another node of a fleet would have done: its code is spent here too. */
static void
a_step_that_somebody_else_wrote_is_taken_over(void **state)
{
	struct world *w = world_new(policy, -1);
	uint64_t step = granted(w, world_code(0));
	struct world_talk t;

	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "credential/uuid-alice/") != NULL) {
			set_step(w, i, step + 1);
			w->row[i].version = ++w->version;
		}
	for (int i = 0; i < 4; i++)
		world_flush(w);
	assert_int_equal(stored_step(w), step + 1);
	world_login(w, &t, "alice", world_code(1));
	assert_string_equal(world_final(w, &t)->reason, "code_replayed");
	world_hang_up(&t);
	world_free(w);
}

static void
a_credential_that_was_revoked_meanwhile_is_not_written_again(void **state)
{
	struct world *w = world_new(policy, -1);
	struct subject *s;
	size_t size;

	granted(w, world_code(0));
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "credential/uuid-alice/") != NULL)
			w->row[i].key[0] = '-';
	for (int i = 0; i < 4; i++)
		world_flush(w);
	assert_null(world_stored(w, "authority/credential/uuid-alice/", &size));
	s = world_subject(w, "uuid-alice");
	assert_non_null(s);
	assert_int_equal(s->credential_count, 0);
	world_free(w);
}

/* Or somebody who has the store, and a password, could guess without end. */
static void
an_unreadable_credential_does_not_make_guesses_free(void **state)
{
	struct world *w = world_new(policy, -1);
	struct credential other;
	struct world_talk t;
	struct subject *s;

	granted(w, world_code(0));
	s = world_subject(w, "uuid-alice");
	assert_int_equal(s->credential_count, 1);
	other = s->credential[0];
	snprintf(other.id, sizeof other.id, "other");
	assert_non_null(subject_add_credential(s, &other));
	for (unsigned i = 1; i <= w->all.conf.max_tries; i++) {
		world_login(w, &t, "alice", "000000");
		assert_int_equal(t.result.result, RESULT_DENIED);
		assert_int_equal(world_final(w, &t)->tries, i);
		world_hang_up(&t);
	}
	world_login(w, &t, "alice", world_code(1));
	assert_int_equal(t.result.result, RESULT_DENIED);
	assert_string_equal(world_final(w, &t)->reason, "locked_out");
	world_hang_up(&t);
	s->credential_count = 1;
	world_free(w);
}

/* Or each kill -9 of authority would be worth some guesses. */
static void
an_orphan_that_was_answered_is_one_more_try(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	int slots = dup(w->attempt_table_fd);
	struct world_talk t, waits, wrong;

	world_begin(w, &t, "alice");
	world_begin(w, &waits, "alice");
	world_answer(w, &t, "000000");
	next = world_new(policy, slots);
	assert_int_equal(next->records, 2);
	for (int i = 0; i < 2; i++) {
		bool judged = memcmp(next->record[i].attempt, t.open.attempt,
				  ATTEMPT_ID) == 0;

		assert_int_equal(next->record[i].outcome, OUTCOME_ORPHANED);
		/* nobody gave an answer to the other one */
		assert_int_equal(next->record[i].tries, judged ? 1 : 0);
	}
	for (uint32_t i = 2; i <= next->all.conf.max_tries; i++) {
		world_login(next, &wrong, "alice", "000000");
		assert_int_equal(world_final(next, &wrong)->tries, i);
		world_hang_up(&wrong);
	}
	world_login(next, &wrong, "alice", world_code(0));
	assert_string_equal(world_final(next, &wrong)->reason, "locked_out");
	world_hang_up(&wrong);
	world_free(next);
	world_hang_up(&t);
	world_hang_up(&waits);
	world_free(w);
}

/* A store that says "covered" and forgets the marks gains nothing by it, for as
 * long as a code can be used. */
static void
what_the_store_covers_is_read_again_for_a_while(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	uint64_t step;

	assert_int_equal(w->replayed_from, 1);
	granted(w, world_code(0));
	world_flush(w);
	world_run(w, 400000);
	for (int i = 0; i < 9; i++)
		granted(w, world_code(i % 2 == 0 ? 0 : 1)), world_run(w, 60000);
	step = granted(w, world_code(0));
	world_run(w, 5000);
	assert_int_equal(stored_cover(w), w->records);
	/* the marks are gone, and "covered" is there */
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "credential/uuid-alice/") != NULL)
			set_step(w, i, 0);
	next = world_next(w, policy, w->records);
	assert_true(next->serving);
	assert_true(next->replayed_from > 1);
	assert_true(next->replayed_from < w->records - 2);
	world_run(next, 2000);
	assert_int_equal(stored_step(next), step);
	/* once: later a channel goes on where the last one ended */
	world_audit_restarts(next, next->records);
	assert_int_equal(next->replayed_from, next->records);
	world_free(next);
	world_free(w);
}

/* A grant set them back, and the store had not heard of it. */
static void
tries_of_the_log_count_also_when_there_are_none(void **state)
{
	struct world *w = world_new(policy, -1);
	struct subject *s;
	struct world_talk t;

	world_login(w, &t, "bob", "000000");
	world_hang_up(&t);
	for (int i = 0; i < 4; i++)
		world_flush(w);
	s = world_subject(w, "uuid-bob");
	assert_int_equal(s->tries, 1);
	/* as the next process finds it: nothing in memory, 1 in the store */
	s->state = SUBJECT_NEW;
	s->tries = 0;
	s->credential_count = 0;
	subject_tries(&w->all.subjects, "uuid-bob", 0, 0);
	world_login(w, &t, "bob", "000000");
	assert_int_equal(world_final(w, &t)->tries, 1);
	world_hang_up(&t);
	world_free(w);
}

/* What the person is told, and when: after the delay and not before. */
static enum result
told(struct world *w, const char *name, const char *code)
{
	struct world_talk t;

	w->all.conf.deny_delay = 200;
	world_begin(w, &t, name);
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, code);
	world_run(w, 100);
	assert_false(t.ended);
	world_run(w, 200);
	assert_true(t.ended);
	if (t.result.result == RESULT_UNAVAILABLE)
		assert_non_null(strstr(t.result.text, "not your fault"));
	else
		assert_string_equal(t.result.text, "Access denied");
	world_hang_up(&t);
	return t.result.result;
}

static const struct msg_AUDIT_APPEND_REQ *
last(const struct world *w)
{
	return &w->record[w->records - 1];
}

/* Or an outage would tell whose name is known: bob has credentials that cannot
 * be loaded, alice was here before, nobody is called zed. */
static void
while_the_store_is_away_everybody_is_told_the_same(void **state)
{
	struct world *w = world_new(policy, -1);

	granted(w, world_code(0));
	channel_close(&w->store);
	world_run(w, 20);
	assert_int_equal(told(w, "bob", world_code(0)), RESULT_UNAVAILABLE);
	assert_int_equal(last(w)->outcome, OUTCOME_ERROR);
	assert_string_equal(last(w)->reason, "store_unavailable");
	assert_int_equal(told(w, "zed", world_code(0)), RESULT_UNAVAILABLE);
	assert_int_equal(last(w)->outcome, OUTCOME_DENIED);
	assert_string_equal(last(w)->reason, "unknown_person");
	assert_int_equal(told(w, "alice", "000000"), RESULT_UNAVAILABLE);
	assert_string_equal(last(w)->reason, "wrong_code");
	/* who can be checked gets in */
	granted(w, world_code(1));
	world_free(w);
}

/* The store is there, and one person's credentials cannot be read; or the
 * directory could not bind, which only somebody it found can notice. */
static void
what_only_a_known_person_can_meet_looks_like_any_refusal(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "credential/uuid-bob/") != NULL)
			w->row[i].size = 3;
	assert_int_equal(told(w, "bob", world_code(0)), RESULT_DENIED);
	assert_int_equal(last(w)->outcome, OUTCOME_ERROR);
	assert_string_equal(last(w)->reason, "store_unavailable");
	assert_int_equal(told(w, "zed", world_code(0)), RESULT_DENIED);
	w->all.conf.deny_delay = 20;
	world_begin(w, &t, "alice");
	world_answer(w, &t, world_code(0));
	world_verdict(w, &t, VERDICT_UNAVAILABLE);
	world_run(w, 40);
	assert_int_equal(t.result.result, RESULT_DENIED);
	assert_int_equal(last(w)->outcome, OUTCOME_ERROR);
	assert_string_equal(last(w)->reason, "directory_unavailable");
	assert_int_equal(last(w)->tries, 0);
	world_hang_up(&t);
	world_free(w);
}

/* The directory that comes back knows nothing of this attempt: nobody's verdict
 * is waited for. */
static void
a_directory_that_ends_while_a_person_is_loaded_is_no_answer(void **state)
{
	struct world *w = world_new(policy, -1);
	struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");
	struct world_talk t;

	w->store_hold_get = true;
	world_open(w, &t, &q);
	assert_false(t.opened);
	world_directory_dies(w);
	world_directory_returns(w);
	world_store_releases(w);
	assert_true(t.opened);
	world_answer(w, &t, world_code(0));
	world_run(w, 40); /* the delay of a refusal, not the deadline */
	assert_true(t.ended);
	assert_int_equal(w->binds, 0);
	assert_int_equal(t.result.result, RESULT_DENIED);
	assert_int_equal(last(w)->outcome, OUTCOME_ERROR);
	assert_string_equal(last(w)->reason, "directory_unavailable");
	assert_int_equal(last(w)->tries, 0);
	world_hang_up(&t);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		covered_does_not_pass_a_mark_that_the_store_does_not_take),
	    cmocka_unit_test(
		a_write_whose_answer_was_lost_does_not_end_all_writes),
	    cmocka_unit_test(a_step_that_somebody_else_wrote_is_taken_over),
	    cmocka_unit_test(
		a_credential_that_was_revoked_meanwhile_is_not_written_again),
	    cmocka_unit_test(
		an_unreadable_credential_does_not_make_guesses_free),
	    cmocka_unit_test(an_orphan_that_was_answered_is_one_more_try),
	    cmocka_unit_test(what_the_store_covers_is_read_again_for_a_while),
	    cmocka_unit_test(tries_of_the_log_count_also_when_there_are_none),
	    cmocka_unit_test(
		while_the_store_is_away_everybody_is_told_the_same),
	    cmocka_unit_test(
		what_only_a_known_person_can_meet_looks_like_any_refusal),
	    cmocka_unit_test(
		a_directory_that_ends_while_a_person_is_loaded_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
