/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, as admin.sock shows and ends them. */
#ifndef AUTHORITY_ADMIN_SESSION_H
#define AUTHORITY_ADMIN_SESSION_H

#include "gatewayd/authority/authority.h"

struct admin;

/* Every open session, then the end of the list.  -1: the channel does not
 * take all of it. */
int admin_session_list(struct authority *, struct channel *);
/* Answers when its process is gone, or will not go. */
void admin_session_end(struct admin *, const struct msg_ADMIN_END_REQ *);

#endif
