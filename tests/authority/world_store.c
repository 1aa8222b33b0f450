/* SPDX-License-Identifier: Apache-2.0 */
/* The store: rows, and answers that wait or do not come. */
#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"
#include "world.h"
#include "world_parts.h"

static int
row_of(struct world *w, const char *key)
{
	for (size_t i = 0; i < w->rows; i++)
		if (strcmp(w->row[i].key, key) == 0)
			return (int)i;
	return -1;
}

static uint64_t
version_of(struct world *w, const char *key)
{
	int i = row_of(w, key);

	return i < 0 ? 0 : w->row[i].version;
}

enum store_status
world_put(struct world *w, const char *key, uint64_t version,
    const uint8_t *value, size_t size)
{
	int i = row_of(w, key);

	if (w->rows_forget && strncmp(key, "authority/tries/", 16) == 0)
		return STORE_OK;
	if (version_of(w, key) != version)
		return STORE_CONFLICT;
	if (i < 0)
		i = (int)w->rows++;
	snprintf(w->row[i].key, sizeof w->row[i].key, "%s", key);
	w->row[i].version = ++w->version;
	memcpy(w->row[i].value, value, size);
	w->row[i].size = size;
	return STORE_OK;
}

unsigned world_lists_refused;

static void
answer_list(struct world *w, const struct msg_STORE_LIST_REQ *q)
{
	const char *prefix[] = {q->prefix, q->second, q->third};
	struct msg_STORE_LIST_ANS *a;
	struct message out;

	message_init(&out, MSG_STORE_LIST_ANS);
	a = &out.u.STORE_LIST_ANS;
	a->id = q->id;
	if (world_lists_refused > 0 &&
	    strncmp(q->prefix, "authority/credential/uuid-", 26) == 0) {
		world_lists_refused--;
		a->status = STORE_UNAVAILABLE;
		channel_post(&w->store, &out);
		return;
	}
	a->status = STORE_OK;
	for (size_t k = 0; k < 3 && prefix[k][0] != '\0'; k++)
		for (size_t i = 0; i < w->rows; i++) {
			if (strncmp(w->row[i].key, prefix[k],
				strlen(prefix[k])) != 0)
				continue;
			memcpy(a->key, w->row[i].key, sizeof a->key);
			a->version = w->row[i].version;
			memcpy(a->value, w->row[i].value, w->row[i].size);
			a->value_size = w->row[i].size;
			channel_post(&w->store, &out);
		}
	message_init(&out, MSG_STORE_LIST_ANS);
	a->id = q->id;
	a->status = STORE_ABSENT;
	/* a person is loaded: that is the answer to a question too */
	if (w->store_hold_get && q->second[0] != '\0')
		w->held = out;
	else
		channel_post(&w->store, &out);
}

static void
answer_put(
    struct world *w, const struct msg_STORE_PUT_REQ *q, struct message *out)
{
	enum store_status status = STORE_UNAVAILABLE;

	if (w->store_refuse == NULL ||
	    strncmp(q->key, w->store_refuse, strlen(w->store_refuse)) != 0)
		status =
		    world_put(w, q->key, q->version, q->value, q->value_size);
	if (status == STORE_OK && row_of(w, q->key) >= 0)
		w->row[row_of(w, q->key)].expires_ms = q->expires_ms;
	message_init(out, MSG_STORE_DONE_ANS);
	out->u.STORE_DONE_ANS.id = q->id;
	out->u.STORE_DONE_ANS.status = (uint8_t)status;
	out->u.STORE_DONE_ANS.version = version_of(w, q->key);
}

static void
answer_delete(
    struct world *w, const struct msg_STORE_DELETE_REQ *q, struct message *out)
{
	int i = row_of(w, q->key);

	message_init(out, MSG_STORE_DONE_ANS);
	out->u.STORE_DONE_ANS.id = q->id;
	out->u.STORE_DONE_ANS.status = i < 0 ? STORE_ABSENT : STORE_OK;
	out->u.STORE_DONE_ANS.version = version_of(w, q->key);
	if (i >= 0 && w->row[i].version != q->version)
		out->u.STORE_DONE_ANS.status = STORE_CONFLICT;
	else if (i >= 0)
		w->row[i] = w->row[--w->rows];
}

static void
on_store(void *arg, struct message *m)
{
	struct world *w = arg;
	struct message out;
	int i;

	switch (m->type) {
	case MSG_STORE_LIST_REQ:
		answer_list(w, &m->u.STORE_LIST_REQ);
		return;
	case MSG_STORE_GET_REQ:
		i = row_of(w, m->u.STORE_GET_REQ.key);
		message_init(&out, MSG_STORE_GET_ANS);
		out.u.STORE_GET_ANS.id = m->u.STORE_GET_REQ.id;
		out.u.STORE_GET_ANS.status = i < 0 ? STORE_ABSENT : STORE_OK;
		if (i >= 0) {
			out.u.STORE_GET_ANS.version = w->row[i].version;
			out.u.STORE_GET_ANS.value_size = w->row[i].size;
			memcpy(out.u.STORE_GET_ANS.value, w->row[i].value,
			    w->row[i].size);
		}
		break;
	case MSG_STORE_DELETE_REQ:
		answer_delete(w, &m->u.STORE_DELETE_REQ, &out);
		break;
	default:
		assert_int_equal(m->type, MSG_STORE_PUT_REQ);
		answer_put(w, &m->u.STORE_PUT_REQ, &out);
	}
	if ((w->store_hold && out.type == MSG_STORE_DONE_ANS) ||
	    (w->store_hold_get && out.type == MSG_STORE_GET_ANS)) {
		w->held = out;
		return;
	}
	if (!w->store_mute)
		channel_post(&w->store, &out);
}

void
world_new_store(struct world *w)
{
	int fds[2];

	world_pair(fds);
	channel_init(&w->store, fds[1], ROLE_STORE, ROLE_AUTHORITY);
	channel_serve(&w->store, w->loop, on_store, world_nothing, w);
	store_link_peer(&w->all.store, fds[0]);
}

void
world_store_restarts(struct world *w)
{
	channel_close(&w->store);
	world_run(w, 5);
	world_new_store(w);
}

void
world_store_releases(struct world *w)
{
	w->store_hold = w->store_hold_get = false;
	channel_post(&w->store, &w->held);
	world_run(w, 20);
}

static struct {
	struct world_row row[WORLD_KEYS];
	size_t rows;
	uint64_t version;
} saved;

void
world_store_saves(struct world *w)
{
	memcpy(saved.row, w->row, sizeof saved.row);
	saved.rows = w->rows;
	saved.version = w->version;
}

void
world_store_is_restored(struct world *w)
{
	memcpy(w->row, saved.row, sizeof saved.row);
	w->rows = saved.rows;
	w->version = saved.version;
}

const uint8_t *
world_stored(struct world *w, const char *prefix, size_t *size_r)
{
	for (size_t i = 0; i < w->rows; i++)
		if (strncmp(w->row[i].key, prefix, strlen(prefix)) == 0) {
			*size_r = w->row[i].size;
			return w->row[i].value;
		}
	return NULL;
}

void
world_flush(struct world *w)
{
	struct loop_timer *t = &w->all.subjects.timer;

	if (t->active) {
		loop_timer_off(w->loop, t);
		t->call(t->arg);
	}
	world_run(w, 10);
}
