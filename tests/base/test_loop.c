/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/loop.h"
#include "tests/support/unit.h"

struct end {
	struct world *world;
	struct loop_watch watch;
	int pipe[2];
	int calls;
	struct end *removes; /* unwatched by this one's call */
	struct end *closes;  /* the same, with its descriptor */
};

struct world {
	struct loop *loop;
	struct end end[4];
	struct loop_timer timer[5];
	int order[16];
	int count, rounds;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	if (w == NULL)
		return -1;
	w->loop = loop_new();
	for (int i = 0; i < 4; i++) {
		w->end[i].world = w;
		if (pipe2(w->end[i].pipe, O_CLOEXEC | O_NONBLOCK) < 0)
			return -1;
	}
	*state = w;
	return w->loop == NULL ? -1 : 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 4; i++) {
		close(w->end[i].pipe[0]);
		close(w->end[i].pipe[1]);
	}
	loop_free(w->loop);
	free(w);
	return 0;
}

static void
stop(void *arg)
{
	struct world *w = arg;

	w->rounds++;
	loop_stop(w->loop);
}

static void
on_readable(void *arg, uint32_t events)
{
	struct end *e = arg;
	char byte;

	assert_true((events & EPOLLIN) != 0);
	assert_int_equal(read(e->pipe[0], &byte, 1), 1);
	e->calls++;
	if (e->removes != NULL)
		loop_unwatch(e->world->loop, &e->removes->watch);
	if (e->closes != NULL) {
		loop_close(
		    e->world->loop, &e->closes->watch, e->closes->pipe[0]);
		e->closes->pipe[0] = -1;
	}
}

static void
watch(struct world *w, int i)
{
	assert_int_equal(loop_watch(w->loop, &w->end[i].watch,
			     w->end[i].pipe[0], on_readable, &w->end[i]),
	    0);
}

static void
fill(struct world *w, int i)
{
	assert_int_equal(write(w->end[i].pipe[1], "x", 1), 1);
}

static void
only_what_is_ready_is_called_and_then_the_round_ends(void **state)
{
	struct world *w = *state;

	watch(w, 0);
	watch(w, 1);
	fill(w, 1);
	loop_each_round(w->loop, stop, w);
	assert_int_equal(loop_run(w->loop), 0);
	assert_int_equal(w->end[0].calls, 0);
	assert_int_equal(w->end[1].calls, 1);
	assert_int_equal(w->rounds, 1);
}

/* A call may end another of the same round, and free it. */
static void
what_was_unwatched_in_a_round_is_not_called_in_it(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 2; i++) {
		watch(w, i);
		fill(w, i);
		w->end[i].removes = &w->end[1 - i];
	}
	loop_each_round(w->loop, stop, w);
	assert_int_equal(loop_run(w->loop), 0);
	assert_int_equal(w->end[0].calls + w->end[1].calls, 1);
}

static void
a_descriptor_that_was_closed_is_not_watched_any_more(void **state)
{
	struct world *w = *state;
	int first;

	for (int i = 0; i < 2; i++) {
		watch(w, i);
		fill(w, i);
		w->end[i].closes = &w->end[1 - i];
	}
	loop_each_round(w->loop, stop, w);
	assert_int_equal(loop_run(w->loop), 0);
	first = w->end[0].calls;
	assert_int_equal(first + w->end[1].calls, 1);
	assert_int_equal(w->end[first].pipe[0], -1);
	assert_false(w->end[first].watch.active);
	/* nothing is left of it in the kernel: its number is free again */
	w->end[first].pipe[0] = dup(w->end[1 - first].pipe[0]);
	watch(w, first);
	/* where nothing is watched, it is closed and no more */
	loop_close(w->loop, &w->end[2].watch, w->end[2].pipe[0]);
	assert_int_equal(fcntl(w->end[2].pipe[0], F_GETFD), -1);
	w->end[2].pipe[0] = -1;
}

static void
a_call_may_unwatch_itself(void **state)
{
	struct world *w = *state;

	watch(w, 0);
	fill(w, 0);
	fill(w, 0);
	w->end[0].removes = &w->end[0];
	loop_each_round(w->loop, stop, w);
	assert_int_equal(loop_run(w->loop), 0);
	assert_int_equal(w->end[0].calls, 1);
	assert_false(w->end[0].watch.active);
	loop_unwatch(w->loop, &w->end[0].watch); /* twice does nothing */
}

static void
changed_events_are_what_counts(void **state)
{
	struct world *w = *state;
	uint64_t deadline = clock_mono_ms() + 20;

	watch(w, 0);
	fill(w, 0);
	assert_int_equal(loop_change(w->loop, &w->end[0].watch, 0), 0);
	loop_timer_at(w->loop, &w->timer[0], deadline, stop, w);
	assert_int_equal(loop_run(w->loop), 0);
	assert_int_equal(w->end[0].calls, 0);
	assert_true(clock_mono_ms() >= deadline);
}

static void
watching_a_closed_fd_is_an_error(void **state)
{
	struct world *w = *state;
	struct loop_watch watch_closed = {0};

	assert_int_equal(
	    loop_watch(w->loop, &watch_closed, 1000000, on_readable, w), -1);
	assert_false(watch_closed.active);
}

struct due {
	struct world *world;
	int number;
};

static void
note_order(void *arg)
{
	struct due *d = arg;

	d->world->order[d->world->count++] = d->number;
	if (d->world->count == 4)
		loop_stop(d->world->loop);
}

static void
timers_come_in_the_order_of_their_deadlines(void **state)
{
	static const unsigned after[] = {30, 10, 20, 10, 5};
	static const int expected[] = {1, 3, 2, 0};
	struct world *w = *state;
	struct due due[5];
	uint64_t now = clock_mono_ms();

	for (int i = 0; i < 5; i++) {
		due[i] = (struct due){w, i};
		loop_timer_at(
		    w->loop, &w->timer[i], now + after[i], note_order, &due[i]);
	}
	loop_timer_off(w->loop, &w->timer[4]);
	loop_timer_off(w->loop, &w->timer[4]);
	assert_int_equal(loop_run(w->loop), 0);
	assert_true(clock_mono_ms() >= now + 30);
	for (int i = 0; i < 4; i++)
		assert_int_equal(w->order[i], expected[i]);
}

static void
a_timer_set_again_keeps_the_later_time_only(void **state)
{
	struct world *w = *state;
	uint64_t now = clock_mono_ms();

	loop_timer_at(w->loop, &w->timer[0], now, stop, w);
	loop_timer_at(w->loop, &w->timer[0], now + 30, stop, w);
	assert_int_equal(loop_run(w->loop), 0);
	assert_true(clock_mono_ms() >= now + 30);
	assert_int_equal(w->rounds, 1);
}

static void
again(void *arg)
{
	struct world *w = arg;

	if (++w->count == 5)
		loop_stop(w->loop);
	else
		loop_timer_at(w->loop, &w->timer[0], 0, again, w);
}

static void
a_timer_may_set_itself_from_its_call(void **state)
{
	struct world *w = *state;

	loop_timer_at(w->loop, &w->timer[0], 0, again, w);
	assert_int_equal(loop_run(w->loop), 0);
	assert_int_equal(w->count, 5);
}

static void
give_up_on(void *arg)
{
	(void)arg;
	fail();
}

#define MANY 3000

struct many {
	struct world *world;
	struct loop_timer timer[MANY];
	struct due due[MANY];
	uint64_t deadline[MANY];
	bool set[MANY], came[MANY];
	int left;
	uint64_t last;
};

static struct many many;

static void
note_in_order(void *arg)
{
	struct due *d = arg;
	int n = d->number;

	assert_true(many.set[n] && !many.came[n]);
	assert_true(many.deadline[n] >= many.last);
	many.came[n] = true;
	many.last = many.deadline[n];
	if (--many.left == 0)
		loop_stop(d->world->loop);
}

static void
set_one(int n, uint64_t deadline)
{
	many.left += !many.set[n];
	many.set[n] = true;
	many.deadline[n] = deadline;
	loop_timer_at(many.world->loop, &many.timer[n], deadline, note_in_order,
	    &many.due[n]);
}

/* Set, set again and taken off at random, under timers that stay. */
static void
each_of_many_timers_comes_once_and_in_order(void **state)
{
	struct world *w = *state;
	struct loop_timer hours[100] = {0};

	srand(5);
	memset(&many, 0, sizeof many);
	many.world = w;
	for (int i = 0; i < 100; i++)
		loop_timer_at(w->loop, &hours[i],
		    clock_mono_ms() + 3600000 + (uint64_t)i, give_up_on, w);
	for (int i = 0; i < MANY; i++)
		many.due[i] = (struct due){w, i};
	for (int i = 0; i < 8 * MANY; i++) {
		int n = rand() % MANY;

		if (rand() % 4 > 0) {
			set_one(n, 1 + (uint64_t)(rand() % 500));
		} else {
			loop_timer_off(w->loop, &many.timer[n]);
			many.left -= many.set[n];
			many.set[n] = false;
		}
	}
	assert_true(many.left > MANY / 2);
	assert_int_equal(loop_run(w->loop), 0);
	for (int i = 0; i < MANY; i++)
		assert_int_equal(many.came[i], many.set[i]);
	for (int i = 0; i < 100; i++) {
		assert_true(hours[i].active);
		loop_timer_off(w->loop, &hours[i]);
	}
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(only_what_is_ready_is_called_and_then_the_round_ends),
	    TEST(what_was_unwatched_in_a_round_is_not_called_in_it),
	    TEST(a_descriptor_that_was_closed_is_not_watched_any_more),
	    TEST(a_call_may_unwatch_itself),
	    TEST(changed_events_are_what_counts),
	    TEST(watching_a_closed_fd_is_an_error),
	    TEST(timers_come_in_the_order_of_their_deadlines),
	    TEST(a_timer_set_again_keeps_the_later_time_only),
	    TEST(a_timer_may_set_itself_from_its_call),
	    TEST(each_of_many_timers_comes_once_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
