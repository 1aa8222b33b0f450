/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, as admin.sock shows and ends them. */
#ifndef AUTHORITY_ADMIN_ADMIN_SESSION_H
#define AUTHORITY_ADMIN_ADMIN_SESSION_H

#include "gatewayd/authority/admin/admin_parts.h"

void admin_session_list(struct admin *a);
/* Answers when its process is gone, or will not go. */
void admin_session_end(struct admin *a);
void admin_session_drop(struct admin *a);

#endif
