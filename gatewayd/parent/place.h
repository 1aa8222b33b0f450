/* SPDX-License-Identifier: Apache-2.0 */
/* Directories, sockets and files of the roles, made with the parent's rights.
 */
#ifndef PARENT_PLACE_H
#define PARENT_PLACE_H

#include "gatewayd/parent/parent.h"

/* Makes <runtime>, <state> and the directories below them, with their owners
 * and modes.  -1: the reason was logged. */
int place_directories(struct parent *p);
/* Binds every socket of role_sockets into parent->socket. */
int place_sockets(struct parent *p);
/* Removes the names of the sockets and the status. */
void place_remove(const struct parent *p);

enum place {
	PLACE_START,
	PLACE_RELOAD, /* the role keeps its sockets */
	PLACE_PROBE   /* without sockets and without the state directory */
};

/* Sends a role its conf, files and sockets, as they were when the configuration
 * was checked.  Channels to peers follow later. */
int place_hand_over(struct parent *p, const struct checked *from,
    struct child *c, enum place place);

#endif
