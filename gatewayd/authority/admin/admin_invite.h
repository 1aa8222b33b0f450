/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations at admin.sock. */
#ifndef AUTHORITY_ADMIN_ADMIN_INVITE_H
#define AUTHORITY_ADMIN_ADMIN_INVITE_H

#include "gatewayd/authority/admin/admin_parts.h"

/* Invites the subject, which is loaded.  It must have no credential at all. */
void admin_invite(struct admin *a);
/* Sends one FACTORS_ANS if there is an invitation. */
void admin_invite_list(struct admin *a);
/* True if the request names the invitation and not a credential. */
bool admin_invite_is_meant(const struct admin *a);

#endif
