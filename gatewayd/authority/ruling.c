/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/ruling.h"

#include "gatewayd/authority/subject/groups.h"
#include "gatewayd/authority/subject/subject_attributes.h"
#include "lib/base/clock.h"

void
ruling_request(const struct ruling_about *a, struct policy_request *r)
{
	int64_t now_ms = clock_wall_ms();

	*r = (struct policy_request){.username = a->record->name,
	    .subject = a->record->subject,
	    .employment = (enum policy_employment)a->employment,
	    .host = a->record->host,
	    .service = a->record->service,
	    .time_unix = now_ms / 1000,
	    .proven = a->proven};
	if (a->groups != NULL) {
		r->groups = a->groups->dn;
		r->group_count = a->groups->count;
	}
	if (a->attributes != NULL) {
		r->attributes = a->attributes->pair;
		r->attribute_count = a->attributes->count;
	}
	if (a->opened_ms > 0 && now_ms > a->opened_ms)
		r->session_age_seconds =
		    (uint32_t)((now_ms - a->opened_ms) / 1000);
	policy_address_parse(a->record->client, &r->client);
}

/* The policy has its own enumeration.  A number that is not in it counts as a
 * malformed request. */
enum reason
ruling_reason(enum policy_reason reason)
{
	switch (reason) {
	case POLICY_REASON_NO_POLICY:
		return REASON_NO_POLICY;
	case POLICY_REASON_MALFORMED_REQUEST:
		return REASON_MALFORMED_REQUEST;
	case POLICY_REASON_NO_RULE:
		return REASON_NO_RULE;
	case POLICY_REASON_DENIED_BY_RULE:
		return REASON_DENIED_BY_RULE;
	case POLICY_REASON_FACTORS:
		return REASON_FACTORS;
	case POLICY_REASON_ASK:
		return REASON_ASK;
	case POLICY_REASON_PERMIT:
		return REASON_PERMIT;
	}
	return REASON_MALFORMED_REQUEST;
}
