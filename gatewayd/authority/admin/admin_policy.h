/* SPDX-License-Identifier: Apache-2.0 */
/* The command changes the policy; that somebody did is written down here. */
#ifndef AUTHORITY_ADMIN_ADMIN_POLICY_H
#define AUTHORITY_ADMIN_ADMIN_POLICY_H

#include "gatewayd/authority/admin/admin_parts.h"

const char *admin_policy_take(struct admin *a);
void admin_policy_record(struct admin *a);

#endif
