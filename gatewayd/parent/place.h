/* SPDX-License-Identifier: Apache-2.0 */
/* Directories, sockets and files of the roles, made with the parent's rights.
 */
#ifndef PARENT_PLACE_H
#define PARENT_PLACE_H

#include "gatewayd/parent/parent.h"

/* <runtime>, <state> and what is below them, with owners and modes.  -1: the
 * reason was logged. */
int place_directories(struct parent *p);
/* Binds every socket of role_sockets into parent->socket. */
int place_sockets(struct parent *p);
/* Removes the names of the sockets and the status. */
void place_remove(const struct parent *p);

enum place {
	PLACE_START,
	PLACE_RELOAD, /* its sockets stay as they are */
	PLACE_PROBE   /* no sockets, and nothing of the state directory */
};

/* Sends a role all that is its own, as it was when it was checked: conf, files,
 * sockets; not yet peers. */
int place_hand_over(struct parent *p, const struct checked *from,
    struct child *c, enum place place);

#endif
