/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/recovery/orphans.h"

#include <stdio.h>
#include <stdlib.h>

#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/subject/lockout.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/log.h"

/* An attempt of the process before, until its record is on its way. */
struct orphan {
	struct authority *all;
	int slot;
	struct msg_AUDIT_APPEND_REQ record;
};

/* Answers were given: whatever was verified, it is a try, and nobody gets more
 * of them by ending us.  While the store is away it is none, but its record
 * does not wait. */
static void
on_orphan(void *arg, struct subject *s, bool ok)
{
	struct orphan *o = arg;

	if (ok && s != NULL && s->tries < o->all->conf.stop_tries)
		o->record.tries = lockout_count(o->all, s);
	if (audit_append(&o->all->audit, &o->record, o->slot, NULL, NULL) < 0)
		fatalx("out of memory for an orphaned attempt");
	if (ok)
		subject_release(&o->all->subjects, s);
	free(o);
}

int
orphans_record(struct authority *all)
{
	struct msg_AUDIT_APPEND_REQ r;
	int at = 0, slot;
	bool reserved;

	while ((slot = attempt_table_left(
		    all->attempt_table, &at, &r, &reserved)) >= 0) {
		struct orphan *o = calloc(1, sizeof *o);

		if (o == NULL)
			return -1;
		r.kind = RECORD_ATTEMPT;
		r.outcome = OUTCOME_ORPHANED;
		reason_write(REASON_GATEWAY_RESTARTED, r.reason);
		snprintf(r.host, sizeof r.host, "%s", all->conf.host);
		*o = (struct orphan){.all = all, .slot = slot, .record = r};
		if (reserved && r.subject[0] != '\0')
			subject_hold(&all->subjects, r.subject, on_orphan, o);
		else
			on_orphan(o, NULL, false);
	}
	return 0;
}
