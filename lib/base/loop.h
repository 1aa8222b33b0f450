/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one event loop of a role: epoll, deadlines, and one call at the end of
 * each round, where a role hands on all that the round has gathered.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>

struct loop;

/* events: EPOLLIN, EPOLLOUT, EPOLLHUP, ... */
typedef void (*loop_watch_fn)(void *arg, uint32_t events);
typedef void (*loop_fn)(void *arg);

/* Lives inside its owner's struct; zeroed before first use. */
struct loop_watch {
	int fd;
	loop_watch_fn call;
	void *arg;
	bool active;
};

/* A deadline; in a heap ordered by time, then by the order of setting.  Zeroed
 * before first use. */
struct loop_timer {
	uint64_t deadline; /* clock_mono_ms() */
	loop_fn call;
	void *arg;
	/* the loop's own; prev: the sibling before, or the parent */
	struct loop_timer *child, *next, *prev;
	uint64_t order;
	bool active;
};

struct loop *loop_new(void); /* NULL: errno */
void loop_free(struct loop *l);
/* events as for epoll_ctl(2); -1: errno */
int loop_watch(struct loop *l, struct loop_watch *w, int fd, uint32_t events,
    loop_watch_fn call, void *arg);
int loop_change(struct loop *l, struct loop_watch *w, uint32_t events);
/* Does not close the fd.  No later event of this round reaches the watch. */
void loop_unwatch(struct loop *l, struct loop_watch *w);

void loop_timer_at(struct loop *l, struct loop_timer *t, uint64_t deadline,
    loop_fn call, void *arg);
void loop_timer_off(struct loop *l, struct loop_timer *t);

/* called after the events of each round, before the loop sleeps */
void loop_each_round(struct loop *l, loop_fn call, void *arg);

/* Until loop_stop(); -1 when epoll_wait fails. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

#endif
