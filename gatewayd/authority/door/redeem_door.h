/* SPDX-License-Identifier: Apache-2.0 */
/* Where the PAM module comes in: one frame and its answer. */
#ifndef AUTHORITY_DOOR_REDEEM_DOOR_H
#define AUTHORITY_DOOR_REDEEM_DOOR_H

#include "gatewayd/authority/authority.h"

/* Serves one connection at redeem.sock.  Owns the fd.  Only conf.peer_uid may
 * connect. */
void redeem_door_begin(struct authority *all, int fd);

#endif
