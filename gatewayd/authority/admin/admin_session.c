/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_session.h"

#include <string.h>

#include "gatewayd/authority/session/ending.h"
#include "gatewayd/authority/session/session.h"
#include "lib/base/clock.h"

#define END_MS 13000 /* for a session to be gone, SIGKILL and all */

static void
fill(struct msg_ADMIN_SESSIONS_ANS *r, const struct session *s)
{
	memcpy(r->session, s->id, sizeof s->id);
	memcpy(r->name, s->record.name, sizeof r->name);
	memcpy(r->subject, s->record.subject, sizeof r->subject);
	memcpy(r->service, s->record.service, sizeof r->service);
	memcpy(r->client, s->record.client, sizeof r->client);
	r->uid = s->uid;
	r->opened_ms = s->opened_ms;
	r->ends_ms = s->ends_ms;
	r->lease_seconds = s->lease.seconds;
	r->renewed_ms = s->lease.renewed_ms;
	reason_write(s->ending.reason, r->ending);
}

void
admin_session_list(struct admin *a)
{
	struct table_item *next;
	struct session *s;
	struct message m;
	size_t at = 0;

	while ((s = table_each(&a->all->sessions, &at, &next)) != NULL) {
		if (s->state < SESSION_OPEN ||
		    (a->work.subject != NULL &&
			strcmp(s->record.subject, a->work.subject->id) != 0))
			continue;
		admin_answer_init(a, &m);
		fill(&m.u.ADMIN_SESSIONS_ANS, s);
		admin_item(a, &m);
	}
	admin_answer(a, ADMIN_OK, "");
}

void
admin_session_drop(struct admin *a)
{
	if (a->work.of.end.session != NULL)
		ending_forget(a->work.of.end.session);
	loop_timer_off(a->all->loop, &a->work.of.end.patience);
}

static void
on_gone(void *arg)
{
	struct admin *a = arg;

	admin_hold(a);
	a->work.of.end.session = NULL;
	admin_answer(a, ADMIN_OK, "");
	admin_let_go(a);
}

static void
on_late(void *arg)
{
	struct admin *a = arg;

	admin_hold(a);
	admin_answer(a, ADMIN_UNAVAILABLE,
	    "was told to end, but its process still runs: see gatewayd's log");
	admin_let_go(a);
}

void
admin_session_end(struct admin *a)
{
	const struct msg_ADMIN_END_REQ *q = &a->work.request.end;
	struct session *s =
	    table_find(&a->all->sessions, q->session, strlen(q->session));

	if (s == NULL || s->state < SESSION_OPEN) {
		admin_answer(
		    a, ADMIN_NO, "there is no open session with this id");
		return;
	}
	if (ending_wait(s, on_gone, a) < 0) {
		admin_answer(a, ADMIN_NO,
		    "another administrator is ending it at the moment");
		return;
	}
	a->work.of.end.session = s;
	loop_timer_at(a->all->loop, &a->work.of.end.patience,
	    clock_mono_ms() + END_MS, on_late, a);
	/* one that is ending already keeps its reason */
	if (s->state == SESSION_OPEN) {
		memcpy(s->record.actor, q->actor, sizeof s->record.actor);
		actor_record(&a->actor, &s->record);
		session_save(s); /* it ends now, kept or not */
	}
	ending_begin(s, REASON_ENDED_BY_ADMINISTRATOR);
}
