/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/process.h"

#include <string.h>

#include "gatewayd/authority/authority.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"

int
process_ask(struct authority *all, struct process_question *q, int pidfd,
    process_fn answered, void *arg)
{
	static uint64_t last;
	struct message m;

	q->id = ++last;
	if (table_add(&all->questions, &q->item, &q->id, sizeof q->id, q) < 0)
		return -1;
	q->all = all;
	q->asked_ms = clock_boot_ms();
	q->answered = answered;
	q->arg = arg;
	message_init(&m, MSG_PARENT_WHO_REQ);
	m.u.PARENT_WHO_REQ.id = q->id;
	m.u.PARENT_WHO_REQ.until = (uint32_t)q->until;
	m.fd = pidfd;
	if (channel_post(all->parent, &m) == 0)
		return 0;
	process_forget(q);
	return -1;
}

void
process_forget(struct process_question *q)
{
	if (q->answered == NULL)
		return;
	table_remove(&q->all->questions, &q->item);
	q->answered = NULL;
}

static void
take_ancestors(struct process *w, const struct msg_PARENT_WHO_ANS *m)
{
	struct reader r;

	reader_init(&r, m->ancestors, m->ancestors_size);
	while (w->ancestor_count < m->ancestors_size / sizeof(uint32_t))
		w->ancestor[w->ancestor_count++] = (int32_t)reader_u32(&r);
}

void
process_answered(struct authority *all, const struct msg_PARENT_WHO_ANS *m)
{
	struct process_question *q =
	    table_find(&all->questions, &m->id, sizeof m->id);
	struct process w = {.known = m->known == 1,
	    .pid = (int32_t)m->pid,
	    .login_uid = m->login_uid,
	    .audit_session = m->audit_session};
	process_fn answered;

	if (q == NULL)
		return;
	w.asked_ms = q->asked_ms;
	take_ancestors(&w, m);
	answered = q->answered;
	process_forget(q);
	answered(q->arg, &w);
}

bool
process_is_of_login(
    const struct process *w, const struct process *opener, uint32_t uid)
{
	return w->known && opener->known && w->audit_session != WHO_UNSET &&
	       w->audit_session == opener->audit_session && uid != WHO_UNSET &&
	       w->login_uid == uid && opener->login_uid == uid;
}
