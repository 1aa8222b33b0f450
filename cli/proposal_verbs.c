/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_change.h"
#include "cli/policy/policy_try.h"
#include "cli/proposal/proposal_verb.h"

const struct proposal_verb proposal_verbs[BUNDLE_VERB_COUNT] = {
    [BUNDLE_VERB_POLICY] = {paths_signers, "policy-signers", policy_try,
	policy_apply},
    [BUNDLE_VERB_REVIEW] = {paths_signers, "policy-signers", NULL,
	emergency_reviewed},
};
