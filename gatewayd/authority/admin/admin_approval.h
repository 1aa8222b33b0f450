/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Approvals at admin.sock.  One is given only when the record that says so is
 * on disk, and withdrawn in memory before anything else: the log never knows
 * less than what is in force.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_APPROVAL_H
#define AUTHORITY_ADMIN_ADMIN_APPROVAL_H

#include "gatewayd/authority/admin/admin_parts.h"

/* The form of the request; NULL, or what is wrong with it. */
const char *admin_approval_take_give(struct admin *a);
const char *admin_approval_take_withdraw(struct admin *a);

/* The subject is there: makes the change, or lists. */
void admin_approval_give(struct admin *a);
void admin_approval_list(struct admin *a);
void admin_approval_withdraw(struct admin *a);

#endif
