/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The channels from role to role.  The parent makes both ends of each: when a
 * role starts, and when a channel has ended while both roles live.
 */
#ifndef PARENT_LINKS_H
#define PARENT_LINKS_H

#include "gatewayd/parent/parent.h"

/* Gives that role a new channel to each of its peers, and its end to each peer
 * that runs. */
void links_connect(struct child *c);
/* The same for all pairs, once each. */
void links_connect_all(struct parent *p);
/* From a role.  A channel that was replaced already stays as it is, and so
 * does the peer's part if it does not run: its start brings a channel. */
void links_lost(struct child *c, const struct msg_PARENT_LOST_NOTE *n);

#endif
