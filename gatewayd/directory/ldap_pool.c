/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/ldap_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/role/role.h"
#include "gatewayd/role/sandbox.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

/* how often it looks after its connections: some are down, all are up */
#define TEND_SOON_MS 100
#define TEND_MS 5000
/* Connections are renewed, so that what libldap and TLS keep in memory of past
 * answers goes, and a change of addresses is noticed. */
#define AGE_MAX_MS (15 * 60 * 1000)
/* a server that failed lately gets this much for a handshake while another
 * one is well, because the loop waits for it */
#define HANDSHAKE_PROBE_MS 300
#define RESOLVE_AGAIN_MS 30000
/* a host that is gone does not even refuse; where there is another server it
 * is left after this long */
#define LEAVE_MS 800
/* in a row, which take seconds: no server is told of that starts anew */
#define FAILS 4
/* the parent knows the time of a server's last answer this well */
#define TELL_AGAIN_MS 60000

struct queue {
	struct ldap_request *first, **end;
};

struct ldap_pool {
	struct loop *loop;
	const struct conf_directory *conf;
	struct server server[CONF_URIS];
	size_t server_count;
	struct ldap_conn_env env;
	struct ldap_conn conn[2 * LDAP_POOL_CONNECTIONS]; /* by kind */
	struct ldap_conn scout; /* tries a better server that had failed */
	struct queue queue[2];
	struct loop_timer tend;
	bool freeing;
	/* what the parent knows of each server */
	bool told[CONF_URIS];
	int64_t told_ms[CONF_URIS]; /* that it worked then */
	char why[CONF_URIS][sizeof((struct server *)0)->why];
};

static struct ldap_conn *
conns(struct ldap_pool *p, enum ldap_conn_kind kind)
{
	return &p->conn[kind * LDAP_POOL_CONNECTIONS];
}

static size_t
conn_count(const struct ldap_pool *p, enum ldap_conn_kind kind)
{
	size_t n = kind == LDAP_CONN_SEARCH ? p->conf->search_connections
					    : p->conf->bind_connections;

	if (n < 1)
		n = 1;
	return n < LDAP_POOL_CONNECTIONS ? n : LDAP_POOL_CONNECTIONS;
}

/* --- requests --- */

static void
append(struct queue *q, struct ldap_request *r)
{
	ldap_request_link(q->end, r);
	q->end = &r->next;
}

static void
take_from_queue(struct queue *q, struct ldap_request *r)
{
	if (q->end == &r->next)
		q->end = r->back;
	ldap_request_unlink(r);
}

static void
give_up(struct ldap_pool *p, struct ldap_request *r)
{
	loop_timer_off(p->loop, &r->deadline);
	r->conn = NULL;
	r->unavailable(r);
}

/* A search may be asked again elsewhere.  A bind may not: it may have counted
 * as a try already. */
static void
lost(struct ldap_pool *p, struct ldap_request *r)
{
	struct queue *q = &p->queue[r->kind];

	r->conn = NULL;
	if (r->kind == LDAP_CONN_BIND || r->repeated) {
		give_up(p, r);
		return;
	}
	r->repeated = true;
	ldap_request_link(&q->first, r); /* it has waited already */
	if (q->end == &q->first)
		q->end = &r->next;
}

static void
empty(struct ldap_pool *p, struct ldap_conn *c)
{
	while (c->requests != NULL) {
		struct ldap_request *r = c->requests;

		ldap_request_unlink(r);
		c->request_count--;
		if (p->freeing)
			give_up(p, r);
		else
			lost(p, r);
	}
}

static void tend_soon(struct ldap_pool *p);

/* A request that ran out of time on a connection takes it along: what comes on
 * it later could belong to anything. */
static void
deadline_passed(void *arg)
{
	struct ldap_request *r = arg;
	struct ldap_conn *c = r->conn;
	struct ldap_pool *p;

	if (c == NULL) {
		p = r->pool;
		take_from_queue(&p->queue[r->kind], r);
		give_up(p, r);
		return;
	}
	p = c->env->arg;
	log_warnx("%s: the server did not answer in time", c->server->uri);
	server_failed(c->server, clock_mono_ms());
	ldap_conn_drop(c, r);
	ldap_conn_close(c);
	empty(p, c);
	tend_soon(p);
	r->unavailable(r);
}

void
ldap_pool_submit(struct ldap_pool *p, struct ldap_request *r)
{
	r->pool = p;
	r->conn = NULL;
	r->repeated = false;
	append(&p->queue[r->kind], r);
	loop_timer_at(p->loop, &r->deadline,
	    clock_mono_ms() + p->conf->operation_timeout, deadline_passed, r);
}

void
ldap_pool_cancel(struct ldap_pool *p, struct ldap_request *r)
{
	struct ldap_conn *c = r->conn;

	if (r->back == NULL)
		return;
	if (c == NULL) {
		loop_timer_off(p->loop, &r->deadline);
		take_from_queue(&p->queue[r->kind], r);
		return;
	}
	ldap_conn_drop(c, r);
	/* a bind cannot be abandoned (RFC 4511 4.11) */
	if (c->kind == LDAP_CONN_BIND) {
		ldap_conn_close(c);
		tend_soon(p);
	}
}

/* --- connections --- */

/* The best server that is well; server_count: none. */
static size_t
best(const struct ldap_pool *p)
{
	size_t i = 0;

	while (i < p->server_count && p->server[i].failures > 0)
		i++;
	return i;
}

static bool
another_is_well(const struct ldap_pool *p, const struct server *s)
{
	for (size_t i = 0; i < p->server_count; i++)
		if (&p->server[i] != s && p->server[i].failures == 0)
			return true;
	return false;
}

static void
open_conn(struct ldap_pool *p, struct ldap_conn *c, struct server *s)
{
	uint32_t handshake = p->conf->connect_timeout;

	s->opened_at = clock_mono_ms();
	p->env.connect_ms = p->conf->connect_timeout;
	if (another_is_well(p, s) && p->env.connect_ms > LEAVE_MS)
		p->env.connect_ms = LEAVE_MS;
	if (s->failures > 0) {
		s->probing = true;
		if (best(p) < p->server_count && handshake > HANDSHAKE_PROBE_MS)
			handshake = HANDSHAKE_PROBE_MS;
		/* all were tried: its name may mean others by now */
		if ((s->address_count == 0 ||
			s->failures % s->address_count == 0) &&
		    (p->conf->role.allow & SANDBOX_READ) != 0 &&
		    clock_mono_ms() - s->resolved > RESOLVE_AGAIN_MS)
			server_resolve(s);
	}
	ldap_conn_open(c, s, handshake);
}

static bool
is_down(const struct ldap_conn *c)
{
	return c->state == LDAP_CONN_DOWN;
}

/* Somebody's request waits for a connection. */
static bool
is_waiting(const struct ldap_pool *p)
{
	return p->queue[LDAP_CONN_SEARCH].first != NULL ||
	       p->queue[LDAP_CONN_BIND].first != NULL;
}

static struct server *
choose(struct ldap_pool *p)
{
	return server_choose(
	    p->server, p->server_count, clock_mono_ms(), is_waiting(p));
}

/* The connections of a kind to a server, and whether one of them works. */
static unsigned
conns_to(struct ldap_pool *p, enum ldap_conn_kind kind, const struct server *s,
    bool *ready_r)
{
	unsigned n = 0;

	*ready_r = false;
	for (size_t i = 0; i < conn_count(p, kind); i++) {
		const struct ldap_conn *c = conns(p, kind) + i;

		if (c->server != s || is_down(c))
			continue;
		n++;
		*ready_r = *ready_r || c->state == LDAP_CONN_READY;
	}
	return n;
}

/* While no connection there is bound as the service, one at a time tries: a
 * wrong password counts once, and not once for each of them. */
static bool
may_open(struct ldap_pool *p, enum ldap_conn_kind kind, const struct server *s)
{
	uint64_t now = clock_mono_ms();
	bool ready, other_ready;
	unsigned there = conns_to(p, kind, s, &ready);

	/* where they come one at a time, each kind has its first one first */
	if (!server_may_open(s, now) ||
	    (server_is_recovering(s, now) && there > 0 &&
		conns_to(p,
		    kind == LDAP_CONN_SEARCH ? LDAP_CONN_BIND
					     : LDAP_CONN_SEARCH,
		    s, &other_ready) == 0))
		return false;
	return kind == LDAP_CONN_BIND || there == 0 || ready;
}

/* returns whether any is still down */
static bool
open_conns(struct ldap_pool *p, enum ldap_conn_kind kind)
{
	bool any = false;

	for (size_t i = 0; i < conn_count(p, kind); i++) {
		struct ldap_conn *c = conns(p, kind) + i;
		struct server *s;

		if (!is_down(c))
			continue;
		s = choose(p);
		if (s != NULL && may_open(p, kind, s))
			open_conn(p, c, s);
		any = any || is_down(c);
	}
	return any;
}

/* At most one idle connection a turn moves to the best server, or is renewed,
 * so that requests always find others. */
static void
move_one(struct ldap_pool *p, enum ldap_conn_kind kind, bool *moved_r)
{
	size_t to = best(p);
	uint64_t now = clock_mono_ms();

	if (to == p->server_count)
		return;
	for (size_t i = 0; i < conn_count(p, kind); i++) {
		struct ldap_conn *c = conns(p, kind) + i;

		if (c->state != LDAP_CONN_READY || c->requests != NULL ||
		    (c->server == &p->server[to] && now - c->born < AGE_MAX_MS))
			continue;
		*moved_r = true;
		if (!may_open(p, kind, &p->server[to]))
			return; /* later */
		ldap_conn_close(c);
		open_conn(p, c, &p->server[to]);
		return;
	}
}

/* returns whether a better server than the best one waits for its turn */
static bool
scout(struct ldap_pool *p)
{
	size_t to = best(p);
	uint64_t now = clock_mono_ms();

	if (to == p->server_count || !is_down(&p->scout))
		return false;
	for (size_t i = 0; i < to; i++) {
		struct server *s = &p->server[i];

		if (s->retry_at <= now && !s->probing) {
			open_conn(p, &p->scout, s);
			break;
		}
	}
	return to > 0;
}

static void
tend(void *arg)
{
	struct ldap_pool *p = arg;
	bool soon = false;

	move_one(p, LDAP_CONN_SEARCH, &soon);
	move_one(p, LDAP_CONN_BIND, &soon);
	soon = open_conns(p, LDAP_CONN_SEARCH) || soon;
	soon = open_conns(p, LDAP_CONN_BIND) || soon;
	soon = scout(p) || soon;
	loop_timer_at(p->loop, &p->tend,
	    clock_mono_ms() + (soon ? TEND_SOON_MS : TEND_MS), tend, p);
}

static void
tend_soon(struct ldap_pool *p)
{
	if (!p->freeing)
		loop_timer_at(p->loop, &p->tend, 0, tend, p);
}

static void
on_ready(void *arg, struct ldap_conn *c)
{
	struct ldap_pool *p = arg;

	if (c != &p->scout)
		return;
	log_info("%s: the server works again", c->server->uri);
	ldap_conn_close(c);
	tend_soon(p);
}

static void
on_down(void *arg, struct ldap_conn *c)
{
	struct ldap_pool *p = arg;

	empty(p, c);
	/* the next server at once; this one, when its time has come */
	if (choose(p) != NULL)
		tend_soon(p);
	else if (!p->freeing)
		loop_timer_at(
		    p->loop, &p->tend, clock_mono_ms() + TEND_SOON_MS, tend, p);
}

/* --- the round --- */

/* The least busy one, on a server that is well if there is one. */
static struct ldap_conn *
find_room(struct ldap_pool *p, enum ldap_conn_kind kind)
{
	struct ldap_conn *found = NULL;

	for (size_t i = 0; i < conn_count(p, kind); i++) {
		struct ldap_conn *c = conns(p, kind) + i;

		if (!ldap_conn_has_room(c))
			continue;
		if (found == NULL ||
		    (c->server->failures == 0) >
			(found->server->failures == 0) ||
		    ((c->server->failures == 0) ==
			    (found->server->failures == 0) &&
			c->request_count < found->request_count))
			found = c;
	}
	return found;
}

static void
send_waiting(struct ldap_pool *p, enum ldap_conn_kind kind)
{
	struct queue *q = &p->queue[kind];

	while (q->first != NULL) {
		struct ldap_conn *c = find_room(p, kind);
		struct ldap_request *r = q->first;

		if (c == NULL)
			return;
		take_from_queue(q, r);
		if (ldap_conn_send(c, r) == 0)
			continue;
		ldap_conn_close(c);
		empty(p, c);
		tend_soon(p);
		lost(p, r);
	}
}

void
ldap_pool_round(struct ldap_pool *p)
{
	send_waiting(p, LDAP_CONN_SEARCH);
	send_waiting(p, LDAP_CONN_BIND);
}

unsigned
ldap_pool_ready(const struct ldap_pool *p, enum ldap_conn_kind kind)
{
	unsigned ready = 0;

	for (size_t i = 0; i < conn_count(p, kind); i++)
		ready += p->conn[kind * LDAP_POOL_CONNECTIONS + i].state ==
			 LDAP_CONN_READY;
	return ready;
}

void
ldap_pool_tell(struct ldap_pool *p)
{
	for (size_t i = 0; i < p->server_count; i++) {
		const struct server *s = &p->server[i];
		bool fails = s->refused || s->failures >= FAILS;
		const char *why = fails ? s->why : "";

		if (p->told[i] && strcmp(p->why[i], why) == 0 &&
		    s->worked_ms - p->told_ms[i] < TELL_AGAIN_MS)
			continue;
		p->told[i] = true;
		p->told_ms[i] = s->worked_ms;
		snprintf(p->why[i], sizeof p->why[i], "%s", why);
		role_say_server(s->uri, !fails, s->worked_ms, why);
	}
}

const char *
ldap_pool_trouble(const struct ldap_pool *p, char *text, size_t size)
{
	size_t used;

	if (ldap_pool_ready(p, LDAP_CONN_SEARCH) > 0)
		return NULL;
	/* one that lost its connections and has not failed is tried now */
	if (best(p) < p->server_count)
		return "";
	used = (size_t)snprintf(text, size, "nobody can log in");
	for (size_t i = 0; i < p->server_count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s: %s",
		    i == 0 ? ": " : "; ", p->server[i].uri, p->server[i].why);
	return text;
}

struct ldap_pool *
ldap_pool_new(struct loop *loop, const struct conf_directory *conf,
    const struct server *servers, LDAP *tls, int64_t lists_end)
{
	struct ldap_pool *p = calloc(1, sizeof *p);

	if (p == NULL)
		return NULL;
	p->loop = loop;
	p->conf = conf;
	p->server_count = conf->uri_count;
	memcpy(p->server, servers, p->server_count * sizeof *servers);
	p->env = (struct ldap_conn_env){.loop = loop,
	    .conf = conf,
	    .tls = tls,
	    .lists_end = lists_end,
	    .ready = on_ready,
	    .down = on_down,
	    .arg = p};
	for (size_t i = 0; i < LDAP_POOL_CONNECTIONS; i++) {
		ldap_conn_init(
		    conns(p, LDAP_CONN_SEARCH) + i, &p->env, LDAP_CONN_SEARCH);
		ldap_conn_init(
		    conns(p, LDAP_CONN_BIND) + i, &p->env, LDAP_CONN_BIND);
	}
	ldap_conn_init(&p->scout, &p->env, LDAP_CONN_SEARCH);
	p->queue[LDAP_CONN_SEARCH].end = &p->queue[LDAP_CONN_SEARCH].first;
	p->queue[LDAP_CONN_BIND].end = &p->queue[LDAP_CONN_BIND].first;
	tend_soon(p);
	return p;
}

void
ldap_pool_free(struct ldap_pool *p)
{
	if (p == NULL)
		return;
	p->freeing = true;
	for (size_t i = 0; i < 2 * LDAP_POOL_CONNECTIONS; i++) {
		ldap_conn_close(&p->conn[i]);
		empty(p, &p->conn[i]);
	}
	ldap_conn_close(&p->scout);
	for (int kind = 0; kind < 2; kind++)
		while (p->queue[kind].first != NULL) {
			struct ldap_request *r = p->queue[kind].first;

			take_from_queue(&p->queue[kind], r);
			give_up(p, r);
		}
	loop_timer_off(p->loop, &p->tend);
	free(p);
}
