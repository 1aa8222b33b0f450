/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/attempt.h"

#include "gatewayd/authority/ruling.h"

void
attempt_request(const struct attempt *a, struct policy_request *r)
{
	const struct ruling_about about = {.record = &a->record,
	    .employment = a->record.employment,
	    .groups = a->groups,
	    .attributes = a->attributes,
	    .proven = a->proven};

	ruling_request(&about, r);
}
