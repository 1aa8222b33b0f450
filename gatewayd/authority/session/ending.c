/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/ending.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/session/session.h"
#include "gatewayd/authority/session/session_file.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define PATIENCE_MS 5000 /* su gives its shell two seconds */
#define AGAIN_MS 60000

static void
tell_parent(struct session *s)
{
	struct message m;

	message_init(&m, MSG_PARENT_END_NOTE);
	memcpy(m.u.PARENT_END_NOTE.session, s->id, sizeof s->id);
	m.u.PARENT_END_NOTE.step = s->ending.step;
	m.fd = s->process.fd;
	if (channel_post(s->all->parent, &m) < 0)
		log_warnx(
		    "session %s: cannot tell the parent to end it", s->id);
}

static void
warn(const struct session *s)
{
	char word[REASON_MAX + 1];

	reason_write(s->ending.reason, word);
	log_warnx("session %s of %s is over (%s), but its process "
		  "still runs: kill it",
	    s->id, s->record.name, word);
}

static void
next_step(void *arg)
{
	struct session *s = arg;
	struct ending *e = &s->ending;

	/* closed by root's own report, and its process goes on for others */
	if (e->closed) {
		session_end(s, e->reason);
		return;
	}
	if (e->step < END_KILL)
		e->step++;
	else
		warn(s);
	tell_parent(s);
	loop_timer_at(s->all->loop, &s->timer,
	    clock_mono_ms() + (e->step < END_KILL ? PATIENCE_MS : AGAIN_MS),
	    next_step, s);
}

void
ending_begin(struct session *s, enum reason reason)
{
	if (s->state != SESSION_OPEN)
		return;
	s->state = SESSION_ENDING;
	s->ending.reason = reason;
	session_stop_lease(s);
	session_file_mark(s->all->session_file, s->id, SESSION_FILE_ENDING,
	    clock_wall_ms(), s->ending.reason);
	next_step(s);
}

static void
on_over(void *arg)
{
	ending_begin(arg, REASON_SESSION_OVER);
}

void
ending_at(struct session *s)
{
	int64_t left = s->ends_ms - clock_wall_ms();

	loop_timer_at(s->all->loop, &s->timer,
	    clock_mono_ms() + (left > 0 ? (uint64_t)left : 0), on_over, s);
}

int
ending_wait(struct session *s, void (*gone)(void *arg), void *arg)
{
	if (s->ending.gone != NULL)
		return -1;
	s->ending.gone = gone;
	s->ending.arg = arg;
	return 0;
}

void
ending_forget(struct session *s)
{
	s->ending.gone = NULL;
}
