/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <sched.h>
#include <string.h>

#include "gatewayd/audit/audit.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/record/record.h"

#define NOTIFY_MS 10 /* the most that a record waits until forward is told */

uint64_t
append_committed(const struct audit *a)
{
	return a->tree.size;
}

static void
post_receipt(struct audit *a, unsigned count, int failed)
{
	struct message m;
	struct msg_AUDIT_RECEIPT_ANS *ans = &m.u.AUDIT_RECEIPT_ANS;

	message_init(&m, MSG_AUDIT_RECEIPT_ANS);
	ans->failed = (uint8_t)failed;
	ans->count = (uint16_t)count;
	if (!failed) {
		ans->first = append_committed(a) - count + 1;
		ans->hash_size = (size_t)count * MERKLE_HASH_SIZE;
		memcpy(ans->hash, a->leaf, ans->hash_size);
	}
	/* a channel at its end: authority asks what is in the log when it is
	 * back, so nothing is lost with the receipt */
	channel_answer(&a->authority, &m);
}

void
append_notify(struct audit *a)
{
	struct message m;

	loop_timer_off(a->loop, &a->notify_timer);
	if (a->forward.fd < 0)
		return;
	message_init(&m, MSG_FORWARD_COMMITTED_NOTE);
	m.u.FORWARD_COMMITTED_NOTE.sequence = append_committed(a);
	channel_answer(&a->forward, &m);
}

static void
on_notify(void *arg)
{
	append_notify(arg);
}

/* Each time forward wakes up, reads and sends, be it for one record or ten. */
static void
notify_soon(struct audit *a)
{
	if (!a->notify_timer.active)
		loop_timer_at(a->loop, &a->notify_timer,
		    clock_mono_ms() + NOTIFY_MS, on_notify, a);
}

static void
refuse_waiting(struct audit *a)
{
	log_warn(
	    "cannot write the log after record %" PRIu64
	    "; %u records are refused, and audit starts anew to read the log",
	    append_committed(a), a->waiting);
	post_receipt(a, a->waiting, 1);
	a->waiting = 0;
	loop_stop(a->loop);
}

void
append_commit(struct audit *a)
{
	if (a->waiting == 0)
		return;
	if (segment_commit(&a->segment) < 0) {
		refuse_waiting(a);
		return;
	}
	/* these are the first of a segment: its head has all before them */
	if (a->segment.first == a->tree.size + 1 && a->tree.size > 0 &&
	    heads_add(&a->heads, &a->tree) < 0)
		fatalx("out of memory for the head of a segment");
	for (unsigned i = 0; i < a->waiting; i++)
		if (merkle_append(&a->tree, a->leaf[i]) < 0)
			fatalx("SHA-256 failed");
	post_receipt(a, a->waiting, 0);
	a->waiting = 0;
	notify_soon(a);
	heads_write(&a->heads, a->dir, &a->key);
	heads_free(&a->heads);
	head_due(a);
}

/* In place of a record that has no written form, which only a fault in
 * authority can send: its attempt still gets a record, and the ones behind it
 * are not held up for ever. */
static int
render_fault(const struct msg_AUDIT_APPEND_REQ *r,
    const struct record_place *place, char line[RECORD_LINE_MAX], size_t *len_r)
{
	struct msg_AUDIT_APPEND_REQ fault = {.kind = RECORD_ATTEMPT,
	    .outcome = OUTCOME_ERROR,
	    .time_ms = r->time_ms,
	    .reason = "record_malformed"};

	log_warnx("a record of kind %u and outcome %u cannot be written",
	    r->kind, r->outcome);
	if (r->outcome == OUTCOME_GRANTED)
		return -1; /* it is a grant, so it is refused */
	memcpy(fault.attempt, r->attempt, sizeof fault.attempt);
	memcpy(fault.service, "sallyport", sizeof "sallyport");
	return record_render(&fault, place, line, len_r);
}

/* The record behind all others, rendered into the batch. */
static int
render(struct audit *a, const struct msg_AUDIT_APPEND_REQ *r)
{
	struct record_place place = {.origin = a->key.name,
	    .sequence = append_committed(a) + a->waiting + 1,
	    .cut = a->cut};
	char line[RECORD_LINE_MAX];
	size_t len;

	memcpy(place.prev, a->last, sizeof place.prev);
	if (record_render(r, &place, line, &len) < 0 &&
	    render_fault(r, &place, line, &len) < 0)
		return -1;
	if (merkle_leaf(&a->tree, line, len, a->last) < 0)
		fatalx("SHA-256 failed");
	if (segment_append(&a->segment, line, len) < 0)
		return -1;
	memcpy(a->leaf[a->waiting], a->last, sizeof a->last);
	a->cut = 0;
	return 0;
}

void
append_record(struct audit *a, const struct msg_AUDIT_APPEND_REQ *r)
{
	if (a->segment.poisoned) {
		post_receipt(a, 1, 1);
		return;
	}
	if (a->waiting == 0)
		sched_yield(); /* more may come: fewer syncs, measured */
	if (render(a, r) < 0) {
		append_commit(a); /* receipts go in the order of arrival */
		post_receipt(a, 1, 1);
		loop_stop(a->loop);
		return;
	}
	a->waiting++;
	if (a->waiting == RECEIPTS_MAX ||
	    SEGMENT_BATCH_MAX - a->segment.batch_len <= RECORD_LINE_MAX + 1)
		append_commit(a);
}
