/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROPOSAL_PROPOSAL_VERB_H
#define CLI_PROPOSAL_PROPOSAL_VERB_H

#include "cli/paths.h"
#include "cli/proposal/bundle_dir.h"
#include "lib/bundle/bundle_verbs.h"

struct proposal_apply;

/* What the command does for a verb.  The list is cli/proposal_verbs.c. */
struct proposal_verb {
	/* The folder of the keys that count; "" if there is none. */
	int (*signers)(char path_r[PATHS_MAX]);
	const char *key; /* its name in gatewayd.conf */
	/* Looks whether it could be applied, before somebody signs.  NULL:
	 * there is nothing to look at. */
	int (*look)(const struct bundle_dir *d);
	/* Does it, once all signatures were verified.  It may have been done in
	 * part before. */
	int (*apply)(struct proposal_apply *a);
};

extern const struct proposal_verb proposal_verbs[BUNDLE_VERB_COUNT];

#endif
