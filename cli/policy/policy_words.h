/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_WORDS_H
#define CLI_POLICY_POLICY_WORDS_H

#include <stdbool.h>

#include "policy/policy.h"

/* Only grace is left: the person can enrol a factor, and does not come in. */
bool policy_words_enrols(const struct policy_decision *decision);
/* "permit", "ask", "deny" or "enrol"; and why, which is "grace" for that. */
const char *policy_words_outcome(const struct policy_decision *decision);
const char *policy_words_reason(const struct policy_decision *decision);

#endif
