/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/parent/go.h"

#include <signal.h>

#include "gatewayd/parent/roles.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define RELOADED_SECONDS 10

static void
on_ready_deadline(void *arg)
{
	struct child *c = arg;

	log_warnx(
	    "%s was not ready in time: gatewayd ended it", role_name(c->role));
	snprintf(c->why, sizeof c->why, "was not ready in time");
	kill(c->pid, SIGKILL);
}

void
go_tell(struct child *c, enum go go)
{
	unsigned seconds = c->state == CHILD_STARTING
			       ? roles_find(c->role)->ready_seconds
			       : RELOADED_SECONDS;
	struct message m;

	message_init(&m, MSG_PARENT_GO_NOTE);
	m.u.PARENT_GO_NOTE.go = (uint8_t)go;
	m.u.PARENT_GO_NOTE.round = c->parent->reload.round;
	channel_post(&c->control, &m);
	if (go == GO_FORGET)
		return;
	c->awaited++;
	loop_timer_at(c->parent->loop, &c->timer,
	    clock_mono_ms() + seconds * 1000, on_ready_deadline, c);
}
