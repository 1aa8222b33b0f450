/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/audit_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/log.h"

#define COMPANY_MS                                                \
	5 /* that a record of which nobody hears waits for others \
	   */

struct audit_pending {
	struct audit_pending *next;
	struct msg_AUDIT_APPEND_REQ record;
	int slot;
	bool done; /* it has happened: its call waits for the disk */
	audit_call call;
	void *arg;
};

void
audit_link_init(struct audit_link *a, struct loop *loop,
    const struct audit_hooks *hooks, void *arg)
{
	*a = (struct audit_link){.loop = loop, .hooks = hooks, .arg = arg};
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

	a->hooks->written(a->arg, &(*at)->record, (*at)->slot);
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

	loop_timer_off(a->loop, &a->company);
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

		if (p->done)
			continue;
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
	channel_break(&a->channel);
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
		if (a->first == NULL || a->sent_last == NULL ||
		    r->hash_size != (size_t)r->count * LEAF_HASH) {
			log_warnx("audit sent a receipt without a record");
			channel_break(&a->channel);
			a->ready = false;
			return;
		}
		if (a->first == a->sent_last)
			a->sent_last = NULL;
		a->head.sequence = r->first + i;
		memcpy(
		    a->head.hash, r->hash + (size_t)i * LEAF_HASH, LEAF_HASH);
		finish(a, &a->first, a->head.sequence);
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

#define WAY_OUT "; nobody is let in: see \"Contradictions\" in gatewayd(8)"

static bool
is_known(const uint8_t hash[LEAF_HASH])
{
	static const uint8_t none[LEAF_HASH];

	return memcmp(hash, none, LEAF_HASH) != 0;
}

/* What the log says against what the store and the receipts say of it.
 * Receipts were given for what is not there any more, codes that were spent
 * would count again, and what was revoked would be back. */
static bool
contradicts(const struct audit_link *a, const struct msg_AUDIT_REPLAY_ANS *m,
    char text[TEXT_MAX + 1])
{
	const struct log_head *h = &a->head;
	unsigned long long known = h->sequence, got = m->sequence;
	const uint8_t *is = NULL;

	text[0] = '\0';
	if (m->end && m->sequence <= h->sequence)
		snprintf(text, TEXT_MAX + 1,
		    "the audit log ends before record %llu, which the store "
		    "knows: it was cut, or an older copy was put back" WAY_OUT,
		    known);
	else if (a->next == 0 ? m->sequence > h->sequence + 1
			      : m->sequence != a->next)
		snprintf(text, TEXT_MAX + 1,
		    "the audit log has record %llu next, and the store knows "
		    "only what came up to %llu: what was revoked in between "
		    "would be back" WAY_OUT,
		    got,
		    a->next == 0 ? known : (unsigned long long)a->next - 1);
	else if (!m->end && m->sequence == h->sequence)
		is = m->hash;
	else if (!m->end && m->sequence == h->sequence + 1)
		is = m->before;
	if (is != NULL && is_known(h->hash) &&
	    memcmp(is, h->hash, LEAF_HASH) != 0)
		snprintf(text, TEXT_MAX + 1,
		    "record %llu of the audit log is not the one that the "
		    "store knows: log and store are not of one gateway" WAY_OUT,
		    known);
	return text[0] != '\0';
}

static void
refuse(struct audit_link *a, const char *text)
{
	/* our next start says so again, and stays */
	if (a->caught_up)
		fatalx("%s", text);
	a->started = false;
	channel_close(&a->channel);
	a->hooks->refused(a->arg, text);
}

static void
on_replayed_end(struct audit_link *a)
{
	a->ready = a->caught_up = true;
	a->hooks->ready(a->arg);
	send_waiting(a);
}

static void
on_replayed(struct audit_link *a, const struct msg_AUDIT_REPLAY_ANS *m)
{
	char text[TEXT_MAX + 1];

	if (contradicts(a, m, text)) {
		refuse(a, text);
		return;
	}
	if (m->end) {
		on_replayed_end(a);
		return;
	}
	a->next = m->sequence + 1;
	if (a->caught_up && m->sequence <= a->head.sequence)
		return; /* the last one, for its hash */
	if (m->sequence >= a->head.sequence) {
		a->head.sequence = m->sequence;
		memcpy(a->head.hash, m->hash, LEAF_HASH);
	}
	a->hooks->replay(a->arg, m);
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
	uint64_t from;

	if (!a->started || a->channel.fd < 0)
		return;
	/* the last known one too: is it the same? */
	from = a->caught_up || a->since >= a->head.sequence ? a->head.sequence
							    : a->since + 1;
	a->next = 0;
	message_init(&m, MSG_AUDIT_REPLAY_REQ);
	m.u.AUDIT_REPLAY_REQ.from = from > 0 ? from : 1;
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
audit_link_start(struct audit_link *a, const struct covered *c)
{
	a->head = c->head;
	a->since = c->since;
	a->started = true;
	ask_replay(a);
}

static int
append(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r,
    const struct audit_pending *how)
{
	struct audit_pending *p = calloc(1, sizeof *p);

	if (p == NULL)
		return -1;
	*p = *how;
	p->record = *r;
	*a->last = p;
	a->last = &p->next;
	return 0;
}

static int
append_now(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r,
    const struct audit_pending *how)
{
	int result = append(a, r, how);

	if (result == 0)
		send_waiting(a);
	return result;
}

static void
on_company(void *arg)
{
	send_waiting(arg);
}

int
audit_append_soon(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r)
{
	if (append(a, r, &(struct audit_pending){.slot = -1}) < 0)
		return -1;
	if (!a->company.active)
		loop_timer_at(a->loop, &a->company,
		    clock_mono_ms() + COMPANY_MS, on_company, a);
	return 0;
}

void
audit_link_flush(struct audit_link *a)
{
	if (a->company.active)
		send_waiting(a);
}

int
audit_append(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r,
    int slot, audit_call call, void *arg)
{
	return append_now(a, r,
	    &(struct audit_pending){.slot = slot, .call = call, .arg = arg});
}

int
audit_append_done(struct audit_link *a, const struct msg_AUDIT_APPEND_REQ *r,
    audit_call call, void *arg)
{
	return append_now(a, r,
	    &(struct audit_pending){
		.slot = -1, .done = true, .call = call, .arg = arg});
}

void
audit_forget(struct audit_link *a, void *arg)
{
	for (struct audit_pending *p = a->first; p != NULL; p = p->next)
		if (p->arg == arg)
			p->call = NULL;
}
