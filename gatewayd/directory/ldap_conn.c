/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/ldap_conn.h"

#include <errno.h>
#include <openldap.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "gatewayd/directory/ldap_options.h"
#include "gatewayd/directory/tls_reason.h"
#include "gatewayd/role/server_chain.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

/* a connection closed younger than this is a failure of the server */
#define YOUNG_MS 1000

static struct timeval now_or_never = {0, 0};

void
ldap_request_link(struct ldap_request **end, struct ldap_request *r)
{
	r->next = *end;
	r->back = end;
	if (r->next != NULL)
		r->next->back = &r->next;
	*end = r;
}

void
ldap_request_unlink(struct ldap_request *r)
{
	if (r->back == NULL)
		return;
	*r->back = r->next;
	if (r->next != NULL)
		r->next->back = r->back;
	r->next = NULL;
	r->back = NULL;
}

void
ldap_conn_init(struct ldap_conn *c, const struct ldap_conn_env *env,
    enum ldap_conn_kind kind)
{
	*c = (struct ldap_conn){.env = env, .kind = kind, .fd = -1};
}

void
ldap_conn_close(struct ldap_conn *c)
{
	loop_timer_off(c->env->loop, &c->timer);
	loop_unwatch(c->env->loop, &c->watch);
	if (c->ld != NULL)
		ldap_unbind_ext(c->ld, NULL, NULL); /* closes the fd */
	else if (c->fd >= 0)
		close(c->fd);
	c->ld = NULL;
	c->fd = -1;
	c->state = LDAP_CONN_DOWN;
}

/* what is a server's fault is remembered as its */
static void
fail(struct ldap_conn *c, const char *what, const char *why)
{
	log_warnx("%s: %s: %s", c->server->uri, what, why);
	snprintf(c->server->why, sizeof c->server->why, "%s: %s", what, why);
	server_failed(c->server, clock_mono_ms());
	ldap_conn_close(c);
	c->env->down(c->env->arg, c);
}

/* The server heard the service's name and password and said no.  What it says
 * of itself (busy, broken) is a failure like any other. */
static void
refused(struct ldap_conn *c, int code)
{
	uint64_t pause;
	struct tm tm;
	char when[16];
	time_t at;

	if (code == LDAP_BUSY || code == LDAP_UNAVAILABLE ||
	    code == LDAP_OPERATIONS_ERROR || code == LDAP_OTHER) {
		fail(c, "service bind", ldap_err2string(code));
		return;
	}
	pause = server_refused(c->server, clock_mono_ms());
	log_warnx("%s: service bind: %s: bind-dn or the file of "
		  "bind-password-file is wrong; next try in %llu s",
	    c->server->uri, ldap_err2string(code),
	    (unsigned long long)pause / 1000);
	at = (time_t)((clock_wall_ms() + (int64_t)pause) / 1000);
	gmtime_r(&at, &tm);
	strftime(when, sizeof when, "%H:%M:%SZ", &tm);
	snprintf(c->server->why, sizeof c->server->why,
	    "service bind: %s: bind-dn or the file of bind-password-file is "
	    "wrong; refused %u time%s, next try at %s",
	    ldap_err2string(code), c->server->refusals,
	    c->server->refusals == 1 ? "" : "s", when);
	ldap_conn_close(c);
	c->env->down(c->env->arg, c);
}

static const char *
why(LDAP *ld)
{
	int code = LDAP_OTHER;

	ldap_get_option(ld, LDAP_OPT_RESULT_CODE, &code);
	return ldap_err2string(code);
}

/* The server ended it: no fault of its, unless it does so at once. */
static void
ended(struct ldap_conn *c, const char *how)
{
	uint64_t now = clock_mono_ms();

	if (now - c->born < YOUNG_MS) {
		fail(c, "closed", how);
		return;
	}
	log_info("%s: closed: %s", c->server->uri, how);
	ldap_conn_close(c);
	c->env->down(c->env->arg, c);
}

static void
timed_out(void *arg)
{
	static const char *const doing[] = {[LDAP_CONN_CONNECTING] = "connect",
	    [LDAP_CONN_STARTING_TLS] = "StartTLS",
	    [LDAP_CONN_BINDING] = "service bind"};
	struct ldap_conn *c = arg;

	fail(c, doing[c->state], "no answer in time");
}

static void
set_deadline(struct ldap_conn *c, uint32_t timeout)
{
	loop_timer_at(
	    c->env->loop, &c->timer, clock_mono_ms() + timeout, timed_out, c);
}

static void
become_ready(struct ldap_conn *c)
{
	loop_timer_off(c->env->loop, &c->timer);
	c->state = LDAP_CONN_READY;
	c->born = clock_mono_ms();
	c->server->worked_ms = clock_wall_ms();
	server_is_well(c->server, c->kind == LDAP_CONN_SEARCH);
	c->env->ready(c->env->arg, c);
}

static void
bind_service(struct ldap_conn *c)
{
	const struct conf_directory *conf = c->env->conf;
	struct berval password = {
	    .bv_val = (char *)(uintptr_t)conf->bind_password,
	    .bv_len = strlen(conf->bind_password)};

	if (c->kind == LDAP_CONN_BIND) {
		become_ready(c);
		return;
	}
	if (ldap_sasl_bind(c->ld, conf->bind_dn, LDAP_SASL_SIMPLE, &password,
		NULL, NULL, &c->msgid) != LDAP_SUCCESS) {
		fail(c, "service bind", why(c->ld));
		return;
	}
	c->state = LDAP_CONN_BINDING;
	set_deadline(c, conf->operation_timeout);
}

static void
install_tls(struct ldap_conn *c)
{
	const char *reason;
	char *text = NULL;
	int result;

	tls_reason_begin(c->server->host, c->env->lists_end);
	result = ldap_install_tls(c->ld);
	reason = tls_reason_end();
	server_chain_seen(c->server->uri, tls_reason_chain());
	if (result != LDAP_SUCCESS || ldap_options_verify_tls(c->ld) < 0) {
		ldap_get_option(
		    c->ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, (void *)&text);
		fail(c, "TLS",
		    reason[0] != '\0'		    ? reason
		    : text != NULL && *text != '\0' ? text
						    : why(c->ld));
		ldap_memfree(text);
		return;
	}
	bind_service(c);
}

static void
start_tls(struct ldap_conn *c)
{
	if (ldap_start_tls(c->ld, NULL, NULL, &c->msgid) != LDAP_SUCCESS) {
		fail(c, "StartTLS", why(c->ld));
		return;
	}
	c->state = LDAP_CONN_STARTING_TLS;
	set_deadline(c, c->env->conf->operation_timeout);
}

static void
connected(struct ldap_conn *c)
{
	int error = 0;
	socklen_t size = sizeof error;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error != 0) {
		fail(c, "connect", strerror(error));
		return;
	}
	/* Another connection found the server at fault meanwhile: do not let
	 * each of them wait for a handshake of its own. */
	if (c->server->failures > 0 && !c->probe) {
		ldap_conn_close(c);
		c->env->down(c->env->arg, c);
		return;
	}
	/* the URI is for the name in the certificate; the socket is ours */
	if (ldap_init_fd(c->fd, LDAP_PROTO_TCP, c->server->uri, &c->ld) !=
		LDAP_SUCCESS ||
	    ldap_options_apply(c->ld,
		c->server->ldaps || c->server->start_tls ? c->env->tls : NULL,
		c->handshake_ms) < 0 ||
	    loop_change(c->env->loop, &c->watch, EPOLLIN) < 0) {
		fail(c, "libldap", "cannot use the connection");
		return;
	}
	if (c->server->ldaps)
		install_tls(c);
	else if (c->server->start_tls)
		start_tls(c);
	else
		bind_service(c);
}

/* The one answer of StartTLS or the service bind; result code or -1 */
static int
setup_result(struct ldap_conn *c, LDAPMessage *m)
{
	int code = -1;

	if (ldap_msgid(m) != c->msgid ||
	    ldap_parse_result(c->ld, m, &code, NULL, NULL, NULL, NULL, 0) !=
		LDAP_SUCCESS)
		return -1;
	return code;
}

/* 1: a message, to be freed.  0: none yet.  -1: there will be none, and why()
 * says why. */
static int
next_message(struct ldap_conn *c, LDAPMessage **m_r)
{
	int broken = LDAP_PROTOCOL_ERROR, rc;

	*m_r = NULL;
	rc = ldap_result(c->ld, LDAP_RES_ANY, LDAP_MSG_ONE, &now_or_never, m_r);
	if (rc > 0)
		return 1;
	if (*m_r == NULL)
		return rc;
	/* what libldap returns is the message's type, and this one has 0 */
	ldap_msgfree(*m_r);
	ldap_set_option(c->ld, LDAP_OPT_RESULT_CODE, &broken);
	return -1;
}

static void
on_setup(struct ldap_conn *c)
{
	LDAPMessage *m;
	int rc = next_message(c, &m);
	bool bound = c->state == LDAP_CONN_BINDING;
	int code;

	if (rc == 0)
		return;
	if (rc < 0) {
		fail(c, bound ? "service bind" : "StartTLS", why(c->ld));
		return;
	}
	code = setup_result(c, m);
	ldap_msgfree(m);
	if (bound && code > LDAP_SUCCESS)
		refused(c, code);
	else if (code != LDAP_SUCCESS)
		fail(c, bound ? "service bind" : "StartTLS",
		    code < 0 ? "the server sent an answer without a request"
			     : ldap_err2string(code));
	else if (bound)
		become_ready(c);
	else
		install_tls(c);
}

static struct ldap_request *
find_request(const struct ldap_conn *c, int msgid)
{
	struct ldap_request *r = c->requests;

	while (r != NULL && r->msgid != msgid)
		r = r->next;
	return r;
}

static void
take_out(struct ldap_conn *c, struct ldap_request *r)
{
	ldap_request_unlink(r);
	loop_timer_off(c->env->loop, &r->deadline);
	c->request_count--;
	r->conn = NULL;
}

void
ldap_conn_follow(struct ldap_request *r)
{
	if (r->answering != NULL)
		r->answering->follows = r;
}

/* False: the connection is broken. */
static bool
send_follower(struct ldap_conn *c)
{
	struct ldap_request *r = c->follows;
	struct loop_timer *t = &r->deadline;

	c->follows = NULL;
	if (ldap_conn_send(c, r) < 0) {
		r->unavailable(r);
		return false;
	}
	loop_timer_at(c->env->loop, t, t->deadline, t->call, t->arg);
	return true;
}

/* False: the connection is broken. */
static bool
deliver(struct ldap_conn *c, LDAPMessage *m)
{
	struct ldap_request *r = find_request(c, ldap_msgid(m));
	int type = ldap_msgtype(m);
	bool last = type != LDAP_RES_SEARCH_ENTRY &&
		    type != LDAP_RES_SEARCH_REFERENCE &&
		    type != LDAP_RES_INTERMEDIATE;

	if (r == NULL)
		return true; /* late, of a search that was abandoned */
	c->server->worked_ms = clock_wall_ms();
	if (last)
		take_out(c, r);
	r->answering = last ? c : NULL;
	r->answer(r, c->ld, m, last); /* which may free it */
	return c->follows == NULL || send_follower(c);
}

/* Answers never close the connection nor send on it: owners ask the pool,
 * which acts at the end of the round, or for the next operation here. */
static void
on_answers(struct ldap_conn *c)
{
	do {
		LDAPMessage *m;
		int rc = next_message(c, &m);

		if (rc == 0)
			return;
		if (rc < 0) {
			ended(c, why(c->ld));
			return;
		}
		/* message id 0 is a notice of disconnection, RFC 4511 4.4.1 */
		if (ldap_msgid(m) == 0) {
			ldap_msgfree(m);
			ended(c, "notice of disconnection");
			return;
		}
		rc = deliver(c, m) ? 0 : -1;
		ldap_msgfree(m);
		if (rc < 0) {
			ended(c, "could not send");
			return;
		}
		/* TLS may hold more answers than the socket shows */
	} while (c->requests != NULL);
}

static void
on_event(void *arg, uint32_t events)
{
	struct ldap_conn *c = arg;

	(void)events;
	switch (c->state) {
	case LDAP_CONN_CONNECTING:
		connected(c);
		break;
	case LDAP_CONN_STARTING_TLS:
	case LDAP_CONN_BINDING:
		on_setup(c);
		break;
	case LDAP_CONN_READY:
		on_answers(c);
		break;
	case LDAP_CONN_DOWN:
		break;
	}
}

void
ldap_conn_open(
    struct ldap_conn *c, struct server *server, uint32_t handshake_ms)
{
	c->server = server;
	c->handshake_ms = handshake_ms;
	c->probe = server->probing;
	c->fd = server_connect(server);
	if (c->fd < 0 ||
	    loop_watch(c->env->loop, &c->watch, c->fd, on_event, c) < 0 ||
	    loop_change(c->env->loop, &c->watch, EPOLLOUT) < 0) {
		fail(c, "connect", strerror(errno));
		return;
	}
	c->state = LDAP_CONN_CONNECTING;
	set_deadline(c, c->env->connect_ms);
}

bool
ldap_conn_has_room(const struct ldap_conn *c)
{
	return c->state == LDAP_CONN_READY &&
	       c->request_count <
		   (c->kind == LDAP_CONN_BIND ? 1 : LDAP_CONN_SEARCHES);
}

int
ldap_conn_send(struct ldap_conn *c, struct ldap_request *r)
{
	bool tls = c->server->ldaps || c->server->start_tls;

	/* libldap must not have put another socket under the handle */
	if ((tls && !ldap_tls_inplace(c->ld)) ||
	    r->send(r, c->ld, &r->msgid) != LDAP_SUCCESS) {
		log_info("%s: closed: could not send", c->server->uri);
		return -1;
	}
	r->conn = c;
	c->request_count++;
	ldap_request_link(&c->requests, r);
	return 0;
}

void
ldap_conn_drop(struct ldap_conn *c, struct ldap_request *r)
{
	if (c->ld != NULL && c->kind == LDAP_CONN_SEARCH)
		ldap_abandon_ext(c->ld, r->msgid, NULL, NULL);
	take_out(c, r);
}
