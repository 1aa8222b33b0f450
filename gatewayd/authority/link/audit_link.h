/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority's end of the channel to audit.  A record handed over here is
 * written once, whatever happens to audit: after a restart the log is read
 * from the last known sequence on, and only what is not there is sent again.
 */
#ifndef AUTHORITY_LINK_AUDIT_LINK_H
#define AUTHORITY_LINK_AUDIT_LINK_H

#include <stdbool.h>

#include "gatewayd/authority/link/covered.h"
#include "lib/base/loop.h"
#include "lib/ipc/channel.h"

/* on_disk: the receipt is there.  Otherwise audit could not write it; the
 * record is then kept, as an error that let nobody in, until it can, and
 * there is no second call. */
typedef void (*audit_call)(void *arg, bool on_disk, uint64_t sequence);

/* What the rest of authority does when the channel has something to say. */
struct audit_hooks {
	/* each record that the log holds and the store may not know of */
	void (*replay)(void *arg, const struct msg_AUDIT_REPLAY_ANS *);
	void (*ready)(void *arg);
	/* The log is not the one that the store knows: why, and what to do.
	 * There is no other call after it. */
	void (*refused)(void *arg, const char *text);
	/* a record of ours is on disk; slot as in audit_append() */
	void (*written)(
	    void *arg, const struct msg_AUDIT_APPEND_REQ *, int slot);
};

struct audit_pending;

struct audit_link {
	struct channel channel;
	struct loop *loop;
	struct audit_pending *first, **last;
	struct audit_pending *sent_last; /* sent up to here, on this channel */
	struct log_head head;		 /* last one known to be on disk */
	bool ready;			 /* the log was read, records may go */
	bool started;
	bool caught_up; /* it was read once, from since on */
	uint64_t since; /* where that reading begins: after this record */
	uint64_t next;	/* record that is to come; 0: not known yet */
	const struct audit_hooks *hooks;
	void *arg;
};

void audit_link_init(struct audit_link *a, struct loop *loop,
    const struct audit_hooks *hooks, void *arg);
/* the first channel or a new one */
void audit_link_peer(struct audit_link *a, int fd);
/* Reads the log, then calls on_ready.  It must have the record of that head,
 * and all that come after it. */
void audit_link_start(struct audit_link *a, const struct covered *c);

/* slot: of the attempt whose final record this is, -1 for none; written() gets
 * it.  call may be NULL.  -1: no memory, nothing was taken
 * over. */
int audit_append(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r,
    int slot, audit_call call, void *arg);
/* The same for a record of what has happened, which nothing can refuse: call
 * comes when it is on disk, and never otherwise. */
int audit_append_done(struct audit_link *a,
    const struct msg_AUDIT_APPEND_REQ *r, audit_call call, void *arg);
/* The caller of that arg is gone; its records are written all the same. */
void audit_forget(struct audit_link *a, void *arg);

#endif
