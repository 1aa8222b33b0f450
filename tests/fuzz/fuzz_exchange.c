/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole exchanges with a server that answers anything: what it says to the bind
 * of the service, to the search for alice, and to her bind on a connection of
 * its own.  The bytes go through libldap and ldap_conn.c as from the network.
 * The first two bytes of the data are the sizes of the first two answers.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/directory/bind.h"
#include "gatewayd/directory/ldap_conn.h"
#include "gatewayd/directory/ldap_options.h"
#include "gatewayd/directory/lookup.h"
#include "gatewayd/role/server_chain.h"

#define NAME "alice"
#define SERVICE "cn=service"
#define LONG_MS 1000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* libldap 2.5 keeps a request for ever whose entry it could not decode: some
 * kilobytes for each such answer, from a server whose certificate is right.
 * All other leaks are looked for; these two are the sanitizer's names. */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *
__asan_default_options(void)
{
	return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions(void)
{
	return "leak:ldap_send_server_request\n";
}

struct answer {
	const uint8_t *at;
	size_t size;
};

static struct {
	struct loop *loop;
	struct conf_directory conf;
	struct named_groups named;
	struct ldap_conn_env env;
	struct server server;
	struct ldap_conn conn;
	int peer;
	struct answer setup, answer; /* of the service bind; of the request */
	bool fed_setup, sent;
	struct ldap_request request;
	struct lookup lookup;
	int verdict;
} x;

/* --- what stands for the server, and for the rest of directory --- */

int
server_connect(struct server *s)
{
	int pair[2];

	(void)s;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		pair) < 0)
		abort();
	x.peer = pair[1];
	return pair[0];
}

void
server_failed(struct server *s, uint64_t now)
{
	(void)now;
	s->failures++;
}

uint64_t
server_refused(struct server *s, uint64_t now)
{
	(void)now;
	s->refused = true;
	return 60000;
}

void
server_is_well(struct server *s, bool bound)
{
	(void)bound;
	s->failures = 0;
}

void
server_chain_seen(const char *server, const struct tls_peer_chain *chain)
{
	(void)server;
	(void)chain;
}

static void
feed(const struct answer *a, bool end)
{
	if (a->size > 0 &&
	    send(x.peer, a->at, a->size, MSG_NOSIGNAL) != (ssize_t)a->size)
		abort();
	if (end)
		shutdown(x.peer, SHUT_WR);
}

static bool
is_read(void)
{
	int left = 0;

	return x.conn.fd >= 0 && ioctl(x.conn.fd, FIONREAD, &left) == 0 &&
	       left == 0;
}

/* each step of the server follows what it was asked */
static void
on_round(void *arg)
{
	(void)arg;
	if (x.conn.state == LDAP_CONN_BINDING && !x.fed_setup) {
		x.fed_setup = true;
		feed(&x.setup, false);
	} else if (x.conn.state == LDAP_CONN_BINDING && is_read()) {
		shutdown(x.peer, SHUT_WR);
	} else if (x.conn.state == LDAP_CONN_READY && !x.sent) {
		x.sent = true;
		if (ldap_conn_send(&x.conn, &x.request) < 0)
			abort();
		feed(&x.answer, true);
	}
}

static void
on_ready(void *arg, struct ldap_conn *c)
{
	(void)arg;
	(void)c;
}

static void
on_down(void *arg, struct ldap_conn *c)
{
	(void)arg;
	while (c->requests != NULL) {
		struct ldap_request *r = c->requests;

		ldap_request_unlink(r);
		c->request_count--;
		r->unavailable(r);
	}
	loop_stop(x.loop);
}

static void
exchange(enum ldap_conn_kind kind)
{
	x.fed_setup = x.sent = false;
	memset(&x.server, 0, sizeof x.server);
	strcpy(x.server.uri, "ldap://127.0.0.1:389");
	strcpy(x.server.host, "127.0.0.1");
	ldap_conn_init(&x.conn, &x.env, kind);
	ldap_conn_open(&x.conn, &x.server, LONG_MS);
	if (loop_run(x.loop) < 0)
		abort();
	while (x.conn.requests != NULL)
		ldap_conn_drop(&x.conn, x.conn.requests);
	ldap_conn_close(&x.conn);
	close(x.peer);
}

/* --- the search --- */

static int
send_search(struct ldap_request *r, LDAP *ld, int *msgid_r)
{
	(void)r;
	return lookup_send(&x.lookup, ld, msgid_r);
}

static void
take_search(struct ldap_request *r, LDAP *ld, LDAPMessage *m, bool last)
{
	int code = LDAP_PROTOCOL_ERROR;

	if (!last && lookup_part(&x.lookup, ld, m))
		return;
	if (!last) /* as the pool does: nothing more of it counts */
		ldap_conn_drop(&x.conn, r);
	if (last && (ldap_msgtype(m) != LDAP_RES_SEARCH_RESULT ||
			ldap_parse_result(ld, m, &code, NULL, NULL, NULL, NULL,
			    0) != LDAP_SUCCESS))
		code = LDAP_PROTOCOL_ERROR;
	lookup_result(&x.lookup, last ? code : LDAP_SUCCESS);
	loop_stop(x.loop);
}

static void
no_search(struct ldap_request *r)
{
	(void)r;
	lookup_result(&x.lookup, LDAP_TIMEOUT);
}

static bool
has(const struct answer *a, const void *bytes, size_t size)
{
	return memmem(a->at, a->size, bytes, size) != NULL;
}

static void
search(void)
{
	const struct msg_DIRECTORY_LOOKUP_ANS *a = &x.lookup.answer;

	group_search_free(&x.lookup.groups);
	if (lookup_init(
		&x.lookup, &x.conf, &x.named, NAME, INT64_C(1790000000)) < 0)
		abort();
	x.request = (struct ldap_request){.kind = LDAP_CONN_SEARCH,
	    .send = send_search,
	    .answer = take_search,
	    .unavailable = no_search};
	exchange(LDAP_CONN_SEARCH);
	if (a->status != LOOKUP_FOUND) {
		if (a->subject[0] != '\0' || a->group_count > 0 ||
		    x.lookup.dn[0] != '\0')
			abort();
		return;
	}
	/* exactly one entry with that name, and its end */
	if (x.lookup.entries != 1 || strcasecmp(a->name, NAME) != 0 ||
	    a->subject[0] == '\0' || a->state < ACCOUNT_ACTIVE ||
	    a->state > ACCOUNT_MAYBE_LOCKED || !has(&x.answer, "\x65", 1))
		abort();
}

/* --- the bind --- */

static int
send_bind(struct ldap_request *r, LDAP *ld, int *msgid_r)
{
	(void)r;
	return bind_send(ld, "uid=" NAME, "secret", 6, msgid_r);
}

static void
take_bind(struct ldap_request *r, LDAP *ld, LDAPMessage *m, bool last)
{
	enum account_state state;

	(void)r;
	if (!last)
		return;
	x.verdict = bind_answer(ld, m, &state);
	if (x.verdict == VERDICT_MATCH && state != ACCOUNT_ACTIVE)
		abort();
	loop_stop(x.loop);
}

static void
no_bind(struct ldap_request *r)
{
	(void)r;
	x.verdict = VERDICT_UNAVAILABLE;
}

static void
bind_as_person(void)
{
	x.verdict = 0;
	x.request = (struct ldap_request){.kind = LDAP_CONN_BIND,
	    .send = send_bind,
	    .answer = take_bind,
	    .unavailable = no_bind};
	exchange(LDAP_CONN_BIND);
	/* libldap takes any tag and length for the code of a result, so the
	 * bytes of a success cannot be looked for */
	if (x.verdict == VERDICT_MATCH && !has(&x.answer, "\x61", 1))
		abort();
}

static void
begin(void)
{
	static const char *group = "cn=sre,";

	x.named = (struct named_groups){.dn = &group, .count = 1};
	setenv("LDAPNOINIT", "1", 1);
	ldap_options_isolate();
	x.loop = loop_new();
	if (x.loop == NULL)
		abort();
	loop_each_round(x.loop, on_round, NULL);
	strcpy(x.conf.base, "dc=example");
	strcpy(x.conf.bind_dn, SERVICE);
	strcpy(x.conf.bind_password, "service");
	strcpy(x.conf.object_class, "person");
	strcpy(x.conf.username_attribute, "uid");
	strcpy(x.conf.id_attribute, "entryUUID");
	strcpy(x.conf.employment_attribute, "employeeType");
	strcpy(x.conf.group_attribute, "memberOf");
	x.conf.connect_timeout = x.conf.operation_timeout = LONG_MS;
	x.env = (struct ldap_conn_env){.loop = x.loop,
	    .conf = &x.conf,
	    .connect_ms = LONG_MS,
	    .ready = on_ready,
	    .down = on_down};
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t one, two;

	if (x.loop == NULL)
		begin();
	if (size < 2 || size > 4096)
		return 0;
	one = data[0];
	two = data[1];
	data += 2;
	size -= 2;
	one = one < size ? one : size;
	two = two < size - one ? two : size - one;
	x.setup = (struct answer){data, one};
	x.answer = (struct answer){data + one, two};
	search();
	x.answer = (struct answer){data + one + two, size - one - two};
	bind_as_person();
	return 0;
}
