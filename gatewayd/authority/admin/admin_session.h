/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions at admin.sock: listing and ending them. */
#ifndef AUTHORITY_ADMIN_ADMIN_SESSION_H
#define AUTHORITY_ADMIN_ADMIN_SESSION_H

#include "gatewayd/authority/admin/admin_parts.h"

void admin_session_list(struct admin *a);
/* Answers when the session's process is gone, or after some time. */
void admin_session_end(struct admin *a);
void admin_session_drop(struct admin *a);

#endif
