/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One end of a SOCK_SEQPACKET socket between two roles.  Both ends look every
 * message up in routes.c.  A message without a route closes the channel.
 */
#ifndef IPC_CHANNEL_H
#define IPC_CHANNEL_H

#include "lib/base/loop.h"
#include "lib/ipc/messages.h"
#include "lib/ipc/routes.h"

/* The most messages that wait while the peer's buffer is full.  One more is
 * not taken: who asks hears so at once, and tells those who wait for it. */
#define CHANNEL_QUEUE_MAX 4096

enum channel_result {
	CHANNEL_MESSAGE = 1, /* a message was received */
	CHANNEL_EMPTY,	     /* there is no message now */
	CHANNEL_CLOSED,	     /* end of file or an error of the socket */
	CHANNEL_REFUSED	     /* malformed or without a route: close it */
};

struct channel_item;

/* Zeroed before first use. */
struct channel {
	int fd;
	enum role self, peer;
	enum phase phase;
	/* for channel_serve() only */
	struct loop *loop;
	struct loop_watch watch;
	struct channel_item *first, **last; /* messages not sent yet */
	size_t queued;
	bool one_by_one; /* read the next message only after an answer */
	bool accepted;	 /* fd is of accept4() here: its file has no other */
	bool broken;	 /* by channel_break() */
	bool *gone;	 /* channel_close() inside on_message sets it */
	void (*on_message)(void *arg, struct message *);
	void (*on_close)(void *arg);
	void *arg;
};

/* Makes a channel of fd, which it then owns. */
void channel_init(struct channel *c, int fd, enum role self, enum role peer);
/* Closes the channel and wipes its messages.  A closed channel stays closed. */
void channel_close(struct channel *c);

/*
 * Blocking use, for login's conversations and the sallyport command.  A
 * timeout_ms below 0 waits for ever.  The received message may carry an fd.
 * channel_send() returns 0 or -1.
 */
int channel_send(struct channel *c, const struct message *m);
enum channel_result channel_receive(
    struct channel *c, struct message *m, int timeout_ms);

/*
 * Serves the channel from a loop.  Calls on_message for each message and wipes
 * the message afterwards.  Calls on_close once, when the peer closed the
 * channel, a message was refused, or the queue is full.  The channel is closed
 * by then, and on_close may free its owner.  0, or -1 with errno.
 */
int channel_serve(struct channel *c, struct loop *loop,
    void (*on_message)(void *arg, struct message *),
    void (*on_close)(void *arg), void *arg);
/* Sends a message, or queues it while the socket is full.  -1, and the peer
 * gets nothing of it: the channel is at its end or its queue is full; or the
 * message has no route, which is a bug and is logged. */
int channel_post(struct channel *c, const struct message *m);
/* Posts a message that the peer waits for.  If it cannot be posted, the channel
 * breaks, as nobody may wait for ever. */
void channel_answer(struct channel *c, const struct message *m);
/* The channel is of no more use: nothing is sent or received any more, the peer
 * sees its end, and on_close comes from the loop, later. */
void channel_break(struct channel *c);

/* Calls lost whenever a served channel of this process has ended and neither
 * side was to end it, after its on_close.  NULL: nobody is told. */
void channel_when_lost(void (*lost)(enum role peer));

/* Ends the role.  A reader calls this for a message that routes.c allows and
 * that the reader has no handler for: a bug. */
_Noreturn void channel_unexpected(
    const struct channel *c, const struct message *m);

#endif
