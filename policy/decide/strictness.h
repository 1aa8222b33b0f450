/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_STRICTNESS_H
#define POLICY_DECIDE_STRICTNESS_H

#include "policy/model.h"

/* Whose obligations apply where two rules require equally much: negative if
 * those of a do.  A total order that knows no file order. */
int strictness_compare(const struct rule *a, const struct rule *b);

#endif
