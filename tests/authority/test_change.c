/* SPDX-License-Identifier: Apache-2.0 */
/* One order for every change: the intent on disk, the change, one record of
 * what came of it; across kill -9 at each step. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/change/change.h"
#include "gatewayd/authority/subject/subject_hold.h"
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

struct asked {
	struct change *change;
	enum change_result result; /* 0: not told yet */
	struct subject *subject;
	struct change_order order;
};

static void
on_change(void *arg, enum change_result result)
{
	struct asked *k = arg;

	k->result = result;
}

static void
on_hold(void *arg, struct subject *s, bool ok)
{
	struct asked *k = arg;

	assert_true(ok);
	k->subject = s;
}

static void
prepare(struct world *w, struct asked *k, enum outcome outcome)
{
	struct change_order *o = &k->order;
	struct msg_AUDIT_APPEND_REQ *r = &o->record;
	int64_t now = clock_wall_ms();

	*k = (struct asked){0};
	subject_hold(&w->all.subjects, "uuid-alice", on_hold, k);
	world_run(w, 10);
	*r = (struct msg_AUDIT_APPEND_REQ){.kind = RECORD_ADMIN,
	    .outcome = (uint8_t)outcome,
	    .time_ms = now,
	    .attempt = {(uint8_t)outcome, (uint8_t)w->records},
	    .name = "alice",
	    .subject = "uuid-alice"};
	assert_int_equal(
	    credential_new(&o->credential, w->all.seal,
		&(struct credential_parts){.kind = FACTOR_KIND_TOTP,
		    .subject = "uuid-alice",
		    .name = "alice",
		    .label = "x",
		    .seed = world_seed,
		    .seed_size = TOTP_SEED,
		    .now_ms = now}),
	    0);
	assert_int_equal(invitation_new(&o->invitation, w->all.seal,
			     "uuid-alice", "alice", now),
	    0);
	o->approval.given_ms = now;
	o->approval.ends_ms = r->approval_ends_ms = now + 3600000;
	strcpy(o->approval.reference, "CHG-1");
	strcpy(o->approval.name, "alice");
	strcpy(o->approval.giver, "boss");
	strcpy(r->approval, "CHG-1");
	if (outcome == OUTCOME_ENROLLED)
		strcpy(r->credential, o->credential.id);
	else if (outcome == OUTCOME_REVOKED)
		strcpy(r->credential, k->subject->credential[0].id);
	else if (outcome == OUTCOME_INVITED)
		strcpy(r->credential, INVITATION_ID);
}

static void
begin(struct world *w, struct asked *k)
{
	k->change = change_begin(&w->all, k->subject, &k->order, on_change, k);
	assert_non_null(k->change);
	world_run(w, 20);
}

static void
done(struct world *w, struct asked *k)
{
	if (k->result == 0)
		change_forget(k->change);
	subject_release(&w->all.subjects, k->subject);
}

static const struct {
	enum outcome outcome;
	const char *key; /* that it is about */
	bool takes;
} changes[] = {
    {OUTCOME_ENROLLED, NULL, false},
    {OUTCOME_REVOKED, NULL, true},
    {OUTCOME_INVITED, "authority/credential/uuid-alice/invitation", false},
    {OUTCOME_GIVEN, "authority/approval/uuid-alice/CHG-1", false},
    {OUTCOME_WITHDRAWN, "authority/approval/uuid-alice/CHG-1", true},
};
#define CHANGES (sizeof changes / sizeof changes[0])

static const char *
key_of(const struct asked *k, size_t n, char room[KEY_MAX + 1])
{
	if (changes[n].key != NULL)
		return changes[n].key;
	credential_key(
	    room, KEY_MAX + 1, "uuid-alice", k->order.record.credential);
	return room;
}

static bool
has(struct world *w, const char *key)
{
	size_t size;

	return world_stored(w, key, &size) != NULL;
}

static void
give_first(struct world *w, size_t n)
{
	struct asked k;

	if (changes[n].outcome != OUTCOME_WITHDRAWN)
		return;
	prepare(w, &k, OUTCOME_GIVEN);
	begin(w, &k);
	assert_int_equal(k.result, CHANGE_MADE);
	done(w, &k);
}

static void
each_is_made_and_recorded_once(void **state)
{
	struct asked k;
	char room[KEY_MAX + 1];

	for (size_t n = 0; n < CHANGES; n++) {
		struct world *w = world_new(policy, -1);
		size_t before;

		give_first(w, n);
		before = world_changes(w);
		prepare(w, &k, changes[n].outcome);
		begin(w, &k);
		assert_int_equal(k.result, CHANGE_MADE);
		assert_int_equal(world_changes(w), before + 1);
		assert_int_equal(
		    world_change(w, before)->outcome, changes[n].outcome);
		assert_int_equal(
		    has(w, key_of(&k, n, room)), !changes[n].takes);
		done(w, &k);
		world_free(w);
	}
}

/* audit stands still: nothing becomes durable. */
static void
nothing_changes_before_its_intent_is_on_disk(void **state)
{
	struct asked k;
	char room[KEY_MAX + 1];

	for (size_t n = 0; n < CHANGES; n++) {
		struct world *w = world_new(policy, -1);

		give_first(w, n);
		prepare(w, &k, changes[n].outcome);
		w->hold = true;
		begin(w, &k);
		assert_int_equal(k.result, 0);
		assert_int_equal(has(w, key_of(&k, n, room)), changes[n].takes);
		/* nobody waits so long: then it is not made at all */
		world_run(w, 11000);
		assert_int_equal(k.result, CHANGE_UNKNOWN);
		w->hold = false;
		world_release(w);
		world_run(w, 50);
		assert_int_equal(has(w, key_of(&k, n, room)), changes[n].takes);
		assert_int_equal(world_change(w, world_changes(w) - 1)->outcome,
		    OUTCOME_FAILED);
		done(w, &k);
		world_free(w);
	}
}

static size_t
of_kind(const struct world *w, const struct asked *k, enum record_kind kind)
{
	size_t count = 0;

	for (size_t i = 0; i < w->records; i++)
		count += w->record[i].kind == kind &&
			 memcmp(w->record[i].attempt, k->order.record.attempt,
			     ATTEMPT_ID) == 0;
	return count;
}

static size_t
outcomes(const struct world *w, const struct asked *k)
{
	return of_kind(w, k, RECORD_ADMIN);
}

/* The next process finds the first keep records of the log, and what the store
 * had by then. */
static void
after_a_kill(struct world *w, struct asked *k, size_t n, size_t keep, bool made)
{
	struct world *next = world_next(w, policy, keep);
	char room[KEY_MAX + 1];

	assert_true(next->serving);
	world_run(next, 3000);
	assert_int_equal(outcomes(next, k), 1);
	assert_int_equal(next->record[next->records - 1].outcome,
	    made ? changes[n].outcome : OUTCOME_FAILED);
	assert_int_equal(
	    has(next, key_of(k, n, room)), made != changes[n].takes);
	/* and no start after that says it again */
	w = world_next(next, policy, next->records);
	assert_int_equal(outcomes(w, k), 1);
	world_free(w);
	world_free(next);
}

static void
a_kill_at_each_step_leaves_one_record_that_is_true(void **state)
{
	struct asked k;
	char room[KEY_MAX + 1];
	size_t intent;

	for (size_t n = 0; n < CHANGES; n++) {
		struct world *w = world_new(policy, -1);

		give_first(w, n);
		prepare(w, &k, changes[n].outcome);
		/* the intent is on disk, and the store was not asked */
		w->store_hold_get = w->store_hold = true;
		if (changes[n].takes) {
			begin(w, &k);
			after_a_kill(w, &k, n, w->records, true);
			intent = w->records;
		} else {
			world_store_saves(w);
			begin(w, &k);
			intent = w->records;
			world_store_is_restored(w);
			after_a_kill(w, &k, n, intent, false);
			w->store_hold_get = w->store_hold = false;
			done(w, &k);
			world_free(w);
			w = world_new(policy, -1);
			prepare(w, &k, changes[n].outcome);
			begin(w, &k);
			intent = w->records - 1;
			/* made, and the record is not there */
			assert_true(has(w, key_of(&k, n, room)));
			after_a_kill(w, &k, n, intent, true);
		}
		if (w->store_hold) {
			w->store_hold = false;
			world_store_releases(w);
			world_run(w, 50);
		}
		/* made and recorded */
		assert_int_equal(outcomes(w, &k), 1);
		done(w, &k);
		world_free(w);
	}
}

/* The store's answer is lost: the change is what the store has. */
static void
an_answer_that_is_lost_is_looked_up(void **state)
{
	struct asked k;
	char room[KEY_MAX + 1];

	for (size_t n = 0; n < CHANGES; n++) {
		struct world *w = world_new(policy, -1);

		give_first(w, n);
		prepare(w, &k, changes[n].outcome);
		w->store_mute = true;
		begin(w, &k);
		w->store_mute = false;
		world_store_restarts(w);
		world_run(w, 2000);
		assert_int_equal(k.result, CHANGE_MADE);
		assert_int_equal(outcomes(w, &k), 1);
		assert_int_equal(
		    has(w, key_of(&k, n, room)), !changes[n].takes);
		done(w, &k);
		world_free(w);
	}
}

static void
of_two_changes_at_once_one_is_made(void **state)
{
	struct world *w = world_new(policy, -1);
	struct asked one, two;

	prepare(w, &one, OUTCOME_ENROLLED);
	prepare(w, &two, OUTCOME_ENROLLED);
	w->hold = true;
	begin(w, &one);
	assert_null(
	    change_begin(&w->all, two.subject, &two.order, on_change, &two));
	w->hold = false;
	world_release(w);
	world_run(w, 50);
	assert_int_equal(one.result, CHANGE_MADE);
	assert_int_equal(two.result, 0);
	done(w, &one);
	subject_release(&w->all.subjects, two.subject);
	world_free(w);
}

/* authority dies between the grant and the session. */
static void
a_grant_that_nobody_opened_is_recorded_by_the_next_start(void **state)
{
	struct world *w = world_new(policy, -1), *next, *third;
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;

	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	next = world_next(w, policy, w->records);
	assert_int_equal(next->records, w->records + 1);
	r = &next->record[next->records - 1];
	assert_int_equal(r->kind, RECORD_SESSION);
	assert_int_equal(r->outcome, OUTCOME_LAPSED);
	assert_string_equal(r->subject, "uuid-alice");
	assert_string_equal(r->session, w->record[w->records - 1].session);
	third = world_next(next, policy, next->records);
	assert_int_equal(third->records, next->records);
	world_free(third);
	world_free(next);
	world_free(w);
}

/* ---- no memory, once ---- */

static size_t change_that_fails;
static struct world *world_of_it;
static struct asked asked_of_it;

static void
change_with_a_failure(int n)
{
	struct asked *k = &asked_of_it;
	struct world *w = world_new(policy, -1);

	world_of_it = w;
	give_first(w, change_that_fails);
	prepare(w, k, changes[change_that_fails].outcome);
	fail_nth_arm(n);
	k->change = change_begin(&w->all, k->subject, &k->order, on_change, k);
	world_run(w, 3000);
}

/* The process went on or ended: the next one finds the same everywhere. */
static void
all_agree(void)
{
	struct world *w = world_of_it;
	struct asked *k = &asked_of_it;
	size_t n = change_that_fails, ends;
	const struct msg_AUDIT_APPEND_REQ *last;
	struct world *next;
	char room[KEY_MAX + 1];
	bool told, made;

	told = k->result == CHANGE_MADE || k->result == CHANGE_NOT_MADE;
	if (told)
		assert_int_equal(outcomes(w, k), 1);
	next = world_next(w, policy, w->records);
	assert_true(next->serving);
	world_run(next, 3000);
	ends = outcomes(next, k);
	last = ends > 0 ? world_change(next, world_changes(next) - 1) : NULL;
	assert_true(ends <= 1);
	assert_int_equal(of_kind(next, k, RECORD_INTENT), ends);
	made = last != NULL && last->outcome == changes[n].outcome;
	assert_true(made || last == NULL || last->outcome == OUTCOME_FAILED);
	assert_int_equal(
	    has(next, key_of(k, n, room)), made != changes[n].takes);
	if (told)
		assert_int_equal(made, k->result == CHANGE_MADE);
	if (k->change == NULL)
		assert_false(made);
}

static void
no_call_that_fails_parts_a_change_from_its_record(void **state)
{
	for (size_t n = 0; n < CHANGES; n++) {
		change_that_fails = n;
		assert_true(fail_each(change_with_a_failure, all_agree) > 3);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_is_made_and_recorded_once),
	    cmocka_unit_test(nothing_changes_before_its_intent_is_on_disk),
	    cmocka_unit_test(
		a_kill_at_each_step_leaves_one_record_that_is_true),
	    cmocka_unit_test(an_answer_that_is_lost_is_looked_up),
	    cmocka_unit_test(of_two_changes_at_once_one_is_made),
	    cmocka_unit_test(
		a_grant_that_nobody_opened_is_recorded_by_the_next_start),
	    cmocka_unit_test(no_call_that_fails_parts_a_change_from_its_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
