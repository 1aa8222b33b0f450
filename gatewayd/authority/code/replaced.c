/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/code/replaced.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/change/change.h"
#include "lib/base/clock.h"
#include "lib/record/record_list.h"

static void
on_changed(void *arg, enum change_result result)
{
	(void)arg;
	(void)result;
}

void
replaced_revoke(struct authority *all, struct subject *s,
    const struct credential *new, const struct msg_AUDIT_APPEND_REQ *record)
{
	struct change_order o = {.record = *record};
	struct msg_AUDIT_APPEND_REQ *r = &o.record;

	if (new->replaces[0] == '\0' ||
	    subject_credential(s, new->replaces) == NULL)
		return;
	r->kind = RECORD_ADMIN;
	r->outcome = OUTCOME_REVOKED;
	r->time_ms = clock_wall_ms();
	reason_write(REASON_REPLACED, r->reason);
	snprintf(r->actor, sizeof r->actor, "%.64s", r->name);
	record_clear(r, RECORD_IN(RECORD_ADMIN));
	r->step = 0;
	r->factor[0] = '\0';
	r->drift[0] = '\0';
	memcpy(r->credential, new->replaces, sizeof r->credential);
	/* where another change is under way, the next login tries again */
	change_begin(all, s, &o, on_changed, NULL);
}
