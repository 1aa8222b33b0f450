/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_APPROVED_H
#define POLICY_DECIDE_APPROVED_H

#include "policy/decide/match.h"

/* Have enough people approved for this rule? */
bool approved_enough(
    const struct quorum *quorum, const struct match_facts *facts);

/* What is proven for this rule: as the request says, and POLICY_APPROVAL only
 * if its quorum is met. */
uint32_t approved_proven(
    const struct rule *rule, const struct match_facts *facts);

#endif
