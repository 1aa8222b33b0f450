/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Approvals at admin.sock.  An approval takes effect only after its record is
 * on disk.  A withdrawal takes effect in memory first.  So the log has a record
 * of every approval in force.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_APPROVAL_H
#define AUTHORITY_ADMIN_ADMIN_APPROVAL_H

#include "gatewayd/authority/admin/admin_parts.h"

/* Validate the request.  NULL, or the fault. */
const char *admin_approval_take_give(struct admin *a);
const char *admin_approval_take_withdraw(struct admin *a);

/* Make the change, or list.  The subject is loaded. */
void admin_approval_give(struct admin *a);
void admin_approval_list(struct admin *a);
void admin_approval_withdraw(struct admin *a);

#endif
