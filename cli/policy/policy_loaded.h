/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_LOADED_H
#define CLI_POLICY_POLICY_LOADED_H

#include "cli/policy/policy_store.h"

/*
 * Adds the policies that came into force in another way than by this command:
 * gatewayd's records of what it loads say so.  list_r and count_r are those of
 * policy_store_history().  Where this user may not read the log, nothing is
 * added, and a line on standard error says so.  0, or a cli_status after it has
 * printed the reason.
 */
int policy_loaded_add(struct policy_applied **list_r, size_t *count_r);

#endif
