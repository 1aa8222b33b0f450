/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/common/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "gatewayd/common/clock.h"

#define ROUND 64

struct loop {
	int epoll;
	bool stopping;
	struct loop_timer timers; /* ring; earliest on the right */
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
	l->timers.left = l->timers.right = &l->timers;
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

int
loop_watch(struct loop *l, struct loop_watch *w, int fd, uint32_t events,
    loop_watch_fn call, void *arg)
{
	struct epoll_event e = {.events = events, .data.ptr = w};

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

void
loop_unwatch(struct loop *l, struct loop_watch *w)
{
	if (!w->active)
		return;
	w->active = false;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, w->fd, NULL);
	/* its owner may free it now: forget what this round still holds */
	for (int i = l->event_at; i < l->event_count; i++)
		if (l->events[i].data.ptr == w)
			l->events[i].data.ptr = NULL;
}

void
loop_timer_off(struct loop *l, struct loop_timer *t)
{
	(void)l;
	if (!t->active)
		return;
	t->left->right = t->right;
	t->right->left = t->left;
	t->active = false;
}

void
loop_timer_at(struct loop *l, struct loop_timer *t, uint64_t deadline,
    loop_fn call, void *arg)
{
	struct loop_timer *after;

	loop_timer_off(l, t);
	after = l->timers.left;
	/* most deadlines are the latest so far: search from the far end */
	while (after != &l->timers && after->deadline > deadline)
		after = after->left;
	*t = (struct loop_timer){.deadline = deadline,
	    .call = call,
	    .arg = arg,
	    .left = after,
	    .right = after->right,
	    .active = true};
	after->right->left = t;
	after->right = t;
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

	if (l->timers.right == &l->timers)
		return -1;
	now = clock_mono_ms();
	first = l->timers.right->deadline;
	if (first <= now)
		return 0;
	return first - now > 60000 ? 60000 : (int)(first - now);
}

static void
run_timers(struct loop *l)
{
	uint64_t now;

	if (l->timers.right == &l->timers)
		return;
	now = clock_mono_ms();
	while (
	    l->timers.right != &l->timers && l->timers.right->deadline <= now) {
		struct loop_timer *t = l->timers.right;

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
