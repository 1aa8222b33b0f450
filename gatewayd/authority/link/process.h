/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who a process is, as the parent sees it in /proc: login uid, audit session,
 * and the processes above it, among them the one that opened a session of
 * ours.  None of it is what the process says of itself.
 */
#ifndef AUTHORITY_LINK_PROCESS_H
#define AUTHORITY_LINK_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/table.h"
#include "lib/ipc/messages.h"

struct authority;

struct process {
	bool known; /* false: it has ended; nothing else counts */
	int32_t pid;
	uint32_t login_uid, audit_session; /* WHO_UNSET: nobody has set it */
	size_t ancestor_count;
	int32_t ancestor[ANCESTORS_MAX]; /* its own parent first */
	uint64_t asked_ms;		 /* clock_boot_ms() */
};

typedef void (*process_fn)(void *arg, const struct process *);

/* A question under way; part of its owner, zeroed before first use. */
struct process_question {
	struct table_item item; /* in all->questions */
	struct authority *all;
	uint64_t id;
	int32_t until; /* the caller's: nobody above that pid; 0: all */
	uint64_t asked_ms;
	process_fn answered; /* NULL: it is not under way */
	void *arg;
};

/* Asks the parent; answered is called once, later.  The pidfd stays the
 * caller's.  -1: it cannot be asked, and nothing is called. */
int process_ask(struct authority *all, struct process_question *q, int pidfd,
    process_fn answered, void *arg);
/* Nobody waits for it any more. */
void process_forget(struct process_question *q);
/* from the parent */
void process_answered(
    struct authority *all, const struct msg_PARENT_WHO_ANS *m);

/* Of one login of that uid, as pam_loginuid(8) and the kernel keep them: what
 * outlives its parents inside a session (tmux) has still this. */
bool process_is_of_login(
    const struct process *w, const struct process *opener, uint32_t uid);

#endif
