/* SPDX-License-Identifier: Apache-2.0 */
/*
 * authority's end of the channel to audit.  A record handed over here is
 * written once, whatever happens to audit: after a restart the log is read
 * from the last known sequence on, and only what is not there is sent again.
 */
#ifndef AUTHORITY_LINK_AUDIT_LINK_H
#define AUTHORITY_LINK_AUDIT_LINK_H

#include <stdbool.h>

#include "lib/base/loop.h"
#include "lib/ipc/channel.h"

/* on_disk: the receipt is there.  Otherwise audit could not write it; the
 * record is then kept, as an error that let nobody in, until it can, and
 * there is no second call. */
typedef void (*audit_call)(void *arg, bool on_disk, uint64_t sequence);
/* each record that the log holds and the store may not know of */
typedef void (*audit_replay)(void *arg, const struct msg_AUDIT_REPLAY_ANS *);
typedef void (*audit_ready)(void *arg);

struct audit_pending;

struct audit_link {
	struct channel channel;
	struct loop *loop;
	struct audit_pending *first, **last;
	struct audit_pending *sent_last; /* sent up to here, on this channel */
	uint64_t sequence;		 /* last one known to be on disk */
	bool ready;			 /* the log was read, records may go */
	bool started;
	uint64_t overlap;    /* of the first reading: before sequence */
	struct slots *slots; /* of open attempts */
	struct keep *keep;   /* of open sessions */
	audit_replay on_replay;
	audit_ready on_ready;
	void *arg;
};

void audit_link_init(struct audit_link *, struct loop *, struct slots *,
    struct keep *, audit_replay, audit_ready, void *arg);
/* the first channel or a new one */
void audit_link_peer(struct audit_link *, int fd);
/* Reads the log, then calls on_ready.  known is a record that must be there;
 * the overlap records up to it are read as well as those after it. */
void audit_link_start(struct audit_link *, uint64_t known, uint64_t overlap);

/* slot: of the attempt whose final record this is, cleared when the record is
 * on disk; -1 for none.  call may be NULL.  -1: no memory, nothing was taken
 * over. */
int audit_append(struct audit_link *, const struct msg_AUDIT_APPEND_REQ *,
    int slot, audit_call, void *arg);
/* The caller of that arg is gone; its records are written all the same. */
void audit_forget(struct audit_link *, void *arg);

#endif
