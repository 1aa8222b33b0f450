/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/who.h"

#include <string.h>

#include "gatewayd/authority/link/peer.h"
#include "gatewayd/authority/session/session.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"

int
who_ask(struct authority *all, struct who_question *q, int pidfd,
    who_fn answered, void *arg)
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
	m.fd = pidfd;
	if (channel_post(all->parent, &m) == 0)
		return 0;
	who_forget(q);
	return -1;
}

void
who_forget(struct who_question *q)
{
	if (q->answered == NULL)
		return;
	table_remove(&q->all->questions, &q->item);
	q->answered = NULL;
}

static void
take_ancestors(struct who *w, const struct msg_PARENT_WHO_ANS *m)
{
	struct reader r;

	reader_init(&r, m->ancestors, m->ancestors_size);
	while (w->ancestor_count < m->ancestors_size / sizeof(uint32_t))
		w->ancestor[w->ancestor_count++] = (int32_t)reader_u32(&r);
}

void
who_answered(struct authority *all, const struct msg_PARENT_WHO_ANS *m)
{
	struct who_question *q =
	    table_find(&all->questions, &m->id, sizeof m->id);
	struct who w = {.known = m->known == 1,
	    .pid = (int32_t)m->pid,
	    .login_uid = m->login_uid,
	    .audit_session = m->audit_session};
	who_fn answered;

	if (q == NULL)
		return;
	w.asked_ms = q->asked_ms;
	take_ancestors(&w, m);
	answered = q->answered;
	who_forget(q);
	answered(q->arg, &w);
}

/* Where in the chain; 0 is the process itself.  -1: not in it. */
static int
place_of(const struct who *w, int32_t pid)
{
	if (w->pid == pid)
		return 0;
	for (size_t i = 0; i < w->ancestor_count; i++)
		if (w->ancestor[i] == pid)
			return (int)i + 1;
	return -1;
}

/* The number that was seen was this session's process only if that was there
 * before the question, and is there still. */
static bool
was_there(const struct session *s, const struct who *w)
{
	return s->state >= SESSION_OPEN && s->pid_seen_ms <= w->asked_ms &&
	       peer_is_alive(s->process.fd);
}

bool
who_is_below(const struct who *w, const struct session *s)
{
	return w->known && was_there(s, w) && place_of(w, s->pid) >= 0;
}

bool
who_is_of_login(const struct who *w, const struct who *opener, uint32_t uid)
{
	return w->known && opener->known && w->audit_session != WHO_UNSET &&
	       w->audit_session == opener->audit_session && uid != WHO_UNSET &&
	       w->login_uid == uid && opener->login_uid == uid;
}

struct session *
who_session(struct authority *all, const struct who *w)
{
	struct session *s, *nearest = NULL;
	struct table_item *next;
	size_t at = 0;
	int least = ANCESTORS_MAX + 1;

	if (!w->known)
		return NULL;
	while ((s = table_each(&all->sessions, &at, &next)) != NULL) {
		int place = was_there(s, w) ? place_of(w, s->pid) : -1;

		if (place >= 0 && place < least) {
			least = place;
			nearest = s;
		}
	}
	return nearest;
}
