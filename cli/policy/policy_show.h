/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_SHOW_H
#define CLI_POLICY_POLICY_SHOW_H

#include <stdbool.h>

#include "cli/policy/policy_table.h"
#include "policy/policy.h"

/* The context of the callbacks. */
struct policy_show {
	bool json;
	unsigned rows_failed;
	int failed; /* output was too large for a line of JSON */
};

/* A decision, as lines for people or as one JSON object. */
int policy_show_decision(const struct policy_decision *decision, bool json);

/* All that was found, each as a line of JSON. */
void policy_show_findings(
    struct policy_show *show, const struct lex_errors *errors);
/* Callback of policy_table_tell(), for JSON. */
void policy_show_row(void *context, const struct policy_table_row *row);

/* Callbacks of policy_explain(), policy_who() and policy_diff(). */
void policy_show_rule(void *context, const struct policy_explanation *rule);
void policy_show_access(void *context, const struct policy_access *access);
void policy_show_difference(
    void *context, const struct policy_difference *difference);

#endif
