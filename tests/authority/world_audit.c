/* SPDX-License-Identifier: Apache-2.0 */
/* The log: what was appended, and what of it is on disk. */
#include <string.h>

#include "tests/support/unit.h"
#include "world.h"
#include "world_parts.h"

/* As good as one, for who does not look inside. */
static void
leaf(const struct world *w, uint64_t sequence, uint8_t out[LEAF_HASH])
{
	memset(out, 0, LEAF_HASH);
	if (sequence == 0)
		return;
	out[0] = 1;
	out[1] = w->log;
	memcpy(out + 2, &sequence, sizeof sequence);
	memcpy(out + 10, w->record[sequence - 1].attempt, ATTEMPT_ID);
}

void
world_release(struct world *w)
{
	struct message out;

	message_init(&out, MSG_AUDIT_RECEIPT_ANS);
	out.u.AUDIT_RECEIPT_ANS.failed = w->fail;
	out.u.AUDIT_RECEIPT_ANS.first = w->receipts + 1;
	out.u.AUDIT_RECEIPT_ANS.count = (uint16_t)(w->records - w->receipts);
	for (size_t n = w->receipts + 1; n <= w->records; n++) {
		leaf(w, n,
		    out.u.AUDIT_RECEIPT_ANS.hash +
			out.u.AUDIT_RECEIPT_ANS.hash_size);
		out.u.AUDIT_RECEIPT_ANS.hash_size += LEAF_HASH;
	}
	if (w->fail)
		w->records = w->receipts;
	w->receipts = w->records;
	channel_post(&w->audit, &out);
}

static void
replay(struct world *w, uint64_t from)
{
	struct msg_AUDIT_REPLAY_ANS *a;
	struct message out;

	for (uint64_t n = from < w->records + 1 ? from : w->records + 1;
	     n <= w->records + 1; n++) {
		message_init(&out, MSG_AUDIT_REPLAY_ANS);
		a = &out.u.AUDIT_REPLAY_ANS;
		a->sequence = n;
		a->end = n > w->records;
		if (!a->end) {
			message_record_replayed(&w->record[n - 1], a);
			leaf(w, n, a->hash);
			leaf(w, n - 1, a->before);
		}
		channel_post(&w->audit, &out);
	}
}

static void
on_audit(void *arg, struct message *m)
{
	struct world *w = arg;

	if (m->type == MSG_AUDIT_REPLAY_REQ) {
		w->replayed_from = m->u.AUDIT_REPLAY_REQ.from;
		replay(w, w->replayed_from > w->begins ? w->replayed_from
						       : w->begins);
		return;
	}
	assert_true(w->records < WORLD_RECORDS);
	w->record[w->records++] = m->u.AUDIT_APPEND_REQ;
	if (!w->hold)
		world_release(w);
}

int
world_new_audit(struct world *w)
{
	int fds[2];

	world_pair(fds);
	channel_init(&w->audit, fds[1], ROLE_AUDIT, ROLE_AUTHORITY);
	channel_serve(&w->audit, w->loop, on_audit, world_nothing, w);
	return fds[0];
}

void
world_audit_restarts(struct world *w, size_t keep)
{
	channel_close(&w->audit);
	world_run(w, 5);
	assert_true(keep <= w->records);
	w->records = w->receipts = keep;
	audit_link_peer(&w->all.audit, world_new_audit(w));
	world_run(w, 20);
}

const struct msg_AUDIT_APPEND_REQ *
world_session_record(struct world *w, enum outcome outcome)
{
	const struct msg_AUDIT_APPEND_REQ *found = NULL;

	for (size_t i = 0; i < w->records; i++)
		if (w->record[i].kind == RECORD_SESSION &&
		    w->record[i].outcome == (uint8_t)outcome) {
			assert_null(found);
			found = &w->record[i];
		}
	return found;
}

const struct msg_AUDIT_APPEND_REQ *
world_final(struct world *w, const struct world_talk *t)
{
	const struct msg_AUDIT_APPEND_REQ *found = NULL;

	for (size_t i = 0; i < w->records; i++)
		if (w->record[i].kind == RECORD_ATTEMPT &&
		    memcmp(w->record[i].attempt, t->open.attempt, ATTEMPT_ID) ==
			0) {
			assert_null(found);
			found = &w->record[i];
		}
	assert_non_null(found);
	return found;
}

size_t
world_changes(const struct world *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->records; i++)
		count += w->record[i].kind == RECORD_ADMIN;
	return count;
}

/* Each has its intent before it. */
const struct msg_AUDIT_APPEND_REQ *
world_change(const struct world *w, size_t place)
{
	size_t intents = 0;

	for (size_t i = 0; i < w->records; i++) {
		const struct msg_AUDIT_APPEND_REQ *r = &w->record[i];

		if (r->kind != RECORD_ADMIN || place-- > 0)
			continue;
		for (size_t j = 0; j < i; j++)
			intents += w->record[j].kind == RECORD_INTENT &&
				   memcmp(w->record[j].attempt, r->attempt,
				       ATTEMPT_ID) == 0;
		assert_int_equal(intents, 1);
		return r;
	}
	fail_msg("no such change");
	return NULL;
}
