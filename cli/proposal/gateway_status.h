/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROPOSAL_GATEWAY_STATUS_H
#define CLI_PROPOSAL_GATEWAY_STATUS_H

#include <sys/types.h>

#include "cli/paths.h"

/* The process of gatewayd, 0 when it is not running. */
pid_t gateway_pid(const struct paths_status *paths);
/* Has gatewayd reload, and waits until it says that the policy of this bundle
 * is in force.  0, or a cli_status after it has printed the reason.  pid 0:
 * there is nobody to tell. */
int gateway_take(const struct paths_status *paths, pid_t pid, const char *hash);

#endif
