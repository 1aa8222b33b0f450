/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_POLICY_RECORD_H
#define AUTHORITY_POLICY_RECORD_H

#include "gatewayd/authority/authority.h"

/*
 * Writes a record of the policy that is in force from now on, with its
 * signatures, or of the fact that no signature is needed.  The log keeps its
 * order, so all logins under this policy come after this record.  -1: no
 * memory.
 */
int policy_record_loaded(struct authority *all, const struct conf_policy *p);

#endif
