/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts the roles, gives each pair its channel, starts again what dies, ends
 * them in order.  Listening sockets stay open here meanwhile, so that nobody
 * who connects is lost.
 */
#ifndef PARENT_SUPERVISE_H
#define PARENT_SUPERVISE_H

#include "gatewayd/parent/parent.h"

/* All of them.  -1: one could not even be begun. */
int supervise_start(struct parent *);
/* Children have ended: reap and start them again, or go on with the end. */
void supervise_reap(struct parent *);
/* Ends all in order, then the loop. */
void supervise_stop(struct parent *);
/* Hands every role that runs the configuration in force.  Those that take one
 * at their start only are started again: see roles_row.reload. */
void supervise_reload(struct parent *, const struct conf *old);

#endif
