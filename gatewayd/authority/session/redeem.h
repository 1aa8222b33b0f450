/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_SESSION_REDEEM_H
#define AUTHORITY_SESSION_REDEEM_H

#include "gatewayd/authority/authority.h"

/* One connection of the PAM module at redeem.sock: a frame, its answer, the
 * end.  Takes the fd.  Only conf.peer_uid may connect. */
void redeem_begin(struct authority *, int fd);

#endif
