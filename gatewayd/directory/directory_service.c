/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/directory_service.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gatewayd/directory/bind.h"
#include "gatewayd/directory/lookup.h"
#include "gatewayd/directory/who_am_i.h"
#include "lib/base/clock.h"
#include "lib/base/hex.h"
#include "lib/base/log.h"

#define DECOY_DN_MAX (2 * CONF_TEXT + 2 * ATTEMPT_ID + 8)

static void
post_verdict(struct pending *p, enum verdict verdict, enum account_state state)
{
	struct directory_service *s = p->owner;
	struct message m;

	message_init(&m, MSG_DIRECTORY_VERDICT_NOTE);
	memcpy(m.u.DIRECTORY_VERDICT_NOTE.attempt, p->attempt, ATTEMPT_ID);
	m.u.DIRECTORY_VERDICT_NOTE.verdict = (uint8_t)verdict;
	m.u.DIRECTORY_VERDICT_NOTE.state = (uint8_t)state;
	if (!p->forgotten)
		channel_answer(&s->authority, &m);
	pending_remove(p);
}

/* --- the bind --- */

/* Nobody has this name: the attempt's id is random.  The bytes are hexadecimal
 * and the base is the configuration's, so there is nothing to escape. */
static void
decoy_dn(const struct pending *p, const struct conf_directory *conf,
    char out[DECOY_DN_MAX])
{
	char hex[HEX_ROOM(ATTEMPT_ID)];

	hex_encode(p->attempt, ATTEMPT_ID, hex);
	snprintf(out, DECOY_DN_MAX, "%s=%s,%s", conf->username_attribute, hex,
	    conf->base);
}

static int
bind_request(struct ldap_request *r, LDAP *ld, int *msgid_r)
{
	struct pending *p = r->owner;
	const struct directory_service *s = p->owner;
	char decoy[DECOY_DN_MAX];
	int code;

	decoy_dn(p, &s->setup->conf, decoy);
	code = bind_send(ld, p->dn != NULL ? p->dn : decoy, p->password->bytes,
	    p->password->size, msgid_r);
	pending_clear_password(p);
	return code;
}

static const struct conf_directory *
conf_of(const struct pending *p)
{
	const struct directory_service *s = p->owner;

	return &s->setup->conf;
}

static int
who_request(struct ldap_request *r, LDAP *ld, int *msgid_r)
{
	(void)r;
	return who_am_i_send(ld, msgid_r);
}

static void
who_done(struct ldap_request *r, LDAP *ld, LDAPMessage *m, bool last)
{
	struct pending *p = r->owner;

	if (!last)
		return;
	/* nobody's while its attempt waited */
	post_verdict(p,
	    p->dn != NULL && p->name != NULL &&
		    who_am_i_answer(ld, m, p->dn, p->name)
		? VERDICT_MATCH
		: VERDICT_UNAVAILABLE,
	    ACCOUNT_ACTIVE);
}

/* The bind succeeded, and this connection is the only one that shows as whom.
 */
static void
ask_who_am_i(struct pending *p)
{
	p->request.send = who_request;
	p->request.answer = who_done;
	ldap_conn_follow(&p->request);
}

static void
bind_done(struct ldap_request *r, LDAP *ld, LDAPMessage *m, bool last)
{
	struct pending *p = r->owner;
	enum account_state state;
	enum verdict verdict;

	if (!last)
		return;
	verdict = bind_answer(ld, m, &state);
	if (p->dn == NULL)
		post_verdict(p, VERDICT_MISMATCH, ACCOUNT_ACTIVE);
	else if (verdict == VERDICT_MATCH && conf_of(p)->who_am_i)
		ask_who_am_i(p);
	else
		post_verdict(p, verdict, state);
}

static void
bind_unavailable(struct ldap_request *r)
{
	struct pending *p = r->owner;

	post_verdict(p, p->dn == NULL ? VERDICT_MISMATCH : VERDICT_UNAVAILABLE,
	    ACCOUNT_ACTIVE);
}

static void
start_bind(struct pending *p)
{
	struct directory_service *s = p->owner;

	p->stage = PENDING_BINDING;
	p->request = (struct ldap_request){.kind = LDAP_CONN_BIND,
	    .send = bind_request,
	    .answer = bind_done,
	    .unavailable = bind_unavailable,
	    .owner = p};
	ldap_pool_submit(s->setup->pool, &p->request);
}

/* Whoever sends these may send many: a line a second is enough. */
static void
complain(struct directory_service *s)
{
	uint64_t now = clock_mono_ms();

	s->refused++;
	if (now < s->complain_at)
		return;
	log_warnx("refused %u passwords: no lookup for the attempt, a wrong "
		  "ticket, or the second one",
	    s->refused);
	s->refused = 0;
	s->complain_at = now + 1000;
}

void
directory_service_password(struct directory_service *s,
    const uint8_t attempt[ATTEMPT_ID], const uint8_t ticket[TICKET],
    const void *password, size_t password_size)
{
	struct pending *p = pending_take(&s->pending, attempt, ticket);

	if (p == NULL) {
		complain(s);
		return;
	}
	/* never to LDAP: empty binds as nobody (RFC 4513 5.1.2), and servers
	 * differ in what they see behind a NUL */
	if (password_size == 0 ||
	    memchr(password, '\0', password_size) != NULL) {
		post_verdict(p, VERDICT_MALFORMED, ACCOUNT_ACTIVE);
		return;
	}
	if (pending_set_password(p, password, password_size) < 0) {
		post_verdict(p, VERDICT_UNAVAILABLE, ACCOUNT_ACTIVE);
		return;
	}
	if (p->stage == PENDING_WAITING && p->allowed)
		start_bind(p);
}

/* --- the lookup --- */

static void
post_lookup(struct directory_service *s,
    const struct msg_DIRECTORY_LOOKUP_ANS *answer,
    const uint8_t attempt[ATTEMPT_ID])
{
	static struct message m; /* large, so only what is used is copied */
	struct msg_DIRECTORY_LOOKUP_ANS *a = &m.u.DIRECTORY_LOOKUP_ANS;

	m.type = MSG_DIRECTORY_LOOKUP_ANS;
	m.fd = -1;
	memcpy(a, answer, offsetof(struct msg_DIRECTORY_LOOKUP_ANS, group));
	memcpy(a->group, answer->group,
	    answer->group_count * sizeof answer->group[0]);
	a->group_count = answer->group_count;
	a->attribute_count = answer->attribute_count;
	memcpy(a->attribute, answer->attribute,
	    answer->attribute_count * sizeof answer->attribute[0]);
	a->values_size = answer->values_size;
	memcpy(a->values, answer->values, answer->values_size);
	memcpy(a->attempt, attempt, ATTEMPT_ID);
	channel_answer(&s->authority, &m);
}

static void
refuse_lookup(struct directory_service *s, const uint8_t attempt[ATTEMPT_ID],
    enum lookup_status status)
{
	static struct msg_DIRECTORY_LOOKUP_ANS answer;

	answer.status = (uint8_t)status;
	post_lookup(s, &answer, attempt);
}

static void
finish_lookup(struct pending *p)
{
	struct lookup *l = p->lookup;

	post_lookup(p->owner, &l->answer, p->attempt);
	if (l->answer.status == LOOKUP_FOUND && !p->decoy) {
		p->dn = strdup(l->dn); /* without memory: bind as nobody */
		p->name = strdup(l->answer.name);
	}
	lookup_free(l);
	p->lookup = NULL;
	p->stage = PENDING_WAITING;
	if (p->taken && p->allowed)
		start_bind(p);
}

static int
search_request(struct ldap_request *r, LDAP *ld, int *msgid_r)
{
	struct pending *p = r->owner;

	return lookup_send(p->lookup, ld, msgid_r);
}

static int
search_code(LDAP *ld, LDAPMessage *m)
{
	char **referrals = NULL;
	int code = LDAP_PROTOCOL_ERROR;

	if (ldap_msgtype(m) != LDAP_RES_SEARCH_RESULT ||
	    ldap_parse_result(ld, m, &code, NULL, NULL, &referrals, NULL, 0) !=
		LDAP_SUCCESS)
		code = LDAP_PROTOCOL_ERROR;
	if (referrals != NULL)
		code = LDAP_REFERRAL;
	ldap_memvfree((void **)referrals);
	return code;
}

static void
search_done(struct ldap_request *r, LDAP *ld, LDAPMessage *m, bool last)
{
	struct pending *p = r->owner;
	int code = LDAP_SUCCESS;

	if (last)
		code = search_code(ld, m);
	else if (lookup_part(p->lookup, ld, m))
		return;
	else
		ldap_pool_cancel(r->pool, r);
	if (lookup_result(p->lookup, code))
		ldap_pool_submit(r->pool, r);
	else
		finish_lookup(p);
}

static void
search_unavailable(struct ldap_request *r)
{
	struct pending *p = r->owner;

	lookup_result(p->lookup, LDAP_TIMEOUT);
	finish_lookup(p);
}

static void
start_lookup(
    struct directory_service *s, const struct msg_DIRECTORY_LOOKUP_REQ *req)
{
	struct pending *p =
	    pending_add(&s->pending, req->attempt, req->ticket, req->decoy);

	if (p == NULL) {
		log_warnx("refused a lookup: directory has %d attempts, or "
			  "has this one already",
		    PENDING_MAX);
		refuse_lookup(s, req->attempt, LOOKUP_UNAVAILABLE);
		return;
	}
	p->lookup = malloc(sizeof *p->lookup);
	if (p->lookup == NULL) {
		refuse_lookup(s, req->attempt, LOOKUP_UNAVAILABLE);
		pending_remove(p);
		return;
	}
	if (lookup_init(p->lookup, &s->setup->conf, &s->setup->named, req->name,
		clock_wall_ms() / 1000) < 0) {
		refuse_lookup(s, req->attempt, LOOKUP_MALFORMED);
		pending_remove(p);
		return;
	}
	p->request = (struct ldap_request){.kind = LDAP_CONN_SEARCH,
	    .send = search_request,
	    .answer = search_done,
	    .unavailable = search_unavailable,
	    .owner = p};
	ldap_pool_submit(s->setup->pool, &p->request);
}

/* --- authority --- */

static void
forget(struct directory_service *s, const uint8_t attempt[ATTEMPT_ID])
{
	struct pending *p = pending_find(&s->pending, attempt);

	if (p == NULL)
		return;
	/* a bind cannot be taken back; its connection can serve others if its
	 * answer is waited for */
	if (p->request.conn != NULL && p->stage == PENDING_BINDING)
		p->forgotten = true;
	else
		pending_remove(p);
}

/* Authority counts first: nobody's entry gets more binds than it has tries,
 * however many conversations wait with a password in that name. */
static void
allow_bind(struct directory_service *s, const struct msg_DIRECTORY_BIND_NOTE *m)
{
	struct pending *p = pending_find(&s->pending, m->attempt);

	if (p == NULL || p->allowed)
		return;
	p->allowed = true;
	if (m->decoy != 0) {
		p->decoy = true;
		free(p->dn);
		p->dn = NULL;
	}
	if (p->taken && p->stage == PENDING_WAITING)
		start_bind(p);
}

static void
on_authority(void *arg, struct message *m)
{
	struct directory_service *s = arg;

	switch (m->type) {
	case MSG_DIRECTORY_LOOKUP_REQ:
		start_lookup(s, &m->u.DIRECTORY_LOOKUP_REQ);
		break;
	case MSG_DIRECTORY_BIND_NOTE:
		allow_bind(s, &m->u.DIRECTORY_BIND_NOTE);
		break;
	case MSG_DIRECTORY_FORGET_NOTE:
		forget(s, m->u.DIRECTORY_FORGET_NOTE.attempt);
		break;
	default:
		channel_unexpected(&s->authority, m);
	}
}

static void
on_authority_end(void *arg)
{
	struct directory_service *s = arg;

	log_warnx("authority is gone; its attempts are forgotten");
	pending_remove_all(&s->pending);
}

int
directory_service_authority(struct directory_service *s, int fd)
{
	channel_close(&s->authority);
	pending_remove_all(&s->pending);
	channel_init(&s->authority, fd, ROLE_DIRECTORY, ROLE_AUTHORITY);
	if (channel_serve(
		&s->authority, s->loop, on_authority, on_authority_end, s) == 0)
		return 0;
	channel_close(&s->authority);
	return -1;
}

/* --- its own life --- */

static void
on_ending(struct pending *p)
{
	if (p->request.pool != NULL)
		ldap_pool_cancel(p->request.pool, &p->request);
	lookup_free(p->lookup);
}

static void
on_round(void *arg)
{
	struct directory_service *s = arg;

	ldap_pool_round(s->setup->pool);
	if (s->old != NULL)
		ldap_pool_round(s->old->pool);
}

static void
end_old(void *arg)
{
	struct directory_service *s = arg;

	setup_free(s->old);
	s->old = NULL;
}

int
directory_service_init(
    struct directory_service *s, struct loop *loop, struct setup *setup)
{
	memset(s, 0, sizeof *s);
	s->loop = loop;
	s->setup = setup;
	s->authority.fd = -1;
	if (pending_init(&s->pending, loop, on_ending, s) < 0 ||
	    setup_start(setup, loop) < 0) {
		log_warn("cannot start");
		return -1;
	}
	loop_each_round(loop, on_round, s);
	return 0;
}

int
directory_service_reload(struct directory_service *s, struct setup *setup)
{
	if (setup_start(setup, s->loop) < 0)
		return -1;
	end_old(s);
	s->old = s->setup;
	s->setup = setup;
	/* a lookup may have several searches, and has been waiting for some
	 * time: one that is not complete by then is refused */
	loop_timer_at(s->loop, &s->old_end,
	    clock_mono_ms() + 2 * s->old->conf.operation_timeout, end_old, s);
	return 0;
}

void
directory_service_end(struct directory_service *s)
{
	loop_each_round(s->loop, NULL, NULL);
	channel_close(&s->authority);
	pending_remove_all(&s->pending);
	loop_timer_off(s->loop, &s->old_end);
	end_old(s);
	setup_free(s->setup);
	s->setup = NULL;
	table_free(&s->pending.table);
}
