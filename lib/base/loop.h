/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop of a role: file descriptors by epoll, timers, and one call at
 * the end of each round.  In that call a role hands on everything that it
 * gathered during the round.
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

/* A watched file descriptor.  The struct lives inside its owner's, and must be
 * zeroed before its first use. */
struct loop_watch {
	int fd;
	loop_watch_fn call;
	void *arg;
	bool active;
};

/*
 * A timer.  The struct lives inside its owner's, and must be zeroed before its
 * first use.  Timers run in the order of their deadlines; equal ones run in the
 * order in which they were set.
 */
struct loop_timer {
	uint64_t deadline; /* clock_mono_ms() */
	loop_fn call;
	void *arg;
	/* private to the loop: a heap.  prev: the sibling before, or parent */
	struct loop_timer *child, *next, *prev;
	uint64_t order;
	bool active;
};

/* NULL with errno. */
struct loop *loop_new(void);
void loop_free(struct loop *l);
/* In a forked child that goes its own way: closes the descriptor, and writes to
 * no memory, since each page of it would be copied. */
void loop_leave(const struct loop *l);
/* Calls `call` when there is something to read from fd.  0, or -1 with errno.
 */
int loop_watch(struct loop *l, struct loop_watch *w, int fd, loop_watch_fn call,
    void *arg);
/* Changes the events of a watch; epoll_ctl(2) has them.  0, or -1 with errno.
 */
int loop_change(struct loop *l, struct loop_watch *w, uint32_t events);
/* Ends a watch at once: its owner may be freed.  Does not close the fd. */
void loop_unwatch(struct loop *l, struct loop_watch *w);
/*
 * Ends a watch, if it is one, and closes its fd.  This saves a system call, as
 * the kernel ends the watch of a file with its last descriptor.  So fd must be
 * the only descriptor of its file: never copied, passed on, or inherited.
 */
void loop_close(struct loop *l, struct loop_watch *w, int fd);

/* Sets the timer, once, to a time of clock_mono_ms(). */
void loop_timer_at(struct loop *l, struct loop_timer *t, uint64_t deadline,
    loop_fn call, void *arg);
void loop_timer_off(struct loop *l, struct loop_timer *t);
/* One that waits is due now.  Nothing happens to one that does not. */
void loop_timer_now(struct loop *l, struct loop_timer *t);

/* Calls `call` after the events of each round, before the loop sleeps. */
void loop_each_round(struct loop *l, loop_fn call, void *arg);

/* Runs until loop_stop().  0, or -1 when epoll_wait(2) fails. */
int loop_run(struct loop *l);
void loop_stop(struct loop *l);

#endif
