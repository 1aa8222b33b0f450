/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_PERIOD_H
#define POLICY_DECIDE_PERIOD_H

#include "policy/model.h"

bool period_holds(const struct period *period, int64_t time_unix);
/* The same for who knows the offset of its zone at that moment. */
bool period_holds_at(
    const struct period *period, int64_t time_unix, int64_t offset);

/*
 * Of what comes every year or month: the next moment at which it may begin or
 * end, as long as the zone has this offset.  INT64_MAX: none.
 */
int64_t period_next_change(
    const struct period *period, int64_t time_unix, int64_t offset);

#endif
