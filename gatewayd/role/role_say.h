/* SPDX-License-Identifier: Apache-2.0 */
/* What a role says to the parent, and the channel for it. */
#ifndef ROLE_ROLE_SAY_H
#define ROLE_ROLE_SAY_H

#include <stdbool.h>

#include "lib/ipc/channel.h"

/* The control channel.  A process has one. */
struct channel *role_parent(void);

/* Sends a message to the parent.  If the parent is gone before the role serves,
 * the process ends.  Later the loop notices, and the role ends as at a stop. */
void role_tell_parent(const struct message *m);
/* From now on the role serves. */
void role_say_serving(void);

/* Reports whether the role can do its job.  reason, for a blocked one: the
 * fault and the remedy, as the status of the parent shows them. */
void role_say_state(enum role_state state, const char *reason);

/* Reports whether the role can work with that server.  text: how it works, or
 * the fault and the remedy. */
void role_say_server(
    const char *server, bool works, int64_t worked_ms, const char *text);

#endif
