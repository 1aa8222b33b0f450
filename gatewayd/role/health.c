/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/health.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/role/role_say.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/loop.h"

#define LOOK_MS 1000
#define LOOK_FIRST_MS 100 /* until it has worked once */

static struct health {
	struct loop *loop;
	const char *(*trouble)(void);
	struct loop_timer timer;
	int64_t worked_ms; /* clock_wall_ms(); 0: not since the start */
	char said[WHY_MAX + 1];
} health;

static void
say(struct health *h, const char *trouble)
{
	struct msg_PARENT_STATE_NOTE *n;
	struct message m;
	bool was = h->said[0] != '\0', is = trouble[0] != '\0';

	snprintf(h->said, sizeof h->said, "%s", trouble);
	message_init(&m, MSG_PARENT_STATE_NOTE);
	n = &m.u.PARENT_STATE_NOTE;
	n->state = is ? ROLE_STATE_BLOCKED : ROLE_STATE_ABLE;
	n->worked_ms = h->worked_ms;
	memcpy(n->reason, h->said, sizeof h->said);
	role_tell_parent(&m);
	if (is && !was)
		log_warnx("it cannot do its job: %s", trouble);
	else if (!is)
		log_info("it can do its job again");
}

static void
look(void *arg)
{
	struct health *h = arg;
	const char *trouble = h->trouble();

	if (trouble == NULL) {
		h->worked_ms = clock_wall_ms();
		trouble = "";
	}
	if (strncmp(trouble, h->said, sizeof h->said - 1) != 0)
		say(h, trouble);
	loop_timer_at(h->loop, &h->timer,
	    clock_mono_ms() + (h->worked_ms > 0 ? LOOK_MS : LOOK_FIRST_MS),
	    look, h);
}

void
role_health(struct loop *loop, const char *(*trouble)(void))
{
	health.loop = loop;
	health.trouble = trouble;
	loop_timer_at(loop, &health.timer, clock_mono_ms(), look, &health);
}

void
role_health_end(void)
{
	if (health.loop != NULL)
		loop_timer_off(health.loop, &health.timer);
}
