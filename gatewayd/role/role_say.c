/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/role/role_say.h"

#include <stdio.h>

#include "lib/base/log.h"

static struct channel control;
static bool serving;

struct channel *
role_parent(void)
{
	return &control;
}

void
role_say_serving(void)
{
	serving = true;
}

/* A parent that is gone while we serve is seen by the loop, which ends the
 * role as on_control_end() says: that is how gatewayd stops, and no fault. */
void
role_tell_parent(const struct message *m)
{
	if (channel_send(&control, m) < 0 && !serving)
		fatalx("the parent is gone");
}

void
role_say_state(enum role_state state, const char *reason)
{
	struct message m;

	message_init(&m, MSG_PARENT_STATE_NOTE);
	m.u.PARENT_STATE_NOTE.state = (uint8_t)state;
	snprintf(m.u.PARENT_STATE_NOTE.reason,
	    sizeof m.u.PARENT_STATE_NOTE.reason, "%s", reason);
	role_tell_parent(&m);
}

void
role_say_server(
    const char *server, bool works, int64_t worked_ms, const char *text)
{
	struct msg_PARENT_SERVER_NOTE *n;
	struct message m;

	message_init(&m, MSG_PARENT_SERVER_NOTE);
	n = &m.u.PARENT_SERVER_NOTE;
	n->works = works;
	n->worked_ms = worked_ms;
	snprintf(n->server, sizeof n->server, "%s", server);
	snprintf(n->text, sizeof n->text, "%s", text);
	role_tell_parent(&m);
}
