/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/ipc/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lib/base/log.h"

/* messages read from one peer before the others have their turn */
#define BURST 128

/*
 * What is sent or was received, encoded.  It is static, and one: a process here
 * has one thread, and no function below goes on with it once another one was
 * called.  On the stack every page of it would be touched, used or not (stack
 * clash protection), and a conversation that was just forked pays most for the
 * pages that it writes.  It is wiped after each use.
 */
static uint8_t coded[MESSAGE_MAX];

struct channel_item {
	struct channel_item *next;
	size_t size;
	int fd;
	uint8_t bytes[];
};

static void (*when_lost)(enum role peer);

void
channel_when_lost(void (*lost)(enum role peer))
{
	when_lost = lost;
}

void
channel_init(struct channel *c, int fd, enum role self, enum role peer)
{
	*c = (struct channel){
	    .fd = fd, .self = self, .peer = peer, .phase = PHASE_NEW};
	c->last = &c->first;
}

static void
drop_first(struct channel *c)
{
	struct channel_item *item = c->first;

	c->first = item->next;
	if (c->first == NULL)
		c->last = &c->first;
	c->queued--;
	if (item->fd >= 0)
		close(item->fd);
	explicit_bzero(item->bytes, item->size);
	free(item);
}

void
channel_close(struct channel *c)
{
	if (c->fd < 0 || c->last == NULL)
		return;
	while (c->first != NULL)
		drop_first(c);
	if (c->loop != NULL && c->accepted) {
		loop_close(c->loop, &c->watch, c->fd);
	} else {
		if (c->loop != NULL)
			loop_unwatch(c->loop, &c->watch);
		close(c->fd);
	}
	c->fd = -1;
	if (c->gone != NULL)
		*c->gone = true;
	c->gone = NULL;
}

/* 1 sent, 0 the socket is full, -1 it is broken */
static int
send_bytes(int sock, const uint8_t *bytes, size_t size, int fd)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {
	    .iov_base = (void *)(uintptr_t)bytes, .iov_len = size};
	struct msghdr h = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (fd >= 0) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof control);
		h.msg_control = control.room;
		h.msg_controllen = sizeof control.room;
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	do
		n = sendmsg(sock, &h, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN || errno == ENOBUFS ? 0 : -1;
	return (size_t)n == size ? 1 : -1;
}

/* Into coded: its size, or 0 when this end must not send it. */
static size_t
encode_for(const struct channel *c, const struct message *m)
{
	const struct route *r = route_find(m->type, c->self, c->peer);
	size_t size;

	if (r == NULL || (m->fd >= 0) != r->carries_fd) {
		log_warnx("no route for %s from %s to %s",
		    message_name(m->type), role_name(c->self),
		    role_name(c->peer));
		return 0;
	}
	size = message_encode(m, coded);
	if (size == 0 || size > r->max) {
		log_warnx("%s to %s is over its size", message_name(m->type),
		    role_name(c->peer));
		return 0;
	}
	return size;
}

int
channel_send(struct channel *c, const struct message *m)
{
	size_t size = encode_for(c, m);
	int sent = -1;

	while (size > 0 && c->fd >= 0) {
		struct pollfd p = {.fd = c->fd, .events = POLLOUT};

		sent = send_bytes(c->fd, coded, size, m->fd);
		if (sent != 0)
			break;
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			break;
	}
	explicit_bzero(coded, size);
	return sent == 1 ? 0 : -1;
}

/* The descriptor that came along, -1 for none.  A second one, for which the
 * padding has room, is refused like a cut-off one; none may leak. */
static int
take_fd(struct msghdr *h)
{
	int fd = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL;
	     c = CMSG_NXTHDR(h, c)) {
		size_t size = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t at = 0; at + sizeof fd <= size; at += sizeof fd) {
			if (fd >= 0) {
				close(fd);
				h->msg_flags |= MSG_CTRUNC;
			}
			memcpy(&fd, CMSG_DATA(c) + at, sizeof fd);
		}
	}
	return fd;
}

/* Anybody on the machine could fill the log from token.sock. */
static bool
is_worth_a_line(const struct channel *c)
{
	return c->peer != ROLE_SESSION;
}

static enum channel_result
judge(const struct channel *c, struct message *m, size_t size, int fd)
{
	const struct route *r = route_find(m->type, c->peer, c->self);

	if (r == NULL || size > r->max || (fd >= 0) != r->carries_fd ||
	    (r->phase != PHASE_ANY && r->phase != c->phase)) {
		if (is_worth_a_line(c))
			log_warnx("refused %s from %s", message_name(m->type),
			    role_name(c->peer));
		if (fd >= 0)
			close(fd);
		return CHANNEL_REFUSED;
	}
	m->fd = fd;
	return CHANNEL_MESSAGE;
}

static enum channel_result
receive_now(struct channel *c, struct message *m)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {.iov_base = coded, .iov_len = sizeof coded};
	struct msghdr h = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.room,
	    .msg_controllen = sizeof control.room};
	enum channel_result result;
	ssize_t n;
	int fd;

	do
		n = recvmsg(c->fd, &h, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? CHANNEL_EMPTY : CHANNEL_CLOSED;
	if (n == 0)
		return CHANNEL_CLOSED;
	fd = take_fd(&h);
	if ((h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    message_decode(m, coded, (size_t)n) != 0) {
		if (is_worth_a_line(c))
			log_warnx(
			    "malformed message from %s", role_name(c->peer));
		if (fd >= 0)
			close(fd);
		result = CHANNEL_REFUSED;
	} else {
		result = judge(c, m, (size_t)n, fd);
	}
	explicit_bzero(coded, (size_t)n);
	return result;
}

enum channel_result
channel_receive(struct channel *c, struct message *m, int timeout_ms)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	enum channel_result result;
	int n;

	if (c->fd < 0)
		return CHANNEL_CLOSED;
	result = receive_now(c, m);
	if (result != CHANNEL_EMPTY || timeout_ms == 0)
		return result;
	do
		n = poll(&p, 1, timeout_ms);
	while (n < 0 && errno == EINTR);
	return n <= 0 ? CHANNEL_EMPTY : receive_now(c, m);
}

static void
fail(struct channel *c)
{
	void (*on_close)(void *) = c->on_close;
	enum role peer = c->peer;
	void *arg = c->arg;

	channel_close(c);
	on_close(arg);
	if (when_lost != NULL)
		when_lost(peer);
}

void
channel_break(struct channel *c)
{
	if (c->fd < 0 || c->last == NULL)
		return;
	while (c->first != NULL)
		drop_first(c);
	c->broken = true;
	/* which wakes both ends */
	shutdown(c->fd, SHUT_RDWR);
}

static void
flush_queue(struct channel *c)
{
	while (c->first != NULL) {
		int sent = send_bytes(
		    c->fd, c->first->bytes, c->first->size, c->first->fd);

		if (sent == 0)
			return;
		if (sent < 0) {
			/* what was taken must not be lost in silence */
			channel_break(c);
			break;
		}
		drop_first(c);
	}
	loop_change(c->loop, &c->watch, EPOLLIN);
}

static void
ready(void *arg, uint32_t events)
{
	/* large, and never entered twice: loops do not nest */
	static struct message m;
	struct channel *c = arg;
	bool gone = false;

	if ((events & EPOLLOUT) != 0)
		flush_queue(c);
	if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0)
		return;
	if (c->broken) {
		fail(c);
		return;
	}
	c->gone = &gone;
	for (int i = 0; i < BURST; i++) {
		enum channel_result r = receive_now(c, &m);

		if (r == CHANNEL_EMPTY)
			break;
		if (r != CHANNEL_MESSAGE) {
			fail(c);
			return;
		}
		c->on_message(c->arg, &m);
		message_wipe(&m);
		if (gone)
			return;
		if (c->one_by_one || c->broken)
			break;
	}
	c->gone = NULL;
}

int
channel_serve(struct channel *c, struct loop *loop,
    void (*on_message)(void *, struct message *), void (*on_close)(void *),
    void *arg)
{
	c->loop = loop;
	c->on_message = on_message;
	c->on_close = on_close;
	c->arg = arg;
	return loop_watch(loop, &c->watch, c->fd, ready, c);
}

int
channel_post(struct channel *c, const struct message *m)
{
	struct channel_item *item;
	size_t size;
	int sent = 0;

	if (c->fd < 0 || c->broken)
		return -1;
	size = encode_for(c, m);
	if (size == 0)
		return -1;
	if (c->first == NULL)
		sent = send_bytes(c->fd, coded, size, m->fd);
	if (sent != 0 || c->queued >= CHANNEL_QUEUE_MAX)
		goto out;
	item = calloc(1, sizeof *item + size);
	if (item == NULL)
		goto out;
	item->size = size;
	item->fd = m->fd >= 0 ? fcntl(m->fd, F_DUPFD_CLOEXEC, 0) : -1;
	memcpy(item->bytes, coded, size);
	*c->last = item;
	c->last = &item->next;
	c->queued++;
	loop_change(c->loop, &c->watch, EPOLLIN | EPOLLOUT);
	sent = 1;
out:
	explicit_bzero(coded, size);
	return sent == 1 ? 0 : -1;
}

void
channel_answer(struct channel *c, const struct message *m)
{
	if (channel_post(c, m) == 0 || c->fd < 0 || c->broken)
		return;
	log_warnx("%s does not take %s: its channel ends", role_name(c->peer),
	    message_name(m->type));
	channel_break(c);
}

void
channel_unexpected(const struct channel *c, const struct message *m)
{
	fatalx("%s has no handler for %s from %s", role_name(c->self),
	    message_name(m->type), role_name(c->peer));
}
