/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority's end of the channel to audit.  Each record is written exactly
 * once, even if audit restarts: then authority reads the log from the last
 * known sequence on, and sends only the missing records again.
 */
#ifndef AUTHORITY_LINK_AUDIT_LINK_H
#define AUTHORITY_LINK_AUDIT_LINK_H

#include <stdbool.h>

#include "gatewayd/authority/link/covered.h"
#include "lib/base/loop.h"
#include "lib/ipc/channel.h"

/* on_disk: the receipt has come.  Else audit could not write the record.  The
 * record is then kept as an error that let nobody in, and is written later.
 * There is no second call. */
typedef void (*audit_call)(void *arg, bool on_disk, uint64_t sequence);

/* The functions that the link calls. */
struct audit_hooks {
	/* Takes each record of the log that the store may not have applied. */
	void (*replay)(void *arg, const struct msg_AUDIT_REPLAY_ANS *);
	void (*ready)(void *arg);
	/* The log contradicts the store; text has the reason and the remedy.
	 * This is the last call. */
	void (*refused)(void *arg, const char *text);
	/* A record is on disk; slot as in audit_append(). */
	void (*written)(
	    void *arg, const struct msg_AUDIT_APPEND_REQ *, int slot);
};

struct audit_pending;

struct audit_link {
	struct channel channel;
	struct loop *loop;
	struct audit_pending *first, **last;
	struct audit_pending *sent_last; /* the last one that was sent */
	struct log_head head;		 /* the last record on disk */
	bool ready;			 /* the log was read: send records */
	bool started;
	bool caught_up; /* the log was read once, from since on */
	uint64_t since; /* reading begins after this record */
	uint64_t next;	/* the next record's sequence; 0: not known yet */
	struct loop_timer company; /* some record is sent with the next one */
	const struct audit_hooks *hooks;
	void *arg;
};

void audit_link_init(struct audit_link *a, struct loop *loop,
    const struct audit_hooks *hooks, void *arg);
/* Takes the first channel or a new one. */
void audit_link_peer(struct audit_link *a, int fd);
/* Reads the log, then calls ready().  The log must have the record of that head
 * and all later ones. */
void audit_link_start(struct audit_link *a, const struct covered *c);

/* Appends a record.  slot is that of the attempt whose final record this is, or
 * -1; written() gets it.  call may be NULL.  -1: no memory; nothing will be
 * written. */
int audit_append(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r,
    int slot, audit_call call, void *arg);
/* The same for a record of an event that has happened already: it is written
 * sooner or later, and call comes only when it is on disk. */
int audit_append_done(struct audit_link *a,
    const struct msg_AUDIT_APPEND_REQ *r, audit_call call, void *arg);
/*
 * The same for a record that nobody waits for, and that is written all the same
 * when authority is killed before it was sent (the file of sessions, the log).
 * It travels with the next record, or alone after a few milliseconds: one
 * message and one sync serve both.
 */
int audit_append_soon(
    struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r);
/* Sends these now, as the role ends. */
void audit_link_flush(struct audit_link *a);
/* The owner of that arg is gone.  Its records are written all the same. */
void audit_forget(struct audit_link *a, void *arg);

#endif
