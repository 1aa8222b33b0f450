/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/supervise.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "gatewayd/parent/ancestry.h"
#include "gatewayd/parent/end_session.h"
#include "gatewayd/parent/go.h"
#include "gatewayd/parent/links.h"
#include "gatewayd/parent/place.h"
#include "gatewayd/parent/reload.h"
#include "gatewayd/parent/spawn.h"
#include "gatewayd/parent/status.h"
#include "gatewayd/parent/warnings.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define STEADY_MS 10000 /* then the next start is at once */
#define BACKOFF_FIRST_MS 100
#define BACKOFF_LAST_MS 5000
#define CANNOT_MS 60000 /* then the fault that it reported may be mended */
#define STOP_MS 5000

static void begin(struct child *c);

/* What a role says of itself is one line.  A service manager takes each line
 * for something to do: after "MAINPID=" it would wait for another process. */
static void
take_why(struct child *c, const char *text)
{
	snprintf(c->why, sizeof c->why, "%s", text);
	for (char *at = c->why; *at != '\0'; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
}

static void
on_message(void *arg, struct message *m)
{
	const struct msg_PARENT_READY_NOTE *r = &m->u.PARENT_READY_NOTE;
	struct child *c = arg;

	if (m->type == MSG_PARENT_END_NOTE) {
		end_session(c->parent, m);
		return;
	}
	if (m->type == MSG_PARENT_WHO_REQ) {
		ancestry_answer(c->parent, m);
		return;
	}
	if (m->type == MSG_PARENT_STATE_NOTE) {
		c->able = m->u.PARENT_STATE_NOTE.state;
		take_why(c, m->u.PARENT_STATE_NOTE.reason);
		c->worked_ms = m->u.PARENT_STATE_NOTE.worked_ms;
		status_changed(c->parent);
		return;
	}
	if (m->type == MSG_PARENT_SHOWN_NOTE) {
		warnings_shown(c, &m->u.PARENT_SHOWN_NOTE);
		return;
	}
	if (m->type == MSG_PARENT_SERVER_NOTE) {
		warnings_server(c, &m->u.PARENT_SERVER_NOTE);
		return;
	}
	if (m->type == MSG_PARENT_LOST_NOTE) {
		links_lost(c, &m->u.PARENT_LOST_NOTE);
		return;
	}
	if (m->type != MSG_PARENT_READY_NOTE)
		return;
	if (r->go == GO_START && r->failed) {
		/* the role ends now; a role that serves reports a reason in
		 * this way too */
		c->cannot = c->state == CHILD_STARTING;
		take_why(c, r->text);
		return;
	}
	if (c->awaited == 0 || c->state == CHILD_DOWN)
		return;
	c->awaited--;
	if (r->go == GO_START) {
		c->state = CHILD_READY;
		c->cannot = false;
		c->why[0] = '\0';
	} else if (r->go == GO_STAGE)
		reload_answer(c, r);
	/* the timer runs on as long as an answer is missing */
	if (c->awaited == 0 && c->stage != STAGE_ASKED)
		loop_timer_off(c->parent->loop, &c->timer);
	status_changed(c->parent);
}

/* The role has ended, or broke the protocol.  No message can reach it any more,
 * so it is killed.  SIGCHLD does the rest. */
static void
on_close(void *arg)
{
	struct child *c = arg;

	kill(c->pid, SIGKILL);
}

static void
on_restart(void *arg)
{
	struct child *c = arg;

	/* a role that could not start has not crashed */
	if (!c->cannot)
		c->restarts++;
	begin(c);
	if (c->pid <= 0)
		return;
	links_connect(c);
	go_tell(c, GO_START);
	reload_started(c->parent, c);
}

static void
restart_later(struct child *c)
{
	struct parent *p = c->parent;
	uint64_t now = clock_mono_ms();

	if (c->cannot) {
		loop_timer_at(
		    p->loop, &c->timer, now + CANNOT_MS, on_restart, c);
		return;
	}
	if (now - c->started > STEADY_MS)
		c->backoff = 0;
	loop_timer_at(p->loop, &c->timer, now + c->backoff, on_restart, c);
	c->backoff = c->backoff == 0			? BACKOFF_FIRST_MS
		     : c->backoff * 2 < BACKOFF_LAST_MS ? c->backoff * 2
							: BACKOFF_LAST_MS;
}

/* Starts a process of the role, and gives it its files.  pid 0: that failed. */
static void
begin(struct child *c)
{
	struct parent *p = c->parent;
	int fd;

	c->started = clock_mono_ms();
	c->pid = spawn_role(p->now->conf.gateway.libexec, c->role, &fd);
	if (c->pid < 0)
		goto failed;
	channel_init(&c->control, fd, ROLE_PARENT, c->role);
	if (channel_serve(&c->control, p->loop, on_message, on_close, c) < 0) {
		log_warn("epoll");
		kill(c->pid, SIGKILL);
		return;
	}
	c->state = CHILD_STARTING;
	c->able = ROLE_STATE_ABLE;
	c->worked_ms = 0;
	c->awaited = 0;
	if (place_hand_over(p, p->now, c, PLACE_START) < 0)
		log_warnx("cannot give %s everything that it needs",
		    role_name(c->role));
	return;
failed:
	snprintf(c->why, sizeof c->why, "%s", log_last());
	c->pid = 0;
	restart_later(c);
}

int
supervise_start(struct parent *p)
{
	for (size_t i = 0; i < role_rows; i++) {
		struct child *c = &p->child[roles[i].role];

		*c = (struct child){.parent = p, .role = roles[i].role};
		c->control.fd = -1;
		begin(c);
		if (c->pid <= 0)
			return -1;
	}
	links_connect_all(p);
	for (size_t i = 0; i < role_rows; i++)
		go_tell(&p->child[roles[i].role], GO_START);
	return 0;
}

static void
on_end_deadline(void *arg)
{
	struct child *c = arg;

	log_warnx(
	    "%s does not end by itself: gatewayd kills it", role_name(c->role));
	kill(c->pid, SIGKILL);
}

/* A role finishes when its control channel is closed. */
static void
ask_to_end(struct child *c)
{
	channel_close(&c->control);
	c->state = CHILD_DOWN;
	loop_timer_at(c->parent->loop, &c->timer, clock_mono_ms() + STOP_MS,
	    on_end_deadline, c);
}

/* ---- the end ---- */

/* Stops one role after the other, each with a deadline.  The roles that others
 * need are the last. */
static void
stop_next(struct parent *p)
{
	for (size_t i = role_rows; i-- > 0;) {
		struct child *c = &p->child[roles[i].role];

		loop_timer_off(p->loop, &c->timer);
		if (c->pid <= 0)
			continue;
		ask_to_end(c);
		return;
	}
	loop_stop(p->loop);
}

void
supervise_stop(struct parent *p)
{
	if (p->stopping)
		return;
	p->stopping = true;
	log_info("ending");
	stop_next(p);
}

/* The last messages of a role may still be in its channel. */
static void
hear_out(struct child *c)
{
	struct message m;

	while (c->control.fd >= 0 &&
	       channel_receive(&c->control, &m, 0) == CHANNEL_MESSAGE) {
		if (m.type == MSG_PARENT_READY_NOTE &&
		    m.u.PARENT_READY_NOTE.failed)
			on_message(c, &m);
		message_wipe(&m);
	}
}

static void
say_end(struct child *c, int status)
{
	char text[WHY_MAX + 1];

	if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "was ended by signal %d (%s)%s",
		    WTERMSIG(status), strsignal(WTERMSIG(status)),
		    WTERMSIG(status) == SIGSYS
			? ": its sandbox forbids a system call; the "
			  "role's own line before this one names it"
			: "");
	else
		snprintf(text, sizeof text, "ended with status %d",
		    WEXITSTATUS(status));
	log_warnx("%s %s", role_name(c->role), text);
	if (c->why[0] == '\0')
		memcpy(c->why, text, sizeof text);
}

/* If gatewayd has never served, it ends, so that the service manager or the
 * person who started it sees the reason. */
static void
give_up(struct child *c)
{
	struct parent *p = c->parent;
	char text[WHY_MAX + 64];

	snprintf(text, sizeof text, "STATUS=%s cannot start: %s",
	    role_name(c->role), c->why);
	status_notify(p, text);
	log_warnx("%s", text + sizeof "STATUS=" - 1);
	p->exit_status = EX_CONFIG;
	supervise_stop(p);
}

static void
ended(struct child *c, int status)
{
	struct parent *p = c->parent;
	bool asked = c->state == CHILD_DOWN, ran = c->state == CHILD_READY;

	hear_out(c);
	channel_close(&c->control);
	loop_timer_off(p->loop, &c->timer);
	c->pid = 0;
	c->awaited = 0;
	c->state = CHILD_DOWN;
	if (p->stopping) {
		stop_next(p);
		return;
	}
	if (asked)
		c->backoff = 0;
	else
		say_end(c, status);
	if (c->cannot && !p->served) {
		give_up(c);
		return;
	}
	restart_later(c);
	reload_ended(c, ran);
	status_changed(p);
}

void
supervise_reap(struct parent *p)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (reload_reap(p, pid, status))
			continue;
		for (size_t i = 0; i < role_rows; i++)
			if (p->child[roles[i].role].pid == pid)
				ended(&p->child[roles[i].role], status);
	}
}
