/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/door/login_peers.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "gatewayd/authority/link/peer.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

struct login_peer {
	struct table_item item;
	struct authority *all;
	pid_t pid;
	struct loop_watch process; /* pidfd: readable when it has ended */
};

static void
forget(struct login_peer *t)
{
	loop_unwatch(t->all->loop, &t->process);
	close(t->process.fd);
	table_remove(&t->all->login_peers, &t->item);
	free(t);
}

static void
on_process_end(void *arg, uint32_t events)
{
	(void)events;
	forget(arg);
}

/* Until the process ends: its number is nobody else's for as long. */
static int
remember(struct authority *all, const struct peer *peer)
{
	struct login_peer *t = calloc(1, sizeof *t);

	if (t == NULL) {
		log_warn("cannot watch the process of a conversation");
		goto bad;
	}
	t->all = all;
	t->pid = peer->cred.pid;
	if (table_add(&all->login_peers, &t->item, &t->pid, sizeof t->pid, t) <
	    0)
		goto bad;
	if (loop_watch(all->loop, &t->process, peer->pidfd, on_process_end, t) <
	    0) {
		log_warn("epoll");
		table_remove(&all->login_peers, &t->item);
		goto bad;
	}
	return 0;
bad:
	close(peer->pidfd);
	free(t);
	return -1;
}

/* Whoever does this may do it often: a line a second is enough. */
static void
complain(struct authority *all)
{
	uint64_t now = clock_mono_ms();

	all->login_peers_refused.count++;
	if (now < all->login_peers_refused.next)
		return;
	log_warnx("refused %u attempts of conversations that had "
		  "opened one already",
	    all->login_peers_refused.count);
	all->login_peers_refused.count = 0;
	all->login_peers_refused.next = now + 1000;
}

int
login_peers_admit(struct authority *all, int fd)
{
	struct login_peer *before;
	struct peer peer;

	if (peer_open(fd, &peer) < 0) {
		if (errno != ESRCH)
			log_warn("cannot watch the process of a conversation");
		return -1;
	}
	before = table_find(&all->login_peers, &peer.cred.pid, sizeof(pid_t));
	/* its end may be known to the kernel already and not to us: then the
	 * number is another process's */
	if (before != NULL && peer_is_alive(before->process.fd)) {
		complain(all);
		close(peer.pidfd);
		return -1;
	}
	if (before != NULL)
		forget(before);
	return remember(all, &peer);
}
