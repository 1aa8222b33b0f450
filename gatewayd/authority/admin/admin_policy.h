/* SPDX-License-Identifier: Apache-2.0 */
/* Records a step in a change of the policy, which the command makes itself. */
#ifndef AUTHORITY_ADMIN_ADMIN_POLICY_H
#define AUTHORITY_ADMIN_ADMIN_POLICY_H

#include "gatewayd/authority/admin/admin_parts.h"

const char *admin_policy_take(struct admin *a);
void admin_policy_record(struct admin *a);

#endif
