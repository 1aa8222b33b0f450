/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/directory_probe.h"

#include <stdio.h>

#include "gatewayd/directory/directory_kind.h"
#include "gatewayd/directory/setup.h"
#include "gatewayd/role/role.h"
#include "lib/base/clock.h"

static struct probe {
	struct ldap_conn_env env;
	struct one {
		struct server *server;
		struct ldap_conn conn;
		struct ldap_request request;
		struct loop_timer next;
		enum { FOR_BASE, FOR_KIND, FOR_PERSON } question;
		struct directory_kind kind;
		bool said;
	} one[CONF_URIS];
	size_t count, open;
	struct loop_timer end;
} probe;

static void next_question(void *arg);

/* Not inside an answer, which its connection goes on with. */
static void
end(void *arg)
{
	struct probe *p = arg;

	for (size_t i = 0; i < p->count; i++) {
		loop_timer_off(p->env.loop, &p->one[i].next);
		ldap_conn_close(&p->one[i].conn);
	}
	loop_stop(p->env.loop);
}

static void
say(struct one *o, bool works, const char *text)
{
	if (o->said)
		return;
	o->said = true;
	role_say_server(o->server->uri, works, 0, text);
	if (--probe.open == 0)
		loop_timer_at(
		    probe.env.loop, &probe.end, clock_mono_ms(), end, &probe);
}

static struct one *
of(const struct ldap_conn *c)
{
	for (size_t i = 0; i < probe.count; i++)
		if (&probe.one[i].conn == c)
			return &probe.one[i];
	return NULL;
}

/* --- the questions, one after the other --- */

static int
ask(struct ldap_request *r, LDAP *ld, int *msgid_r)
{
	char none[] = LDAP_NO_ATTRS, *attributes[] = {none, NULL};
	const struct one *o = r->owner;

	switch (o->question) {
	case FOR_BASE:
		return ldap_search_ext(ld, probe.env.conf->base,
		    LDAP_SCOPE_BASE, NULL, attributes, 1, NULL, NULL, NULL, 1,
		    msgid_r);
	case FOR_KIND:
		return kind_ask_server(ld, msgid_r);
	case FOR_PERSON:
		return kind_ask_person(probe.env.conf, ld, msgid_r);
	}
	return LDAP_PARAM_ERROR;
}

static void
tell(struct one *o)
{
	const struct conf_directory *conf = probe.env.conf;
	char text[WHY_MAX + 1];
	int at;

	at = snprintf(text, sizeof text, "bound as %s, and found the base",
	    conf->bind_dn);
	kind_write(&o->kind, conf, text + at, sizeof text - (size_t)at);
	say(o, true, text);
}

static void
base_is_missing(struct one *o, int code)
{
	const struct conf_directory *conf = probe.env.conf;
	char text[WHY_MAX + 1];

	snprintf(text, sizeof text,
	    "bound as %s; base %s: %s: look at base, and at what this "
	    "account may read",
	    conf->bind_dn, conf->base, ldap_err2string(code));
	say(o, false, text);
}

static void
take_entry(struct one *o, LDAP *ld, LDAPMessage *m)
{
	if (ldap_msgtype(m) != LDAP_RES_SEARCH_ENTRY)
		return;
	if (o->question == FOR_KIND)
		kind_take_server(&o->kind, ld, m);
	else if (o->question == FOR_PERSON)
		kind_take_person(&o->kind, probe.env.conf, ld, m);
}

/* What the server does not tell of itself or of people is no fault of it. */
static void
answer(struct ldap_request *r, LDAP *ld, LDAPMessage *m, bool last)
{
	struct one *o = r->owner;
	int code = LDAP_OTHER;

	if (!last) {
		take_entry(o, ld, m);
		return;
	}
	if (ldap_parse_result(ld, m, &code, NULL, NULL, NULL, NULL, 0) !=
	    LDAP_SUCCESS)
		code = LDAP_DECODING_ERROR;
	if (o->question == FOR_BASE && code != LDAP_SUCCESS) {
		base_is_missing(o, code);
	} else if (o->question == FOR_PERSON) {
		tell(o);
	} else {
		o->question++;
		/* an answer sends nothing: see ldap_conn.c */
		loop_timer_at(probe.env.loop, &o->next, clock_mono_ms(),
		    next_question, o);
	}
}

static void
unavailable(struct ldap_request *r)
{
	struct one *o = r->owner;

	/* the base was found, which is what a login needs */
	if (o->question != FOR_BASE)
		tell(o);
	else
		say(o, false, "the base was not found: no answer in time");
}

static void
too_late(void *arg)
{
	unavailable(arg);
}

static void
next_question(void *arg)
{
	struct one *o = arg;

	if (o->said || o->conn.state != LDAP_CONN_READY)
		return;
	o->request = (struct ldap_request){.kind = LDAP_CONN_SEARCH,
	    .send = ask,
	    .answer = answer,
	    .unavailable = unavailable,
	    .owner = o};
	if (ldap_conn_send(&o->conn, &o->request) < 0)
		say(o, false, "the connection broke");
	else
		loop_timer_at(probe.env.loop, &o->request.deadline,
		    clock_mono_ms() + probe.env.conf->operation_timeout,
		    too_late, &o->request);
}

static void
on_ready(void *arg, struct ldap_conn *c)
{
	struct one *o = of(c);

	(void)arg;
	o->question = FOR_BASE;
	o->kind = (struct directory_kind){0};
	next_question(o);
}

/* The next one of its addresses is tried, as the pool does; where the service
 * was refused there is nothing to try. */
static void
on_down(void *arg, struct ldap_conn *c)
{
	struct one *o = of(c);
	struct server *s = o->server;

	(void)arg;
	if (o->said)
		return;
	if (s->refused || s->failures >= s->address_count) {
		say(o, false, s->why);
		return;
	}
	s->probing = true;
	ldap_conn_open(c, s, probe.env.conf->connect_timeout);
}

void
probe_servers(struct loop *loop, struct setup *setup)
{
	struct probe *p = &probe;

	p->count = p->open = setup->conf.uri_count;
	p->env = (struct ldap_conn_env){.loop = loop,
	    .conf = &setup->conf,
	    .connect_ms = setup->conf.connect_timeout,
	    .tls = setup->tls,
	    .lists_end = setup->lists_end,
	    .ready = on_ready,
	    .down = on_down,
	    .arg = p};
	for (size_t i = 0; i < p->count; i++) {
		p->one[i].server = &setup->server[i];
		ldap_conn_init(&p->one[i].conn, &p->env, LDAP_CONN_SEARCH);
	}
	for (size_t i = 0; i < p->count; i++)
		ldap_conn_open(&p->one[i].conn, p->one[i].server,
		    setup->conf.connect_timeout);
}
