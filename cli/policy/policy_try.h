/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_TRY_H
#define CLI_POLICY_POLICY_TRY_H

#include "cli/proposal/bundle_dir.h"

/* 0 if the policy of the folder has no errors, its assertions hold and its
 * tables pass.  Else a cli_status after it has printed the reason. */
int policy_try(const struct bundle_dir *d);

#endif
