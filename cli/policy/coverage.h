/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_COVERAGE_H
#define CLI_POLICY_COVERAGE_H

#include "lib/base/json_write.h"
#include "policy/policy.h"

/* Which rules of a policy match some request of the tables. */
struct coverage;

/* NULL: no memory. */
struct coverage *coverage_new(const struct policy *policy);
void coverage_free(struct coverage *c);

/* Callback of policy_table_tell(): c is a struct coverage. */
void coverage_tried(void *c, const struct policy_request *request);

/* Rules that no request has reached, as text or as members of an object.
 * Returns how many. */
size_t coverage_show(const struct coverage *c, struct json_write *json);

#endif
