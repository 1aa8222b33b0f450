/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/recent.h"

#include <stdlib.h>
#include <string.h>

void
recent_add(struct recent **recent, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct recent_attempt *a;

	if (*recent == NULL)
		*recent = calloc(1, sizeof **recent);
	if (*recent == NULL)
		return;
	a = &(*recent)->attempt[(*recent)->count++ % RECENT_ATTEMPTS];
	a->time_ms = r->time_ms;
	a->outcome = r->outcome;
	memcpy(a->reason, r->reason, sizeof a->reason);
	memcpy(a->service, r->service, sizeof a->service);
	memcpy(a->client, r->client, sizeof a->client);
	memcpy(a->reference, r->reference, sizeof a->reference);
}

const struct recent_attempt *
recent_get(const struct recent *recent, unsigned n)
{
	if (recent == NULL || n >= RECENT_ATTEMPTS || n >= recent->count)
		return NULL;
	return &recent->attempt[(recent->count - 1 - n) % RECENT_ATTEMPTS];
}
