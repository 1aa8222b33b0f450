/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Production mode: with policy-signers in gatewayd.conf, a policy can be in
 * force only if its author and a reviewer have signed every file of it.
 */
#ifndef PARENT_REVIEWED_H
#define PARENT_REVIEWED_H

#include <stddef.h>
#include <stdint.h>

#include "lib/bundle/bundle.h"

struct lex_errors;
struct policy_source;

struct reviewed {
	/* of the proposal; without policy-signers of the files, and the rest is
	 * empty */
	char bundle[BUNDLE_HASH_TEXT];
	char author[BUNDLE_NAME_MAX + 1];
	char reviewer[BUNDLE_NAME_MAX + 1];
	char reference[BUNDLE_NAME_MAX + 1];
	int64_t time_unix; /* when it was proposed */
};

/* Which policy: a directory, and its files as they were read, named by their
 * paths. */
struct reviewed_policy {
	const char *directory;
	const struct policy_source *sources;
	size_t count;
};

/*
 * Verifies the signatures of a policy.  Every fault goes to errors; faults of
 * the signers' keys are labelled with config.
 */
void reviewed_check(struct reviewed *r, const struct reviewed_policy *policy,
    const char *signers, const char *config, struct lex_errors *errors);

/* Without policy-signers: names the policy by its files, so that records and
 * the history tell one from another. */
void reviewed_none(struct reviewed *r, const struct reviewed_policy *policy,
    const char *config, struct lex_errors *errors);

#endif
