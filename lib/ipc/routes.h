/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may say what to whom, and when.  A message without a row here is
 * refused by both ends, whatever its bytes.
 */
#ifndef IPC_ROUTES_H
#define IPC_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/ipc/messages.h"
#include "lib/ipc/roles.h"

/* Phases of a channel; every channel begins in PHASE_NEW and its owner moves
 * it on.  A route with PHASE_ANY is open in all of them. */
enum phase {
	PHASE_ANY,
	PHASE_NEW,     /* nothing said yet */
	PHASE_OPENED,  /* an attempt stands, answers are awaited */
	PHASE_DECIDING /* answers are in */
};

struct route {
	enum message_type type;
	enum role from, to;
	enum phase phase;
	size_t max; /* largest encoded size, bytes */
	bool carries_fd;
};

extern const struct route routes[];
extern const size_t route_count;

/* NULL when there is no such route. */
const struct route *route_find(
    enum message_type type, enum role from, enum role to);
/* Does the table name this pair, in either direction? */
bool route_pair(enum role a, enum role b);

#endif
