/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROPOSAL_PROPOSAL_APPLY_H
#define CLI_PROPOSAL_PROPOSAL_APPLY_H

#include <stdbool.h>
#include <sys/types.h>

#include "cli/paths.h"
#include "cli/proposal/bundle_dir.h"
#include "cli/proposal/proposals.h"

/* A proposal that is being applied on this gateway. */
struct proposal_apply {
	struct proposals proposals;
	struct paths_status paths;
	const char *socket;
	bool offline;
	bool json;
	struct bundle_dir dir;
	char reviewer[BUNDLE_NAME_MAX + 1];
	char actor[BUNDLE_NAME_MAX + 1];
	pid_t pid; /* of gatewayd, 0 when it is not running */
};

/* Each of these returns 0, or a cli_status after it has printed the reason. */

/* Finds the gateway, and who asks.  socket and offline are set. */
int proposal_apply_begin(struct proposal_apply *a);
/* Verifies the signatures of dir by the list of its verb. */
int proposal_apply_verify(struct proposal_apply *a);
/* A gateway that runs records it; without one only --offline does. */
int proposal_apply_running(const struct proposal_apply *a);
/* Puts the marks around the verb's apply(), which its apply() calls when
 * nothing is left that could refuse. */
int proposal_apply_once(
    struct proposal_apply *a, int (*apply)(void *arg), void *arg);

/* sallyport proposal apply, which is policy apply too */
int proposal_apply(int argc, char **argv);

#endif
