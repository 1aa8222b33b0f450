/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_SHOW_H
#define CLI_POLICY_POLICY_SHOW_H

#include "cli/items.h"
#include "cli/policy/policy_table.h"
#include "policy/policy.h"

/* The context of the callbacks. */
struct policy_show {
	struct json_write *json; /* the answer for scripts; NULL: for people */
	struct items items;	 /* of policy_who() */
	unsigned rows_failed;
};

/* A decision, as lines for people or as members of the answer. */
void policy_show_decision(
    const struct policy_show *show, const struct policy_decision *decision);

/* All that was found, as a member of the answer. */
void policy_show_findings(
    const struct policy_show *show, const struct lex_errors *errors);
/* Callback of policy_table_tell(), for JSON. */
void policy_show_row(void *context, const struct policy_table_row *row);

/* Callbacks of policy_explain(), policy_who() and policy_diff(). */
void policy_show_rule(void *context, const struct policy_explanation *rule);
void policy_show_access(void *context, const struct policy_access *access);
void policy_show_difference(
    void *context, const struct policy_difference *difference);

#endif
