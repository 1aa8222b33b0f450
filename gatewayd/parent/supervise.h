/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts the roles, gives each pair its channel, starts again what dies, ends
 * them in order.  Listening sockets stay open here meanwhile, so that nobody
 * who connects is lost.
 */
#ifndef PARENT_SUPERVISE_H
#define PARENT_SUPERVISE_H

#include "gatewayd/parent/parent.h"
#include "gatewayd/role/role.h"

/* All of them.  -1: one could not even be begun. */
int supervise_start(struct parent *p);
/* Children have ended: reap and start them again, or go on with the end. */
void supervise_reap(struct parent *p);
/* Ends all in order, then the loop. */
void supervise_stop(struct parent *p);
/* A configuration is in force that may mend what kept a role from starting. */
void supervise_mended(struct parent *p);
/* Tells it so; an answer is awaited, but for GO_FORGET, and whoever is late is
 * ended. */
void supervise_go(struct child *c, enum go go);

#endif
