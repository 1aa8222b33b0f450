/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/link/store_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"

struct pending {
	struct table_item item;
	uint64_t id;
	enum message_type answer; /* the only one that answers it */
	store_call call;
	void *arg;
};

static const struct store_answer unavailable = {.status = STORE_UNAVAILABLE};

int
store_link_init(struct store_link *s, struct loop *loop)
{
	*s = (struct store_link){.loop = loop, .next = 1};
	s->channel.fd = -1;
	return table_init(&s->pending);
}

static void
finish(struct store_link *s, struct pending *p, const struct store_answer *a)
{
	store_call call = p->call;
	void *arg = p->arg;

	table_remove(&s->pending, &p->item);
	free(p);
	call(arg, a);
}

static void
fail_all(struct store_link *s)
{
	struct table_item *next;
	struct pending *p;
	uint64_t before = s->next;
	bool found;

	/* a call may ask again: only what was there before fails */
	do {
		size_t at = 0;

		found = false;
		while ((p = table_each(&s->pending, &at, &next)) != NULL)
			if (p->id < before) {
				finish(s, p, &unavailable);
				found = true;
				break;
			}
	} while (found);
}

static void
on_close(void *arg)
{
	struct store_link *s = arg;

	log_warnx("store is gone");
	fail_all(s);
}

static void
on_message(void *arg, struct message *m)
{
	struct store_link *s = arg;
	struct store_answer a = {0};
	struct pending *p;
	uint64_t id;
	bool more = false;

	switch (m->type) {
	case MSG_STORE_GET_ANS:
		id = m->u.STORE_GET_ANS.id;
		a.status = m->u.STORE_GET_ANS.status;
		a.version = m->u.STORE_GET_ANS.version;
		a.value = m->u.STORE_GET_ANS.value;
		a.value_size = m->u.STORE_GET_ANS.value_size;
		break;
	case MSG_STORE_DONE_ANS:
		id = m->u.STORE_DONE_ANS.id;
		a.status = m->u.STORE_DONE_ANS.status;
		a.version = m->u.STORE_DONE_ANS.version;
		break;
	case MSG_STORE_LIST_ANS:
		id = m->u.STORE_LIST_ANS.id;
		a.status = m->u.STORE_LIST_ANS.status;
		a.version = m->u.STORE_LIST_ANS.version;
		a.key = m->u.STORE_LIST_ANS.key;
		a.value = m->u.STORE_LIST_ANS.value;
		a.value_size = m->u.STORE_LIST_ANS.value_size;
		more = a.status == STORE_OK;
		break;
	default:
		channel_unexpected(&s->channel, m);
	}
	p = table_find(&s->pending, &id, sizeof id);
	if (p == NULL)
		return;
	/* who asked reads what that answer has, and is called as often */
	if (p->answer != m->type) {
		log_warnx("store answered with another message: %s",
		    message_name(m->type));
		channel_close(&s->channel);
		fail_all(s);
		return;
	}
	if (more) {
		p->call(p->arg, &a);
		return;
	}
	finish(s, p, &a);
}

void
store_link_peer(struct store_link *s, int fd)
{
	channel_close(&s->channel);
	fail_all(s);
	channel_init(&s->channel, fd, ROLE_AUTHORITY, ROLE_STORE);
	if (channel_serve(&s->channel, s->loop, on_message, on_close, s) < 0)
		fatal("epoll");
}

/* NULL: the call was made already. */
static struct pending *
ask(struct store_link *s, enum message_type answer, store_call call, void *arg)
{
	struct pending *p = calloc(1, sizeof *p);

	if (p == NULL)
		goto bad;
	*p = (struct pending){
	    .id = s->next++, .answer = answer, .call = call, .arg = arg};
	if (table_add(&s->pending, &p->item, &p->id, sizeof p->id, p) == 0)
		return p;
bad:
	free(p);
	call(arg, &unavailable);
	return NULL;
}

static void
post(struct store_link *s, struct pending *p, struct message *m)
{
	if (channel_post(&s->channel, m) < 0)
		finish(s, p, &unavailable);
}

void
store_get(struct store_link *s, const char *key, store_call call, void *arg)
{
	struct pending *p = ask(s, MSG_STORE_GET_ANS, call, arg);
	struct message m;

	if (p == NULL)
		return;
	message_init(&m, MSG_STORE_GET_REQ);
	m.u.STORE_GET_REQ.id = p->id;
	snprintf(
	    m.u.STORE_GET_REQ.key, sizeof m.u.STORE_GET_REQ.key, "%s", key);
	post(s, p, &m);
}

void
store_put(struct store_link *s, const struct store_row *row, store_call call,
    void *arg)
{
	struct pending *p = ask(s, MSG_STORE_DONE_ANS, call, arg);
	struct message m;

	if (p == NULL)
		return;
	message_init(&m, MSG_STORE_PUT_REQ);
	m.u.STORE_PUT_REQ.id = p->id;
	snprintf(m.u.STORE_PUT_REQ.key, sizeof m.u.STORE_PUT_REQ.key, "%s",
	    row->key);
	m.u.STORE_PUT_REQ.version = row->version;
	m.u.STORE_PUT_REQ.expires_ms = row->expires_ms;
	if (row->value.size > VALUE_MAX) {
		finish(s, p, &unavailable);
		return;
	}
	memcpy(m.u.STORE_PUT_REQ.value, row->value.data, row->value.size);
	m.u.STORE_PUT_REQ.value_size = row->value.size;
	post(s, p, &m);
}

void
store_delete(struct store_link *s, const char *key, uint64_t version,
    store_call call, void *arg)
{
	struct pending *p = ask(s, MSG_STORE_DONE_ANS, call, arg);
	struct message m;

	if (p == NULL)
		return;
	message_init(&m, MSG_STORE_DELETE_REQ);
	m.u.STORE_DELETE_REQ.id = p->id;
	snprintf(m.u.STORE_DELETE_REQ.key, sizeof m.u.STORE_DELETE_REQ.key,
	    "%s", key);
	m.u.STORE_DELETE_REQ.version = version;
	post(s, p, &m);
}

void
store_list_all(struct store_link *s, const char *const prefix[STORE_PREFIXES],
    store_call call, void *arg)
{
	struct pending *p = ask(s, MSG_STORE_LIST_ANS, call, arg);
	struct msg_STORE_LIST_REQ *q;
	struct message m;

	if (p == NULL)
		return;
	message_init(&m, MSG_STORE_LIST_REQ);
	q = &m.u.STORE_LIST_REQ;
	q->id = p->id;
	snprintf(q->prefix, sizeof q->prefix, "%s", prefix[0]);
	snprintf(q->second, sizeof q->second, "%s", prefix[1]);
	snprintf(q->third, sizeof q->third, "%s", prefix[2]);
	post(s, p, &m);
}

void
store_list(struct store_link *s, const char *prefix, store_call call, void *arg)
{
	const char *const one[STORE_PREFIXES] = {prefix, "", ""};

	store_list_all(s, one, call, arg);
}
