/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_user.h"

#include <string.h>

#include "gatewayd/authority/subject/lockout.h"
#include "gatewayd/authority/subject/recent.h"

void
admin_user_show(struct admin *a)
{
	struct msg_ADMIN_USER_ANS *u;
	struct message m;

	admin_answer_init(a, &m);
	u = &m.u.ADMIN_USER_ANS;
	memcpy(u->name, a->work.name, sizeof u->name);
	/* first: it may end one */
	u->locked_until_ms = lockout_until(a->all, a->work.subject);
	u->tries = a->work.subject->tries;
	u->max_tries = a->all->conf.max_tries;
	admin_finish(a, &m);
}

void
admin_user_attempts(struct admin *a)
{
	const struct recent_attempt *r;
	struct msg_ADMIN_ATTEMPTS_ANS *i;
	struct message m;

	for (unsigned n = 0;
	     (r = recent_get(a->work.subject->recent, n)) != NULL; n++) {
		admin_answer_init(a, &m);
		i = &m.u.ADMIN_ATTEMPTS_ANS;
		i->time_ms = r->time_ms;
		i->outcome = r->outcome;
		memcpy(i->reason, r->reason, sizeof i->reason);
		memcpy(i->service, r->service, sizeof i->service);
		memcpy(i->client, r->client, sizeof i->client);
		memcpy(i->reference, r->reference, sizeof i->reference);
		admin_item(a, &m);
	}
	admin_answer(a, ADMIN_OK, "");
}

void
admin_user_unlock(struct admin *a)
{
	struct change_order o;

	if (a->work.subject->tries == 0) {
		admin_answer(a, ADMIN_NO, "has no failed tries");
		return;
	}
	admin_order(a, &o, OUTCOME_UNLOCKED, "");
	admin_change(a, &o, "not unlocked: try again");
}
