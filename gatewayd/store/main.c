/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store keeps: it has the only access to the state directory, which is its
 * root, and sees sealed values only.  It has no network and no key.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/role/role.h"
#include "gatewayd/store/owners.h"
#include "gatewayd/store/store.h"
#include "gatewayd/store/store_sqlite.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define FILE_NAME "state.db"
#define EXPIRE_MS 10000
/* entries of a list in one round, and messages that may wait for the peer:
 * a long list neither holds up the others nor fills the channel's queue */
#define LIST_PAGE 128
#define LIST_WAITING 512
#define PREFIXES 3 /* of one list */

/* A list that is being answered. */
struct list {
	struct list *next;
	uint64_t id;
	size_t at; /* which of the prefixes is being listed */
	char prefix[PREFIXES][KEY_MAX + 1], after[KEY_MAX + 1];
};

static struct store_role {
	struct loop *loop;
	struct store *store;
	struct channel authority;
	struct list *first, **last;
	struct loop_timer expiry, more;
} role = {.authority = {.fd = -1}, .last = &role.first};

static void
drop_first_list(struct store_role *r)
{
	struct list *l = r->first;

	r->first = l->next;
	if (r->first == NULL)
		r->last = &r->first;
	free(l);
}

static void
answer_get(struct message *m, const struct store_answer *a)
{
	message_init(m, MSG_STORE_GET_ANS);
	m->u.STORE_GET_ANS.id = a->ask.id;
	m->u.STORE_GET_ANS.status = (uint8_t)a->status;
	m->u.STORE_GET_ANS.version = a->version;
	m->u.STORE_GET_ANS.value_size = a->size;
	if (a->size > 0)
		memcpy(m->u.STORE_GET_ANS.value, a->value, a->size);
}

static void
answer_change(struct message *m, const struct store_answer *a)
{
	message_init(m, MSG_STORE_DONE_ANS);
	m->u.STORE_DONE_ANS.id = a->ask.id;
	m->u.STORE_DONE_ANS.status = (uint8_t)a->status;
	m->u.STORE_DONE_ANS.version = a->version;
}

static void
answer_list(struct message *m, const struct store_answer *a)
{
	message_init(m, MSG_STORE_LIST_ANS);
	m->u.STORE_LIST_ANS.id = a->ask.id;
	m->u.STORE_LIST_ANS.status = (uint8_t)a->status;
	m->u.STORE_LIST_ANS.version = a->version;
	memcpy(m->u.STORE_LIST_ANS.key, a->key, strlen(a->key) + 1);
	m->u.STORE_LIST_ANS.value_size = a->size;
	if (a->size > 0)
		memcpy(m->u.STORE_LIST_ANS.value, a->value, a->size);
}

/* True: there is another prefix. */
static bool
next_prefix(struct list *l)
{
	l->after[0] = '\0';
	l->at++;
	return l->at < PREFIXES && l->prefix[l->at][0] != '\0';
}

/* Moves the first list on; false at the end of a page, or of the keys with a
 * prefix, that is not its last. */
static bool
list_moves(struct store_role *r, const struct store_answer *a)
{
	struct list *l = r->first;

	if (a->status == STORE_OK)
		memcpy(l->after, a->key, strlen(a->key) + 1);
	else if (a->more || (a->status == STORE_ABSENT && next_prefix(l)))
		return false;
	else
		drop_first_list(r);
	return true;
}

static void
post(struct store_role *r, const struct store_answer *a)
{
	static void (*const by_op[])(
	    struct message *, const struct store_answer *) = {
	    [STORE_OP_GET] = answer_get,
	    [STORE_OP_CHANGE] = answer_change,
	    [STORE_OP_LIST] = answer_list,
	};
	static struct message m; /* large */

	by_op[a->op](&m, a);
	channel_answer(&r->authority, &m);
	message_wipe(&m);
}

static void
on_answer(void *arg, const struct store_answer *a)
{
	struct store_role *r = arg;

	if (a->op != STORE_OP_LIST || list_moves(r, a))
		post(r, a);
}

static void
begin_list(struct store_role *r, const struct msg_STORE_LIST_REQ *q)
{
	struct list *l = calloc(1, sizeof *l);

	if (l == NULL)
		fatal("list");
	l->id = q->id;
	memcpy(l->prefix[0], q->prefix, sizeof q->prefix);
	memcpy(l->prefix[1], q->second, sizeof q->second);
	memcpy(l->prefix[2], q->third, sizeof q->third);
	*r->last = l;
	r->last = &l->next;
}

/* A page of the first list, while the peer takes them. */
static void
go_on_listing(void *arg)
{
	struct store_role *r = arg;
	struct list *l = r->first;

	if (l == NULL || r->authority.queued > LIST_WAITING)
		return;
	store_list(r->store, (struct store_ask){.id = l->id}, l->prefix[l->at],
	    l->after, LIST_PAGE);
}

static void
nothing(void *arg)
{
	(void)arg;
}

static void
on_round(void *arg)
{
	struct store_role *r = arg;
	size_t pages = 0;

	do { /* mostly a person, whole */
		go_on_listing(r);
		store_flush(r->store);
	} while (r->first != NULL && ++pages < PREFIXES);
	/* a full queue wakes us when it moves; an empty one would not */
	if (r->first != NULL && r->authority.queued <= LIST_WAITING)
		loop_timer_at(r->loop, &r->more, 0, nothing, r);
}

/* False, and answered, when the key is not the authority's. */
static bool
owned(struct store_role *r, enum store_op op, uint64_t id, const char *key)
{
	const struct store_answer refusal = {.ask = {.id = id},
	    .op = op,
	    .status = STORE_UNAVAILABLE,
	    .key = ""};

	if (owners_allow(r->authority.peer, key))
		return true;
	log_warnx("refused a key that does not belong to %s",
	    role_name(r->authority.peer));
	post(r, &refusal);
	return false;
}

static void
put(struct store_role *r, const struct msg_STORE_PUT_REQ *q)
{
	struct store_entry e;

	if (!owned(r, STORE_OP_CHANGE, q->id, q->key))
		return;
	memcpy(e.key, q->key, sizeof e.key);
	e.version = q->version;
	e.expires_ms = q->expires_ms;
	e.size = q->value_size;
	memcpy(e.value, q->value, q->value_size);
	store_put_if(r->store, (struct store_ask){.id = q->id}, &e);
}

static void
on_message(void *arg, struct message *m)
{
	struct store_role *r = arg;
	const struct msg_STORE_GET_REQ *get = &m->u.STORE_GET_REQ;
	const struct msg_STORE_DELETE_REQ *delete = &m->u.STORE_DELETE_REQ;
	const struct msg_STORE_LIST_REQ *list = &m->u.STORE_LIST_REQ;

	switch (m->type) {
	case MSG_STORE_GET_REQ:
		if (owned(r, STORE_OP_GET, get->id, get->key))
			store_get(r->store, (struct store_ask){.id = get->id},
			    get->key);
		break;
	case MSG_STORE_PUT_REQ:
		put(r, &m->u.STORE_PUT_REQ);
		break;
	case MSG_STORE_DELETE_REQ:
		if (owned(r, STORE_OP_CHANGE, delete->id, delete->key))
			store_delete_if(r->store,
			    (struct store_ask){.id = delete->id}, delete->key,
			    delete->version);
		break;
	case MSG_STORE_LIST_REQ:
		if (owned(r, STORE_OP_LIST, list->id, list->prefix) &&
		    (list->second[0] == '\0' ||
			owned(r, STORE_OP_LIST, list->id, list->second)) &&
		    (list->third[0] == '\0' ||
			owned(r, STORE_OP_LIST, list->id, list->third)))
			begin_list(r, list);
		break;
	default:
		channel_unexpected(&r->authority, m);
	}
}

/* What is being done is done; its answers find a closed channel. */
static void
on_end(void *arg)
{
	struct store_role *r = arg;

	while (r->first != NULL)
		drop_first_list(r);
	store_flush(r->store);
}

static void
serve_authority(int fd)
{
	struct store_role *r = &role;

	if (r->authority.fd >= 0) {
		channel_close(&r->authority);
		on_end(r);
	}
	channel_init(&r->authority, fd, ROLE_STORE, ROLE_AUTHORITY);
	if (channel_serve(&r->authority, r->loop, on_message, on_end, r) < 0)
		fatal("epoll");
}

static void
expire(void *arg)
{
	struct store_role *r = arg;

	store_expire(r->store);
	loop_timer_at(
	    r->loop, &r->expiry, clock_mono_ms() + EXPIRE_MS, expire, r);
}

static int
start(struct loop *loop, struct role_handed *handed)
{
	struct store_role *r = &role;
	int fd = role_take_peer(handed, ROLE_AUTHORITY);

	r->loop = loop;
	r->store = store_sqlite_open(FILE_NAME);
	if (r->store == NULL)
		return -1;
	store_on_answer(r->store, on_answer, r);
	loop_each_round(loop, on_round, r);
	expire(r);
	if (fd >= 0)
		serve_authority(fd);
	return 0;
}

static void
on_peer(enum role peer, int fd)
{
	if (peer == ROLE_AUTHORITY)
		serve_authority(fd);
	else
		close(fd);
}

static void
stop(void)
{
	store_flush(role.store);
	store_close(role.store);
	role.store = NULL;
	loop_each_round(role.loop, nothing, NULL);
}

static const struct role_ops ops = {
    .role = ROLE_STORE,
    .conf_size = sizeof(struct conf_store),
    .start = start,
    .peer = on_peer,
    .stop = stop,
};

int
main(void)
{
	return role_main(&ops);
}
