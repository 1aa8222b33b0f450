/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_SHOW_H
#define CLI_POLICY_SHOW_H

#include <stdbool.h>

#include "policy/policy.h"

/* A decision, as lines for people or as one JSON object. */
int policy_show_decision(const struct policy_decision *decision, bool json);

/* Callbacks of policy_explain(), policy_who() and policy_diff(). */
void policy_show_rule(void *context, const struct policy_explanation *rule);
void policy_show_access(void *context, const struct policy_access *access);
void policy_show_difference(
    void *context, const struct policy_difference *difference);

/* Their context. */
struct policy_show {
	bool json;
	int failed; /* output was too large for a line of JSON */
};

#endif
