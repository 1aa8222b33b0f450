/* SPDX-License-Identifier: Apache-2.0 */
/* A person at admin.sock: tries, attempts, and the end of a lockout. */
#ifndef AUTHORITY_ADMIN_ADMIN_USER_H
#define AUTHORITY_ADMIN_ADMIN_USER_H

#include "gatewayd/authority/admin/admin_parts.h"

void admin_user_show(struct admin *a);
void admin_user_attempts(struct admin *a);
/* Ends a lockout.  The record is the change: a later start reads the log. */
void admin_user_unlock(struct admin *a);

#endif
