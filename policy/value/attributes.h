/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_ATTRIBUTES_H
#define POLICY_VALUE_ATTRIBUTES_H

#include "policy/model.h"

/* NULL if a policy may name this attribute and value, else the reason. */
const char *attributes_problem(const char *name, const char *value);

/*
 * Adds the attribute to those that the policy names, unless it is there.  The
 * name is part of a key of policy.principals and is not copied.  0, or -1 if
 * the policy names POLICY_ATTRIBUTES_MAX others already.
 */
int attributes_add(struct policy *policy, const char *name);

#endif
