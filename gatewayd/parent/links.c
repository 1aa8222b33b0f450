/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/links.h"

#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

#define FIRST_MS 100  /* by then a peer that died is known to be dead */
#define AGAIN_MS 1000 /* between two of a pair that does not keep one */

/* login's conversations connect by name; the other pairs get a socket. */
static bool
has_link(enum role a, enum role b)
{
	return a != b && route_pair(a, b) && a != ROLE_LOGIN &&
	       b != ROLE_LOGIN && a != ROLE_PARENT && b != ROLE_PARENT;
}

static struct link *
link_of(struct parent *p, enum role a, enum role b)
{
	return a < b ? &p->link[a][b] : &p->link[b][a];
}

static void
send_peer(struct child *c, enum role peer, uint32_t number, int fd)
{
	struct message m;

	message_init(&m, MSG_PARENT_PEER_NOTE);
	m.u.PARENT_PEER_NOTE.peer = (uint8_t)peer;
	m.u.PARENT_PEER_NOTE.number = number;
	m.fd = fd;
	if (channel_post(&c->control, &m) < 0)
		log_warnx("%s does not take its channel to %s",
		    role_name(c->role), role_name(peer));
}

static void
connect_pair(struct child *a, struct child *b)
{
	struct link *l = link_of(a->parent, a->role, b->role);
	int fds[2];

	loop_timer_off(a->parent->loop, &l->again);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
		log_warn("socketpair");
		return;
	}
	l->a = a;
	l->b = b;
	l->number++;
	l->made_ms = clock_mono_ms();
	if (a->pid > 0)
		send_peer(a, b->role, l->number, fds[0]);
	if (b->pid > 0)
		send_peer(b, a->role, l->number, fds[1]);
	close(fds[0]);
	close(fds[1]);
}

void
links_connect(struct child *c)
{
	for (size_t i = 0; i < role_rows; i++)
		if (has_link(c->role, roles[i].role))
			connect_pair(c, &c->parent->child[roles[i].role]);
}

void
links_connect_all(struct parent *p)
{
	for (size_t i = 0; i < role_rows; i++)
		for (size_t j = i + 1; j < role_rows; j++)
			if (has_link(roles[i].role, roles[j].role))
				connect_pair(&p->child[roles[i].role],
				    &p->child[roles[j].role]);
}

/* Runs, and was not asked to end. */
static bool
is_there(const struct child *c)
{
	return c->pid > 0 && c->state != CHILD_DOWN;
}

static void
on_again(void *arg)
{
	struct link *l = arg;

	if (!is_there(l->a) || !is_there(l->b))
		return;
	log_warnx("the channel between %s and %s has ended, and both go on: "
		  "they get a new one",
	    role_name(l->a->role), role_name(l->b->role));
	connect_pair(l->a, l->b);
}

void
links_lost(struct child *c, const struct msg_PARENT_LOST_NOTE *n)
{
	uint64_t then = clock_mono_ms() + FIRST_MS;
	struct link *l;

	if (n->peer >= ROLE_COUNT || !has_link(c->role, (enum role)n->peer))
		return;
	l = link_of(c->parent, c->role, (enum role)n->peer);
	/* both ends say so, and one of them maybe late */
	if (n->number != l->number || l->again.active || c->parent->stopping)
		return;
	if (then < l->made_ms + AGAIN_MS)
		then = l->made_ms + AGAIN_MS;
	loop_timer_at(c->parent->loop, &l->again, then, on_again, l);
}
