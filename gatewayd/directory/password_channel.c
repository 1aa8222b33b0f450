/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/password_channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

#define PAUSE_MS 100 /* when there are no file descriptors */

struct password_channel {
	struct password_channels *all;
	struct channel channel;
	struct loop_timer life;
	pid_t pid;
	struct password_channel *next, **at; /* of all->first */
};

static void
watch_again(void *arg)
{
	struct password_channels *all = arg;

	loop_change(all->service->loop, &all->listen, EPOLLIN);
}

static void
end(struct password_channel *c)
{
	struct password_channels *all = c->all;

	*c->at = c->next;
	if (c->next != NULL)
		c->next->at = c->at;
	loop_timer_off(all->service->loop, &c->life);
	channel_close(&c->channel);
	free(c);
	if (all->count-- == PASSWORD_CHANNEL_MAX)
		watch_again(all);
}

static void
on_message(void *arg, struct message *m)
{
	struct password_channel *c = arg;
	struct directory_service *service = c->all->service;
	const struct msg_DIRECTORY_PASSWORD_REQ *r =
	    &m->u.DIRECTORY_PASSWORD_REQ;

	if (m->type != MSG_DIRECTORY_PASSWORD_REQ)
		channel_unexpected(&c->channel, m);
	end(c);
	/* the channel wipes the message */
	directory_service_password(
	    service, r->attempt, r->ticket, r->password, r->password_size);
}

static void
on_end(void *arg)
{
	end(arg);
}

/* Is that channel login's, and not one of too many of one process? */
static bool
is_welcome(const struct password_channels *all, int fd, pid_t *pid_r)
{
	struct ucred peer;
	socklen_t size = sizeof peer;
	unsigned count = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
	    (all->peer_uid != 0 && peer.uid != all->peer_uid)) {
		log_warnx("refused a channel that is not login's");
		return false;
	}
	for (const struct password_channel *c = all->first; c != NULL;
	     c = c->next)
		count += c->pid == peer.pid;
	*pid_r = peer.pid;
	return count < PASSWORD_CHANNEL_PROCESS_MAX;
}

static void
begin(struct password_channels *all, int fd)
{
	struct password_channel *c;
	pid_t pid;

	if (!is_welcome(all, fd, &pid) || (c = calloc(1, sizeof *c)) == NULL) {
		close(fd);
		return;
	}
	c->all = all;
	c->pid = pid;
	c->at = &all->first;
	c->next = all->first;
	if (c->next != NULL)
		c->next->at = &c->next;
	all->first = c;
	all->count++;
	channel_init(&c->channel, fd, ROLE_DIRECTORY, ROLE_LOGIN);
	c->channel.accepted = true;
	loop_timer_at(all->service->loop, &c->life,
	    clock_mono_ms() + PASSWORD_CHANNEL_LIFE_MS, on_end, c);
	if (channel_serve(
		&c->channel, all->service->loop, on_message, on_end, c) < 0)
		end(c);
}

static void
on_listen(void *arg, uint32_t events)
{
	struct password_channels *all = arg;
	struct loop *loop = all->service->loop;

	(void)events;
	while (all->count < PASSWORD_CHANNEL_MAX) {
		int fd = accept4(
		    all->listen.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0) {
			begin(all, fd);
			continue;
		}
		if (errno == EAGAIN)
			return;
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		log_warn("accept");
		loop_change(loop, &all->listen, 0);
		loop_timer_at(loop, &all->pause, clock_mono_ms() + PAUSE_MS,
		    watch_again, all);
		return;
	}
	loop_change(loop, &all->listen, 0);
}

int
password_channel_listen(struct password_channels *all,
    struct directory_service *service, int fd, uint32_t peer_uid)
{
	int flags = fcntl(fd, F_GETFL);

	*all = (struct password_channels){
	    .service = service, .peer_uid = peer_uid};
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -1;
	return loop_watch(service->loop, &all->listen, fd, on_listen, all);
}
