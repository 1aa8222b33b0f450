/* SPDX-License-Identifier: Apache-2.0 */
/* Somebody at admin.sock, or at a socket of people without root. */
#ifndef TESTS_AUTHORITY_WORLD_ADMIN_H
#define TESTS_AUTHORITY_WORLD_ADMIN_H

#include "gatewayd/authority/admin/admin.h"
#include "world.h"

struct world_admin {
	struct channel channel;
	struct message item[4]; /* the first answers */
	struct message answer;	/* the last one */
	unsigned answers;
	bool closed; /* by authority */
};

/* admin_begin(), helpdesk_begin() or auditor_begin() */
typedef void (*world_door)(struct authority *, int);

void world_enter(struct world *w, struct world_admin *c, world_door door);
/* Sends a request, and lets some time pass. */
void world_ask(struct world *w, struct world_admin *c, const struct message *m);
void world_leave(struct world *w, struct world_admin *c);
/* Enters at admin.sock, asks, and stays. */
void world_admin_asks(
    struct world *w, struct world_admin *c, const struct message *m);
/* Enters, asks and leaves.  The status of the answer: enum admin_status. */
int world_asked(struct world *w, world_door door, const struct message *m,
    struct message *answer_r);

#endif
