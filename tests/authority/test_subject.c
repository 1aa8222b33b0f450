/* SPDX-License-Identifier: Apache-2.0 */
/* Who is kept in memory, and who is asked of the store again. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/credential/credential_pack.h"
#include "gatewayd/authority/credential/credential_value.h"
#include "lib/base/clock.h"
#include "tests/support/unit.h"
#include "world.h"
#include "world_parts.h"

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "hosts bastion bastion*.prod.example.com\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from corp to bastion with password + otp for 8h\n"
    "end\n";

static struct subject *
alice(struct world *w)
{
	return table_find(&w->all.subjects.table, "uuid-alice", 10);
}

/* With her code spent, and not in the store yet. */
static struct world *
world_with_alice(uint64_t *step_r)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_run(w, 10);
	*step_r = world_final(w, &t)->step;
	return w;
}

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

/* What the store does not know yet would be forgotten with the person. */
static void
nobody_is_dropped_whom_the_store_does_not_know_yet(void **state)
{
	uint64_t step;
	struct world *w = world_with_alice(&step);
	struct subjects *all = &w->all.subjects;
	struct subject *s;
	bool *flags[6];

	for (int i = 0; i < 6; i++)
		world_flush(w);
	s = alice(w);
	assert_non_null(s);
	assert_true(s->idle && s->credential_count == 1);
	/* as if as many came after her */
	assert_ptr_equal(all->idle.newer, s);
	all->idle_count += SUBJECTS_KEPT;
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		subject_wanted(all, s);
		flags[0] = &s->tries_dirty;
		flags[1] = &s->tries_writing;
		flags[2] = &s->queued;
		flags[3] = &s->settling;
		flags[4] = &s->credential[0].dirty;
		flags[5] = &s->credential[0].writing;
		assert_false(*flags[i]);
		*flags[i] = true;
		subject_idle(all, s);
		assert_true(s->idle);
		assert_null(s->packed); /* nor is it packed away */
		subjects_evict(all);
		assert_ptr_equal(alice(w), s);
		*flags[i] = false;
	}
	s->over_count = 1;
	subjects_evict(all);
	assert_ptr_equal(alice(w), s);
	s->over_count = 0;
	subjects_evict(all);
	assert_null(alice(w));
	all->idle_count -= SUBJECTS_KEPT;
	world_free(w);
}

static void
as_many_as_are_kept_stay(void **state)
{
	uint64_t step;
	struct world *w = world_with_alice(&step);
	struct subjects *all = &w->all.subjects;
	size_t others = all->idle_count - 1;

	for (int i = 0; i < 6; i++)
		world_flush(w);
	all->idle_count += SUBJECTS_KEPT - 1 - others;
	subjects_evict(all);
	assert_non_null(alice(w));
	all->idle_count -= SUBJECTS_KEPT - 1 - others;
	world_free(w);
}

/* As nobody uses her: less than half of the room, and all of it comes back. */
static void
who_is_not_used_is_packed_and_comes_back_whole(void **state)
{
	uint64_t step;
	struct world *w = world_with_alice(&step);
	struct subjects *all = &w->all.subjects;
	struct credential before;
	struct subject *s = alice(w);

	for (int i = 0; i < 6; i++)
		world_flush(w);
	subject_keep(all, s);
	assert_non_null(s->credential);
	before = s->credential[0];
	subject_release(all, s);
	assert_non_null(s->packed);
	assert_null(s->credential);
	assert_int_equal(s->credential_count, 1);
	assert_true(malloc_usable_size(s->packed) < sizeof before / 2);
	assert_ptr_equal(subject_find(all, "uuid-alice"), s);
	assert_null(s->packed);
	assert_false(s->idle);
	assert_memory_equal(&s->credential[0], &before, sizeof before);
	subject_idle(all, s);
	assert_non_null(s->packed);
	world_free(w);
}

/* Whatever the bytes are, for the longest runs and without any. */
static void
any_bytes_come_back_as_they_were(void **state)
{
	static struct credential in[SUBJECT_CREDENTIALS];
	uint8_t *bytes = (uint8_t *)in;

	srand(7);
	for (int round = 0; round < 2000; round++) {
		size_t count = 1 + (size_t)rand() % SUBJECT_CREDENTIALS;
		size_t size = count * sizeof in[0], at = 0;
		unsigned most = 1 + (unsigned)rand() % 600;
		struct credential *out;
		uint8_t *packed;

		while (at < size) {
			size_t run = 1 + (size_t)rand() % most;
			int byte = rand() % 2 == 0 ? 0 : rand() % 256;

			for (; run > 0 && at < size; run--)
				bytes[at++] = (uint8_t)byte;
		}
		packed = credential_pack(in, count);
		assert_non_null(packed);
		out = credential_unpack(packed, count);
		assert_non_null(out);
		assert_memory_equal(out, in, size);
		free(packed);
		free(out);
	}
}

/* The code is spent in the log.  At a start it becomes so in the store, also
 * when that does not answer at first, however often. */
static void
a_store_that_does_not_answer_at_a_start_is_asked_again(void **state)
{
	uint64_t step;
	struct world *before = world_with_alice(&step);
	struct world *w;

	assert_int_equal(stored_step(before), 0);
	world_lists_refused = 3;
	w = world_next(before, policy, before->records);
	for (unsigned left = 2; left > 0; left--) {
		assert_int_equal(world_lists_refused, left);
		assert_int_equal(stored_step(w), 0);
		assert_true(w->all.subjects.settle.again.active);
		world_fire(w, &w->all.subjects.settle.again);
		world_run(w, 10);
	}
	assert_int_equal(world_lists_refused, 0);
	world_fire(w, &w->all.subjects.settle.again);
	for (int i = 0; i < 6; i++)
		world_flush(w);
	assert_false(w->all.subjects.settle.again.active);
	assert_int_equal(stored_step(w), step);
	world_free(w);
	world_free(before);
}

/* Whose id begins with all of hers is listed with her. */
static void
keys_of_another_person_say_nothing(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	assert_int_equal(world_put(w, SUBJECT_TRIES_KEYS "uuid-alice2", 0,
			     (const uint8_t *)"x", 1),
	    STORE_OK);
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		nobody_is_dropped_whom_the_store_does_not_know_yet),
	    cmocka_unit_test(keys_of_another_person_say_nothing),
	    cmocka_unit_test(as_many_as_are_kept_stay),
	    cmocka_unit_test(who_is_not_used_is_packed_and_comes_back_whole),
	    cmocka_unit_test(any_bytes_come_back_as_they_were),
	    cmocka_unit_test(
		a_store_that_does_not_answer_at_a_start_is_asked_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
