/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_STRICTNESS_H
#define POLICY_DECIDE_STRICTNESS_H

#include "policy/model.h"

/* Whose obligations apply where two rules require equally much: negative if
 * those of a do.  A total order that knows no file order. */
int strictness_compare(const struct rule *a, const struct rule *b);

/* All that a session gets; who may enrol by grace is a matter of who gets in.
 */
bool strictness_same(const struct rule *a, const struct rule *b);

/* Do the obligations of a apply, where both match and these are proven? */
bool strictness_beats(
    const struct rule *a, const struct rule *b, uint32_t factors);

/*
 * Where both match and at least these factors are proven, which are enough for
 * both, as the approvals are: is nothing different without b?
 */
bool strictness_replaces(
    const struct rule *a, const struct rule *b, uint32_t factors);

#endif
