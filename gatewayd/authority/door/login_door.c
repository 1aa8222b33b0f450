/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/door/login_door.h"

#include <stdlib.h>
#include <unistd.h>

#include "gatewayd/authority/attempt/course.h"
#include "gatewayd/authority/attempt/login_channel.h"
#include "gatewayd/authority/door/other_version.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

static void
on_silent(void *arg)
{
	login_channel_end(arg);
}

static void
on_close(void *arg)
{
	struct login_channel *c = arg;

	if (c->attempt != NULL)
		course_gone(c->attempt);
	login_channel_end(c);
}

static void
on_message(void *arg, struct message *m)
{
	struct login_channel *c = arg;

	if (m->type == MSG_AUTHORITY_ANSWER_REQ) {
		c->channel.phase = PHASE_DECIDING;
		course_answer(c->attempt, &m->u.AUTHORITY_ANSWER_REQ);
		return;
	}
	if (m->type == MSG_AUTHORITY_VERSION_NOTE) {
		other_version_record(
		    c->all, m->u.AUTHORITY_VERSION_NOTE.version);
		login_channel_end(c);
		return;
	}
	if (m->type != MSG_AUTHORITY_OPEN_REQ)
		channel_unexpected(&c->channel, m);
	loop_timer_off(c->all->loop, &c->silent);
	/* one attempt per conversation: no route is open until it is asked */
	c->channel.phase = PHASE_DECIDING;
	c->attempt = course_open(c->all, c, &m->u.AUTHORITY_OPEN_REQ);
	if (c->attempt == NULL)
		login_channel_result(c, RESULT_UNAVAILABLE, NULL);
}

void
login_door_begin(struct authority *all, int fd)
{
	struct login_channel *c = calloc(1, sizeof *c);

	if (c == NULL) {
		close(fd);
		return;
	}
	c->all = all;
	channel_init(&c->channel, fd, ROLE_AUTHORITY, ROLE_LOGIN);
	c->channel.one_by_one = c->channel.accepted = true;
	if (channel_serve(&c->channel, all->loop, on_message, on_close, c) <
	    0) {
		log_warn("epoll");
		login_channel_end(c);
		return;
	}
	/* an attempt has its deadline; who opens none has this one */
	loop_timer_at(all->loop, &c->silent,
	    clock_mono_ms() + all->conf.attempt_deadline, on_silent, c);
}
