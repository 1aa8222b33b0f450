/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_policy.h"

#include <string.h>

const char *
admin_policy_take(struct admin *a)
{
	const struct msg_ADMIN_POLICY_REQ *q = &a->work.request.policy;
	bool puts = outcome_puts_policy(q->outcome);
	bool known = q->kind == RECORD_INTENT
			 ? puts
			 : q->kind == RECORD_ADMIN &&
			       (puts || q->outcome == OUTCOME_PROPOSED ||
				   q->outcome == OUTCOME_APPROVED ||
				   q->outcome == OUTCOME_REVIEWED ||
				   q->outcome == OUTCOME_FAILED);

	return known && q->bundle[0] != '\0'
		   ? NULL
		   : "is not a step of a policy change";
}

void
admin_policy_record(struct admin *a)
{
	const struct msg_ADMIN_POLICY_REQ *q = &a->work.request.policy;
	struct msg_AUDIT_APPEND_REQ r;

	admin_record_init(a, &r, (enum outcome)q->outcome,
	    q->outcome == OUTCOME_FAILED ? REASON_CHANGE_FAILED
					 : REASON_POLICY_CHANGE);
	r.kind = q->kind;
	memcpy(r.attempt, q->attempt, sizeof r.attempt);
	memcpy(r.name, q->actor, sizeof q->actor);
	memcpy(r.bundle, q->bundle, sizeof r.bundle);
	memcpy(r.change, q->change, sizeof r.change);
	memcpy(r.author, q->author, sizeof r.author);
	memcpy(r.reviewer, q->reviewer, sizeof r.reviewer);
	admin_record_write(a, &r);
}
