/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/audit_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/attempt/slots.h"
#include "gatewayd/authority/session/keep.h"
#include "lib/base/log.h"

struct audit_pending {
	struct audit_pending *next;
	struct msg_AUDIT_APPEND_REQ record;
	int slot;
	audit_call call;
	void *arg;
};

void
audit_link_init(struct audit_link *a, struct loop *loop, struct slots *slots,
    struct keep *keep, audit_replay replay, audit_ready ready, void *arg)
{
	*a = (struct audit_link){.loop = loop,
	    .slots = slots,
	    .keep = keep,
	    .on_replay = replay,
	    .on_ready = ready,
	    .arg = arg};
	a->channel.fd = -1;
	a->last = &a->first;
}

static void
take_out(struct audit_link *a, struct audit_pending **at)
{
	struct audit_pending *p = *at;

	*at = p->next;
	if (p->next == NULL)
		a->last = at;
	free(p);
}

static void
finish(struct audit_link *a, struct audit_pending **at, uint64_t sequence)
{
	audit_call call = (*at)->call;
	void *arg = (*at)->arg;

	if ((*at)->slot >= 0)
		slots_clear(a->slots, (*at)->slot);
	if ((*at)->record.kind == RECORD_SESSION)
		keep_recorded(
		    a->keep, (*at)->record.session, (*at)->record.outcome);
	take_out(a, at);
	if (call != NULL)
		call(arg, true, sequence);
}

/* Posts what was not sent on this channel yet; what does not go now waits for
 * the next channel. */
static void
send_waiting(struct audit_link *a)
{
	struct audit_pending *p;
	struct message m;

	if (!a->ready || a->channel.fd < 0)
		return;
	p = a->sent_last != NULL ? a->sent_last->next : a->first;
	for (; p != NULL; p = p->next) {
		m.type = MSG_AUDIT_APPEND_REQ;
		m.fd = -1;
		m.u.AUDIT_APPEND_REQ = p->record;
		if (channel_post(&a->channel, &m) < 0) {
			log_warnx("audit does not take records");
			return;
		}
		a->sent_last = p;
	}
}

static void
on_failed(struct audit_link *a, unsigned count)
{
	struct audit_pending *p = a->first;

	log_warnx("audit could not write %u records: nobody is let in", count);
	for (; p != NULL && count > 0; p = p->next, count--) {
		audit_call call = p->call;

		if (p->record.outcome == OUTCOME_GRANTED) {
			p->record.outcome = OUTCOME_ERROR;
			reason_write(
			    REASON_AUDIT_UNAVAILABLE, p->record.reason);
		}
		p->call = NULL;
		if (call != NULL)
			call(p->arg, false, 0);
	}
	/* audit ends after a failed write; the next one gets them again */
	channel_close(&a->channel);
	a->ready = false;
	a->sent_last = NULL;
}

static void
on_receipt(struct audit_link *a, const struct msg_AUDIT_RECEIPT_ANS *r)
{
	if (r->failed) {
		on_failed(a, r->count);
		return;
	}
	for (unsigned i = 0; i < r->count; i++) {
		if (a->first == NULL || a->sent_last == NULL) {
			log_warnx("audit: a receipt for no record");
			channel_close(&a->channel);
			a->ready = false;
			return;
		}
		if (a->first == a->sent_last)
			a->sent_last = NULL;
		a->sequence = r->first + i;
		finish(a, &a->first, a->sequence);
	}
	send_waiting(a); /* what the channel did not take before */
}

static bool
is_that(
    const struct msg_AUDIT_APPEND_REQ *r, const struct msg_AUDIT_REPLAY_ANS *m)
{
	return r->kind == m->kind &&
	       memcmp(r->attempt, m->attempt, sizeof r->attempt) == 0 &&
	       (r->kind == RECORD_ATTEMPT ||
		   (r->outcome == m->outcome && r->step == m->step &&
		       strcmp(r->credential, m->credential) == 0 &&
		       strcmp(r->session, m->session) == 0));
}

static void
on_replayed(struct audit_link *a, const struct msg_AUDIT_REPLAY_ANS *m)
{
	if (m->end && m->sequence <= a->sequence)
		/* Receipts were given for what is not there any more, and
		 * codes that were spent would count again. */
		fatalx("the log ends before record %llu, of which we know: it "
		       "was cut or put back; nobody is let in",
		    (unsigned long long)a->sequence);
	if (m->end) {
		a->ready = true;
		a->overlap = 0;
		a->on_ready(a->arg);
		send_waiting(a);
		return;
	}
	if (m->sequence > a->sequence)
		a->sequence = m->sequence;
	a->on_replay(a->arg, m);
	for (struct audit_pending **p = &a->first; *p != NULL; p = &(*p)->next)
		if (is_that(&(*p)->record, m)) {
			finish(a, p, m->sequence);
			break;
		}
}

static void
on_message(void *arg, struct message *m)
{
	struct audit_link *a = arg;

	if (m->type == MSG_AUDIT_RECEIPT_ANS)
		on_receipt(a, &m->u.AUDIT_RECEIPT_ANS);
	else if (m->type == MSG_AUDIT_REPLAY_ANS)
		on_replayed(a, &m->u.AUDIT_REPLAY_ANS);
	else
		channel_unexpected(&a->channel, m);
}

static void
on_close(void *arg)
{
	struct audit_link *a = arg;

	log_warnx("audit is gone: nobody is let in until it is back");
	a->ready = false;
	a->sent_last = NULL;
}

static void
ask_replay(struct audit_link *a)
{
	struct message m;

	if (!a->started || a->channel.fd < 0)
		return;
	message_init(&m, MSG_AUDIT_REPLAY_REQ);
	m.u.AUDIT_REPLAY_REQ.from =
	    a->sequence > a->overlap ? a->sequence - a->overlap + 1 : 1;
	channel_post(&a->channel, &m);
}

void
audit_link_peer(struct audit_link *a, int fd)
{
	channel_close(&a->channel);
	a->ready = false;
	a->sent_last = NULL;
	channel_init(&a->channel, fd, ROLE_AUTHORITY, ROLE_AUDIT);
	if (channel_serve(&a->channel, a->loop, on_message, on_close, a) < 0)
		fatal("epoll");
	ask_replay(a);
}

void
audit_link_start(struct audit_link *a, uint64_t known, uint64_t overlap)
{
	a->sequence = known;
	a->overlap = overlap;
	a->started = true;
	ask_replay(a);
}

int
audit_append(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r,
    int slot, audit_call call, void *arg)
{
	struct audit_pending *p = calloc(1, sizeof *p);

	if (p == NULL)
		return -1;
	p->record = *r;
	p->slot = slot;
	p->call = call;
	p->arg = arg;
	*a->last = p;
	a->last = &p->next;
	send_waiting(a);
	return 0;
}

void
audit_forget(struct audit_link *a, void *arg)
{
	for (struct audit_pending *p = a->first; p != NULL; p = p->next)
		if (p->arg == arg)
			p->call = NULL;
}
