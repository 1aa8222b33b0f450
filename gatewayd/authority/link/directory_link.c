/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/directory_link.h"

#include <string.h>

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/link/entry.h"

int
directory_ask(struct authority *all, struct directory_question *q)
{
	struct msg_DIRECTORY_LOOKUP_REQ *r;
	struct message m;

	message_init(&m, MSG_DIRECTORY_LOOKUP_REQ);
	r = &m.u.DIRECTORY_LOOKUP_REQ;
	memcpy(r->attempt, q->id, sizeof r->attempt);
	if (q->ticket != NULL)
		memcpy(r->ticket, q->ticket, sizeof r->ticket);
	r->decoy = q->decoy;
	memcpy(r->name, q->name, sizeof r->name);
	if (table_add(&all->lookups, &q->item, q->id, sizeof q->id, q) < 0)
		return -1;
	if (channel_post(&all->directory, &m) < 0) {
		table_remove(&all->lookups, &q->item);
		return -1;
	}
	q->open = true;
	return 0;
}

static void
close_question(struct authority *all, struct directory_question *q)
{
	table_remove(&all->lookups, &q->item);
	q->open = false;
}

static void
tell_to_forget(struct authority *all, const struct directory_question *q)
{
	struct message m;

	message_init(&m, MSG_DIRECTORY_FORGET_NOTE);
	memcpy(m.u.DIRECTORY_FORGET_NOTE.attempt, q->id, sizeof q->id);
	channel_post(&all->directory, &m);
}

void
directory_forget(struct authority *all, struct directory_question *q)
{
	/* without a ticket directory was told so at its answer */
	if (q->open || q->ticket != NULL)
		tell_to_forget(all, q);
	if (q->open)
		close_question(all, q);
}

void
directory_answered(
    struct authority *all, const struct msg_DIRECTORY_LOOKUP_ANS *m)
{
	struct directory_question *q =
	    table_find(&all->lookups, m->attempt, sizeof m->attempt);
	struct directory_answer a = {0};

	if (q == NULL)
		return;
	close_question(all, q);
	if (q->ticket == NULL)
		tell_to_forget(all, q);
	a.reason = entry_reason(q->name, m);
	if (entry_is_sound(q->name, m))
		a.entry = m;
	q->answer(q->arg, &a);
}

void
directory_lost(struct authority *all)
{
	const struct directory_answer a = {
	    .reason = REASON_DIRECTORY_UNAVAILABLE};
	struct directory_question *q;
	struct table_item *next;
	size_t at = 0;

	/* an answer may end other questions: each time from the beginning */
	while ((q = table_each(&all->lookups, &at, &next)) != NULL) {
		close_question(all, q);
		q->answer(q->arg, &a);
		at = 0;
		next = NULL;
	}
}
