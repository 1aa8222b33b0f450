/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/grace.h"

#include <string.h>

#include "gatewayd/authority/approvers.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/invitation.h"
#include "lib/wire/pamwire.h"

/* Seconds since 1970; 0: no invitation that counts. */
static int64_t
start_of(const struct attempt *a)
{
	const struct subject *s = a->subject;
	const struct invitation *i = s != NULL ? s->invitation : NULL;

	if (a->claim.phase != PAMWIRE_AUTHN || i == NULL || i->ended ||
	    s->credential_count > 0 || strcmp(i->name, a->record.name) != 0)
		return 0;
	return invitation_start_ms(i, a->all->seal, s->id) / 1000;
}

bool
grace_opens(const struct attempt *a, struct policy_way *way_r)
{
	struct approvers_about about;
	struct approvers approvers;
	struct policy_request r;
	struct policy_decision d;

	attempt_request(a, &r);
	r.grace_start_unix = start_of(a);
	if (r.grace_start_unix <= 0)
		return false;
	about = (struct approvers_about){a->snapshot->policy,
	    &a->subject->approvals, &a->record, a->claim.uid};
	approvers_request(&about, &approvers, &r);
	r.obtainable = POLICY_PASSWORD;
	policy_decide(a->snapshot->policy, &r, &d);
	for (size_t i = 0; i < d.way_count; i++) {
		if (d.ways[i].grace && d.ways[i].missing == POLICY_PASSWORD) {
			*way_r = d.ways[i];
			return true;
		}
	}
	return false;
}
