/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/authority/world_admin.h"

#include <string.h>
#include <sys/socket.h>

#include "tests/support/unit.h"

static void
on_message(void *arg, struct message *m)
{
	struct world_admin *c = arg;

	if (c->answers < sizeof c->item / sizeof *c->item)
		c->item[c->answers] = *m;
	c->answers++;
	c->answer = *m;
}

static void
on_close(void *arg)
{
	struct world_admin *c = arg;

	c->closed = true;
}

void
world_enter(struct world *w, struct world_admin *c, world_door door)
{
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	memset(c, 0, sizeof *c);
	door(&w->all, fds[0]);
	channel_init(&c->channel, fds[1], ROLE_ADMIN, ROLE_AUTHORITY);
	channel_serve(&c->channel, w->loop, on_message, on_close, c);
}

void
world_ask(struct world *w, struct world_admin *c, const struct message *m)
{
	c->answers = 0;
	assert_int_equal(channel_post(&c->channel, m), 0);
	world_run(w, 20);
}

void
world_leave(struct world *w, struct world_admin *c)
{
	channel_close(&c->channel);
	world_run(w, 5);
}

void
world_admin_asks(
    struct world *w, struct world_admin *c, const struct message *m)
{
	world_enter(w, c, admin_begin);
	world_ask(w, c, m);
}

int
world_asked(struct world *w, world_door door, const struct message *m,
    struct message *answer_r)
{
	static struct world_admin c;

	world_enter(w, &c, door);
	world_ask(w, &c, m);
	world_leave(w, &c);
	*answer_r = c.answer;
	return c.answer.u.ADMIN_HEAD.status;
}
