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

/* messages that wait when the peer's buffer is full; more is its failure */
#define CHANNEL_QUEUE_MAX 4096

enum channel_result {
	CHANNEL_MESSAGE = 1, /* one was received */
	CHANNEL_EMPTY,	     /* nothing there now */
	CHANNEL_CLOSED,	     /* end of file or an error of the socket */
	CHANNEL_REFUSED	     /* malformed, or no route: close it */
};

struct channel_item;

/* Zeroed before first use. */
struct channel {
	int fd;
	enum role self, peer;
	enum phase phase;
	/* the parts below are used only with channel_serve() */
	struct loop *loop;
	struct loop_watch watch;
	struct channel_item *first, **last; /* not yet sent */
	size_t queued;
	bool one_by_one; /* the peer waits for each answer: read no further */
	bool *gone;	 /* set by channel_close() inside on_message */
	void (*on_message)(void *arg, struct message *);
	void (*on_close)(void *arg);
	void *arg;
};

/* Takes the fd over. */
void channel_init(struct channel *c, int fd, enum role self, enum role peer);
/* Closes and wipes; nothing happens on a channel that is closed already. */
void channel_close(struct channel *c);

/* Blocking use: login's conversations and the sallyport command.
 * timeout_ms < 0 waits for ever.  channel_receive's message may carry an fd. */
int channel_send(struct channel *c, const struct message *m);
enum channel_result channel_receive(
    struct channel *c, struct message *m, int timeout_ms);

/* In a loop: on_message for each message; on_close once, when the channel
 * is at its end, was refused or could not take more (it is closed by then, and
 * its owner may be freed inside).  The message is wiped after on_message. */
int channel_serve(struct channel *c, struct loop *loop,
    void (*on_message)(void *arg, struct message *),
    void (*on_close)(void *arg), void *arg);
/* Queues what the socket does not take now.  -1: no such route (a broken
 * invariant, logged) or the channel is closed. */
int channel_post(struct channel *c, const struct message *m);

/* For a message that its reader has no handler for, though routes.c lets it
 * in: a broken invariant, which ends the role. */
_Noreturn void channel_unexpected(
    const struct channel *, const struct message *);

#endif
