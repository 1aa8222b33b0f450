/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_ATTRIBUTES_H
#define POLICY_VALUE_ATTRIBUTES_H

#include "policy/model.h"

/* Why nobody can be named by this attribute and value; NULL: they can. */
const char *attributes_problem(const char *name, const char *value);

/* Notes that a statement names it.  -1: one more than there may be.  The name
 * is the one of a key of policy.principals, and is not copied. */
int attributes_add(struct policy *policy, const char *name);

#endif
