/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/policy_record.h"

#include <openssl/rand.h>
#include <stdio.h>

#include "lib/base/clock.h"

#define ACTOR "gatewayd"

int
policy_record_loaded(struct authority *all, const struct conf_policy *p)
{
	struct msg_AUDIT_APPEND_REQ r = {.kind = RECORD_ADMIN,
	    .outcome = OUTCOME_LOADED,
	    .time_ms = clock_wall_ms()};

	if (RAND_bytes(r.attempt, sizeof r.attempt) != 1)
		return -1;
	snprintf(r.name, sizeof r.name, ACTOR);
	snprintf(r.actor, sizeof r.actor, ACTOR);
	snprintf(r.bundle, sizeof r.bundle, "%s", p->bundle);
	snprintf(r.change, sizeof r.change, "%s", p->reference);
	snprintf(r.author, sizeof r.author, "%s", p->author);
	snprintf(r.reviewer, sizeof r.reviewer, "%s", p->reviewer);
	reason_write(REASON_POLICY_LOADED, r.reason);
	snprintf(r.service, sizeof r.service, "sallyport");
	snprintf(r.host, sizeof r.host, "%s", all->conf.host);
	return audit_append(&all->audit, &r, -1, NULL, NULL);
}
