/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/login/listener.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/login/conversation.h"
#include "gatewayd/role/narrow.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define BURST 16 /* connections taken before the loop goes round */
#define TICK_MS 1000
#define GRACE_MS 15000 /* a conversation may overstay its own deadline */

static void tick_soon(struct listener *l);

static void
reap(struct listener *l)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		seats_leave(l->seats, pid);
		if (WIFSIGNALED(status))
			log_warnx("a conversation ended by signal %d",
			    WTERMSIG(status));
	}
}

static void
kill_older(struct listener *l, uint64_t then)
{
	size_t at = 0;
	pid_t pid;

	while (seats_next_older(l->seats, then, &at, &pid))
		kill(pid, SIGKILL);
}

static void
on_tick(void *arg)
{
	struct listener *l = arg;
	uint64_t now = clock_mono_ms();
	uint64_t stay = (uint64_t)l->conf.deadline + GRACE_MS;

	reap(l);
	seats_sweep(l->seats);
	if (now > stay)
		kill_older(l, now - stay);
	if (l->refused > 0)
		log_warnx("refused %u connections: %zu conversations are open",
		    l->refused, seats_taken(l->seats));
	l->refused = 0;
	if (l->reserve < 0)
		l->reserve = dup(l->fd);
	if (l->paused)
		loop_change(l->loop, &l->watch, EPOLLIN);
	l->paused = false;
	if (seats_taken(l->seats) > 0)
		tick_soon(l);
}

static void
tick_soon(struct listener *l)
{
	if (!l->timer.active)
		loop_timer_at(
		    l->loop, &l->timer, clock_mono_ms() + TICK_MS, on_tick, l);
}

/* In the child: what the listener holds is not the conversation's, and from
 * the first byte of a stranger on it can do no more than converse. */
static _Noreturn void
be_conversation(struct listener *l, int seat, int fd, pid_t listener)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != listener)
		_exit(1);
	loop_leave(l->loop);
	close(l->fd);
	if (l->reserve >= 0)
		close(l->reserve);
	if (l->control >= 0)
		close(l->control);
	if (narrow_enter() < 0) {
		log_warn("sandbox: cannot load the filter of a conversation");
		_exit(1);
	}
	conversation_run(&l->conf, l->seats, seat, fd);
	_exit(0);
}

static bool
is_module(const struct listener *l, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	    peer.uid == l->conf.peer_uid)
		return true;
	log_warnx("login.sock: refused a connection of another user "
		  "than uid %u",
	    l->conf.peer_uid);
	return false;
}

static void
begin(struct listener *l, int fd)
{
	pid_t self = getpid(), pid;
	int seat;

	if (!is_module(l, fd))
		return;
	seat = seats_find(l->seats, l->conf.max_conversations);
	if (seat < 0) {
		/* the module sees the end at once and says unavailable */
		l->refused++;
		tick_soon(l);
		return;
	}
	/* without the handlers of fork(), which write to memory of the child:
	 * there are no other threads whose locks they would set right */
	pid = _Fork();
	if (pid == 0)
		be_conversation(l, seat, fd, self);
	if (pid < 0) {
		log_warn("fork");
		return;
	}
	seats_sit(l->seats, seat, pid, clock_mono_ms());
	if (!l->timer.active)
		loop_timer_at(
		    l->loop, &l->timer, clock_mono_ms() + TICK_MS, on_tick, l);
}

/* Out of fds: take the connection all the same, to let it go. */
static void
turn_away(struct listener *l)
{
	int fd;

	if (l->reserve >= 0)
		close(l->reserve);
	fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		l->refused++;
	}
	l->reserve = dup(l->fd);
	if (fd < 0 || l->reserve < 0) {
		/* the socket stays ready: do not turn on it for ever */
		l->paused = true;
		loop_change(l->loop, &l->watch, 0);
	}
	tick_soon(l);
}

static void
on_connection(void *arg, uint32_t events)
{
	struct listener *l = arg;

	(void)events;
	reap(l);
	for (int i = 0; i < BURST; i++) {
		int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0) {
			begin(l, fd);
			close(fd);
		} else if (errno == EMFILE || errno == ENFILE) {
			turn_away(l);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return;
		}
	}
}

int
listener_start(struct listener *l, struct loop *loop, int fd, int control,
    const struct conf_login *conf)
{
	*l = (struct listener){
	    .loop = loop, .fd = fd, .control = control, .conf = *conf};
	l->reserve = dup(fd);
	l->seats = seats_new();
	if (l->reserve < 0 || l->seats == NULL)
		return -1;
	return loop_watch(loop, &l->watch, fd, on_connection, l);
}

void
listener_configure(struct listener *l, const struct conf_login *conf)
{
	l->conf = *conf;
}

void
listener_stop(struct listener *l)
{
	loop_unwatch(l->loop, &l->watch);
	loop_timer_off(l->loop, &l->timer);
	kill_older(l, UINT64_MAX);
	while (seats_taken(l->seats) > 0) {
		pid_t pid = waitpid(-1, NULL, 0);

		if (pid > 0)
			seats_leave(l->seats, pid);
		else if (errno != EINTR)
			break;
	}
	close(l->fd);
	if (l->reserve >= 0)
		close(l->reserve);
	seats_free(l->seats);
	l->seats = NULL;
	l->fd = l->reserve = -1;
}
