/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/base/clock.h"

#define ROUND 64

struct loop {
	int epoll;
	bool stopping;
	struct loop_timer *timers; /* heap; the earliest is its root */
	uint64_t timers_set;
	loop_fn round_call;
	void *round_arg;
	struct epoll_event events[ROUND];
	int event_count, event_at;
};

struct loop *
loop_new(void)
{
	struct loop *l = calloc(1, sizeof *l);

	if (l == NULL)
		return NULL;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0) {
		free(l);
		return NULL;
	}
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	close(l->epoll);
	free(l);
}

void
loop_leave(const struct loop *l)
{
	close(l->epoll);
}

int
loop_watch(
    struct loop *l, struct loop_watch *w, int fd, loop_watch_fn call, void *arg)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = w};

	*w = (struct loop_watch){.fd = fd, .call = call, .arg = arg};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		return -1;
	w->active = true;
	return 0;
}

int
loop_change(struct loop *l, struct loop_watch *w, uint32_t events)
{
	struct epoll_event e = {.events = events, .data.ptr = w};

	return epoll_ctl(l->epoll, EPOLL_CTL_MOD, w->fd, &e);
}

/* Its owner may free it now: forgets what this round still holds. */
static void
forget(struct loop *l, struct loop_watch *w)
{
	w->active = false;
	for (int i = l->event_at; i < l->event_count; i++)
		if (l->events[i].data.ptr == w)
			l->events[i].data.ptr = NULL;
}

void
loop_unwatch(struct loop *l, struct loop_watch *w)
{
	if (!w->active)
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	forget(l, w);
}

void
loop_close(struct loop *l, struct loop_watch *w, int fd)
{
	if (w->active)
		forget(l, w);
	close(fd);
}

/*
 * A pairing heap: a timer is set and taken off in about the same time however
 * many there are, be it a minute's among the hours of thousands of sessions.
 */
static bool
before(const struct loop_timer *a, const struct loop_timer *b)
{
	return a->deadline != b->deadline ? a->deadline < b->deadline
					  : a->order < b->order;
}

/* Two heaps, either may be NULL, to one. */
static struct loop_timer *
meld(struct loop_timer *a, struct loop_timer *b)
{
	if (a == NULL || b == NULL)
		return a == NULL ? b : a;
	if (before(b, a)) {
		struct loop_timer *t = a;

		a = b;
		b = t;
	}
	b->next = a->child;
	if (b->next != NULL)
		b->next->prev = b;
	b->prev = a;
	a->child = b;
	return a;
}

/* What hangs below a timer that goes: in pairs, then all to one. */
static struct loop_timer *
meld_siblings(struct loop_timer *first)
{
	struct loop_timer *pairs = NULL, *all = NULL;

	while (first != NULL) {
		struct loop_timer *a = first, *b = a->next, *pair;

		first = b == NULL ? NULL : b->next;
		a->next = a->prev = NULL;
		if (b != NULL)
			b->next = b->prev = NULL;
		pair = meld(a, b);
		pair->next = pairs;
		pairs = pair;
	}
	while (pairs != NULL) {
		struct loop_timer *pair = pairs;

		pairs = pair->next;
		pair->next = NULL;
		all = meld(all, pair);
	}
	return all;
}

void
loop_timer_off(struct loop *l, struct loop_timer *t)
{
	struct loop_timer *below;

	if (!t->active)
		return;
	t->active = false;
	below = meld_siblings(t->child);
	if (t == l->timers) {
		l->timers = below;
		return;
	}
	if (t->prev->child == t)
		t->prev->child = t->next;
	else
		t->prev->next = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
	l->timers = meld(l->timers, below);
}

void
loop_timer_at(struct loop *l, struct loop_timer *t, uint64_t deadline,
    loop_fn call, void *arg)
{
	loop_timer_off(l, t);
	*t = (struct loop_timer){.deadline = deadline,
	    .call = call,
	    .arg = arg,
	    .order = l->timers_set++,
	    .active = true};
	l->timers = meld(l->timers, t);
}

void
loop_timer_now(struct loop *l, struct loop_timer *t)
{
	if (t->active)
		loop_timer_at(l, t, clock_mono_ms(), t->call, t->arg);
}

void
loop_each_round(struct loop *l, loop_fn call, void *arg)
{
	l->round_call = call;
	l->round_arg = arg;
}

static int
next_timeout(const struct loop *l)
{
	uint64_t now, first;

	if (l->timers == NULL)
		return -1;
	now = clock_mono_ms();
	first = l->timers->deadline;
	if (first <= now)
		return 0;
	return first - now > 60000 ? 60000 : (int)(first - now);
}

static void
run_timers(struct loop *l)
{
	uint64_t now;

	if (l->timers == NULL)
		return;
	now = clock_mono_ms();
	while (l->timers != NULL && l->timers->deadline <= now) {
		struct loop_timer *t = l->timers;

		loop_timer_off(l, t);
		t->call(t->arg);
	}
}

int
loop_run(struct loop *l)
{
	while (!l->stopping) {
		int n = epoll_wait(l->epoll, l->events, ROUND, next_timeout(l));

		if (n < 0 && errno != EINTR)
			return -1;
		l->event_count = n < 0 ? 0 : n;
		l->event_at = 0;
		while (l->event_at < l->event_count) {
			struct epoll_event *e = &l->events[l->event_at++];
			struct loop_watch *w = e->data.ptr;

			if (w != NULL && w->active)
				w->call(w->arg, e->events);
		}
		run_timers(l);
		if (l->round_call != NULL)
			l->round_call(l->round_arg);
	}
	l->stopping = false;
	return 0;
}

void
loop_stop(struct loop *l)
{
	l->stopping = true;
}
