/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts the roles, gives each pair its channel, restarts a role that ends, and
 * stops all of them in order.  Listening sockets stay open in the parent, so a
 * client that connects during a restart waits and is not refused.
 */
#ifndef PARENT_SUPERVISE_H
#define PARENT_SUPERVISE_H

#include "gatewayd/parent/parent.h"
#include "gatewayd/role/role.h"

/* Starts all roles.  -1: one could not be started. */
int supervise_start(struct parent *p);
/* Reaps children, and starts them again.  During a stop it stops the next one.
 */
void supervise_reap(struct parent *p);
/* Stops all roles in order, then the loop. */
void supervise_stop(struct parent *p);

#endif
