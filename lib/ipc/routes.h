/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of routes: which role may send which message to which role, and
 * when.  Both ends refuse a message that has no row in it, whatever its bytes.
 */
#ifndef IPC_ROUTES_H
#define IPC_ROUTES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/ipc/messages.h"
#include "lib/ipc/roles.h"

/* The phases of a channel.  Every channel begins in PHASE_NEW, and its owner
 * sets the later ones.  A route with PHASE_ANY is open in every phase. */
enum phase {
	PHASE_ANY,
	PHASE_NEW,     /* no message yet */
	PHASE_OPENED,  /* the attempt is open and waits for answers */
	PHASE_DECIDING /* the answers have come */
};

struct route {
	enum message_type type;
	enum role from, to;
	enum phase phase;
	size_t max; /* bytes of the largest message, encoded */
	bool carries_fd;
};

extern const struct route routes[];
extern const size_t route_count;

/* The row for this message between these roles, or NULL. */
const struct route *route_find(
    enum message_type type, enum role from, enum role to);
/* True if the table has a row for this pair, in either direction. */
bool route_pair(enum role a, enum role b);

#endif
