/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "gatewayd/authority/admin_approval.h"
#include "gatewayd/authority/admin_invite.h"
#include "gatewayd/authority/admin_parts.h"
#include "gatewayd/authority/admin_session.h"
#include "gatewayd/authority/otpauth.h"
#include "gatewayd/authority/session.h"
#include "gatewayd/authority/token.h"
#include "gatewayd/authority/totp.h"
#include "gatewayd/common/clock.h"
#include "gatewayd/common/log.h"
#include "gatewayd/common/name.h"

void
admin_idle(struct admin *a)
{
	if (a->looking)
		table_remove(&a->all->lookups, &a->lookup);
	a->looking = false;
	if (a->session != NULL)
		ending_forget(a->session);
	a->session = NULL;
	loop_timer_off(a->all->loop, &a->patience);
	if (a->subject != NULL)
		subject_release(&a->all->subjects, a->subject);
	a->subject = NULL;
	a->request = MSG_NONE;
	explicit_bzero(a->seed, sizeof a->seed);
}

/* A change that the store may make already is seen to its end and recorded,
 * whoever waits for it. */
static void
end(struct admin *a)
{
	channel_close(&a->channel);
	a->gone = true;
	if (a->changing)
		return;
	if (a->loading)
		subject_forget(&a->all->subjects, a->subject_id, a);
	audit_forget(&a->all->audit, a);
	admin_idle(a);
	free(a);
}

void
admin_hold(struct admin *a)
{
	a->changing = true;
}

void
admin_let_go(struct admin *a)
{
	a->changing = false;
	if (a->gone)
		end(a);
}

/* ---- answers ---- */

void
admin_answer(struct admin *a, enum admin_status status, const char *text)
{
	struct message m;

	switch (a->request) {
	case MSG_ADMIN_ENROL_REQ:
		message_init(&m, MSG_ADMIN_ENROL_ANS);
		m.u.ADMIN_ENROL_ANS.status = (uint8_t)status;
		snprintf(m.u.ADMIN_ENROL_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	case MSG_ADMIN_FACTORS_REQ:
		message_init(&m, MSG_ADMIN_FACTORS_ANS);
		m.u.ADMIN_FACTORS_ANS.status = (uint8_t)status;
		m.u.ADMIN_FACTORS_ANS.end = 1;
		snprintf(m.u.ADMIN_FACTORS_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	case MSG_ADMIN_INVITE_REQ:
		message_init(&m, MSG_ADMIN_INVITE_ANS);
		m.u.ADMIN_INVITE_ANS.status = (uint8_t)status;
		snprintf(m.u.ADMIN_INVITE_ANS.text, TEXT_MAX + 1, "%s", text);
		memcpy(m.u.ADMIN_INVITE_ANS.subject, a->subject_id,
		    sizeof a->subject_id);
		break;
	case MSG_ADMIN_POLICY_REQ:
		message_init(&m, MSG_ADMIN_POLICY_ANS);
		m.u.ADMIN_POLICY_ANS.status = (uint8_t)status;
		snprintf(m.u.ADMIN_POLICY_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	case MSG_ADMIN_GIVE_REQ:
		message_init(&m, MSG_ADMIN_GIVE_ANS);
		m.u.ADMIN_GIVE_ANS.status = (uint8_t)status;
		snprintf(m.u.ADMIN_GIVE_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	case MSG_ADMIN_APPROVALS_REQ:
		message_init(&m, MSG_ADMIN_APPROVALS_ANS);
		m.u.ADMIN_APPROVALS_ANS.status = (uint8_t)status;
		m.u.ADMIN_APPROVALS_ANS.end = 1;
		snprintf(
		    m.u.ADMIN_APPROVALS_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	case MSG_ADMIN_WITHDRAW_REQ:
		message_init(&m, MSG_ADMIN_WITHDRAW_ANS);
		m.u.ADMIN_WITHDRAW_ANS.status = (uint8_t)status;
		snprintf(m.u.ADMIN_WITHDRAW_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	case MSG_ADMIN_END_REQ:
		message_init(&m, MSG_ADMIN_END_ANS);
		m.u.ADMIN_END_ANS.status = (uint8_t)status;
		snprintf(m.u.ADMIN_END_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	default:
		message_init(&m, MSG_ADMIN_REVOKE_ANS);
		m.u.ADMIN_REVOKE_ANS.status = (uint8_t)status;
		snprintf(m.u.ADMIN_REVOKE_ANS.text, TEXT_MAX + 1, "%s", text);
		break;
	}
	channel_post(&a->channel, &m);
	admin_idle(a);
}

static void
answer_factors(struct admin *a)
{
	struct subject *s = a->subject;
	struct msg_ADMIN_FACTORS_ANS *f;
	struct message m;

	admin_invite_list(a);
	for (size_t i = 0; i <= s->credential_count; i++) {
		message_init(&m, MSG_ADMIN_FACTORS_ANS);
		f = &m.u.ADMIN_FACTORS_ANS;
		f->status = ADMIN_OK;
		memcpy(f->subject, s->id, sizeof f->subject);
		f->end = i == s->credential_count;
		if (!f->end) {
			const struct credential *c = &s->credential[i];

			memcpy(f->credential, c->id, sizeof f->credential);
			memcpy(f->name, c->name, sizeof f->name);
			memcpy(f->label, c->label, sizeof f->label);
			snprintf(f->kind, sizeof f->kind, "totp");
			f->created_ms = c->created_ms;
			f->step = c->step;
		}
		channel_post(&a->channel, &m);
	}
	admin_idle(a);
}

static void
answer_enrolled(struct admin *a)
{
	struct msg_ADMIN_ENROL_ANS *e;
	struct message m;

	message_init(&m, MSG_ADMIN_ENROL_ANS);
	e = &m.u.ADMIN_ENROL_ANS;
	e->status = ADMIN_OK;
	memcpy(e->subject, a->subject_id, sizeof e->subject);
	memcpy(e->credential, a->credential.id, sizeof e->credential);
	if (otpauth_uri(a->all->conf.issuer, a->name, a->seed, sizeof a->seed,
		(char *)e->uri, sizeof e->uri, &e->uri_size) < 0) {
		e->status = ADMIN_UNAVAILABLE;
		snprintf(e->text, sizeof e->text,
		    "enrolled as %s, but the URI does not fit: revoke it",
		    a->credential.id);
	}
	channel_post(&a->channel, &m);
	message_wipe(&m);
	admin_idle(a);
}

/* ---- the record, then the answer ---- */

static void
on_recorded(void *arg, bool on_disk, uint64_t sequence)
{
	struct admin *a = arg;

	(void)sequence;
	if (!on_disk) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    a->request == MSG_ADMIN_POLICY_REQ
			? "the record could not be written"
			: "changed, but the record could not be written");
		return;
	}
	if (a->request == MSG_ADMIN_ENROL_REQ) {
		answer_enrolled(a);
		return;
	}
	admin_answer(a, ADMIN_OK, "");
}

void
admin_record_init(struct admin *a, struct msg_AUDIT_APPEND_REQ *r,
    enum outcome outcome, enum reason reason)
{
	*r = (struct msg_AUDIT_APPEND_REQ){.kind = RECORD_ADMIN,
	    .outcome = (uint8_t)outcome,
	    .time_ms = clock_wall_ms()};
	memcpy(r->attempt, a->id, sizeof r->attempt);
	memcpy(r->name, a->name, sizeof r->name);
	memcpy(r->subject, a->subject_id, sizeof r->subject);
	memcpy(r->actor, a->actor, sizeof r->actor);
	reason_write(reason, r->reason);
	snprintf(r->service, sizeof r->service, "sallyport");
	snprintf(r->host, sizeof r->host, "%s", a->all->conf.host);
}

void
admin_record(struct admin *a, enum outcome outcome, const char *credential)
{
	struct msg_AUDIT_APPEND_REQ r;

	admin_record_init(a, &r, outcome, REASON_ADMIN_CHANGE);
	snprintf(r.credential, sizeof r.credential, "%s", credential);
	if (audit_append(&a->all->audit, &r, -1, on_recorded, a) < 0)
		on_recorded(a, false, 0);
}

/* ---- changes ---- */

static void
take_enrolled(struct admin *a, const struct store_answer *s)
{
	a->credential.version = s->version;
	if (s->status != STORE_OK ||
	    subject_add_credential(a->subject, &a->credential) == NULL) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the store did not take the credential");
		return;
	}
	admin_record(a, OUTCOME_ENROLLED, a->credential.id);
}

static void
on_enrolled(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;

	take_enrolled(a, s);
	admin_let_go(a);
}

static void
enrol(struct admin *a)
{
	uint8_t value[VALUE_MAX];
	char key[KEY_MAX + 1];
	size_t size;

	if (a->subject->credential_count == SUBJECT_CREDENTIALS) {
		admin_answer(a, ADMIN_NO,
		    "has as many credentials as there may be: revoke one");
		return;
	}
	if (RAND_bytes(a->seed, sizeof a->seed) != 1 ||
	    credential_new(&a->credential, a->all->seal, a->subject_id, a->name,
		a->label, a->seed, sizeof a->seed, clock_wall_ms()) < 0 ||
	    credential_encode(&a->credential, value, sizeof value, &size) < 0 ||
	    credential_key(key, sizeof key, a->subject_id, a->credential.id) <
		0) {
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the seed could not be made");
		return;
	}
	admin_hold(a);
	store_put(&a->all->store, key, 0, value, size, on_enrolled, a);
}

static void
take_revoked(struct admin *a, const struct store_answer *s)
{
	struct credential *c = subject_credential(a->subject, a->credential_id);

	if (s->status != STORE_OK && s->status != STORE_ABSENT) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    s->status == STORE_CONFLICT
			? "it is being used just now: try again"
			: "the store did not answer");
		return;
	}
	if (c != NULL)
		subject_drop_credential(&a->all->subjects, a->subject, c);
	admin_record(a, OUTCOME_REVOKED, a->credential_id);
}

static void
on_revoked(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;

	take_revoked(a, s);
	admin_let_go(a);
}

static void
revoke_credential(struct admin *a)
{
	struct credential *c = subject_credential(a->subject, a->credential_id);
	char key[KEY_MAX + 1];

	if (admin_invite_is_meant(a)) {
		admin_invite_revoke(a);
		return;
	}
	if (c == NULL ||
	    credential_key(key, sizeof key, a->subject_id, c->id) < 0) {
		admin_answer(a, ADMIN_NO, "has no credential of that id");
		return;
	}
	admin_hold(a);
	store_delete(&a->all->store, key, c->version, on_revoked, a);
}

static void
on_subject(void *arg, struct subject *s, bool ok)
{
	struct admin *a = arg;

	a->loading = false;
	if (!ok) {
		admin_answer(a, ADMIN_UNAVAILABLE, "the store did not answer");
		return;
	}
	a->subject = s;
	switch (a->request) {
	case MSG_ADMIN_ENROL_REQ:
		admin_invite_supersede(a, enrol);
		break;
	case MSG_ADMIN_INVITE_REQ:
		admin_invite(a);
		break;
	case MSG_ADMIN_FACTORS_REQ:
		answer_factors(a);
		break;
	case MSG_ADMIN_GIVE_REQ:
		admin_approval_give(a);
		break;
	case MSG_ADMIN_APPROVALS_REQ:
		admin_approval_list(a);
		break;
	case MSG_ADMIN_WITHDRAW_REQ:
		admin_approval_withdraw(a);
		break;
	default:
		revoke_credential(a);
		break;
	}
}

/* ---- who is it ---- */

void
admin_looked_up(struct authority *all, const struct msg_DIRECTORY_LOOKUP_ANS *m)
{
	struct admin *a = table_find(&all->lookups, m->attempt, ATTEMPT_ID);
	struct message forget;

	if (a == NULL)
		return;
	table_remove(&all->lookups, &a->lookup);
	a->looking = false;
	message_init(&forget, MSG_DIRECTORY_FORGET_NOTE);
	memcpy(forget.u.DIRECTORY_FORGET_NOTE.attempt, a->id, ATTEMPT_ID);
	channel_post(&all->directory, &forget);
	if (m->status != LOOKUP_FOUND) {
		admin_answer(a,
		    m->status == LOOKUP_UNAVAILABLE ? ADMIN_UNAVAILABLE
						    : ADMIN_NO,
		    m->status == LOOKUP_UNKNOWN
			? "the directory does not know this name"
		    : m->status == LOOKUP_AMBIGUOUS
			? "the directory has more than one entry of this name"
		    : m->status == LOOKUP_UNAVAILABLE
			? "the directory did not answer"
			: "the directory's entry lacks a stable id");
		return;
	}
	if (strcasecmp(m->name, a->name) != 0) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the directory answered for another name");
		return;
	}
	/* a key of the store is made of it */
	if (m->subject[0] == '\0' || strchr(m->subject, '/') != NULL) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the directory's stable id cannot be used");
		return;
	}
	memcpy(a->subject_id, m->subject, sizeof a->subject_id);
	a->loading = true;
	subject_hold(&all->subjects, a->subject_id, on_subject, a);
}

void
admins_without_directory(struct authority *all)
{
	struct table_item *next;
	struct admin *a;
	size_t at = 0;

	while ((a = table_each(&all->lookups, &at, &next)) != NULL)
		admin_answer(a, ADMIN_UNAVAILABLE, "the directory is away");
}

void
admin_look_up(struct admin *a, enum message_type request, const char *name)
{
	struct msg_DIRECTORY_LOOKUP_REQ *q;
	struct message m;

	a->request = request;
	if (!a->all->audit.ready) {
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the audit log is not ready");
		return;
	}
	message_init(&m, MSG_DIRECTORY_LOOKUP_REQ);
	q = &m.u.DIRECTORY_LOOKUP_REQ; /* no ticket: no password is for it */
	if (name_canonical(name, strlen(name), q->name, sizeof q->name) < 0) {
		admin_answer(a, ADMIN_NO,
		    "is no user name: letters, digits, '.', '_' and '-' only");
		return;
	}
	memcpy(a->name, q->name, sizeof a->name);
	if (RAND_bytes(a->id, sizeof a->id) != 1 ||
	    table_add(&a->all->lookups, &a->lookup, a->id, sizeof a->id, a) <
		0) {
		admin_answer(a, ADMIN_UNAVAILABLE, "out of memory");
		return;
	}
	a->looking = true;
	memcpy(q->attempt, a->id, sizeof q->attempt);
	if (channel_post(&a->all->directory, &m) < 0)
		admin_answer(a, ADMIN_UNAVAILABLE, "the directory is away");
}

/* ---- the rest ---- */

/* The command changes the policy; that somebody did is written down here. */
static void
record_policy(struct admin *a, const struct msg_ADMIN_POLICY_REQ *m)
{
	struct msg_AUDIT_APPEND_REQ r = {.kind = RECORD_ADMIN,
	    .outcome = m->outcome,
	    .time_ms = clock_wall_ms()};

	a->request = MSG_ADMIN_POLICY_REQ;
	if (m->outcome < OUTCOME_PROPOSED || m->outcome > OUTCOME_RESTORED ||
	    m->bundle[0] == '\0' || m->actor[0] == '\0') {
		admin_answer(a, ADMIN_NO, "is no step of a policy's change");
		return;
	}
	if (!a->all->audit.ready || RAND_bytes(a->id, sizeof a->id) != 1) {
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the audit log is not ready");
		return;
	}
	memcpy(r.attempt, a->id, sizeof r.attempt);
	memcpy(r.name, m->actor, sizeof m->actor);
	memcpy(r.actor, m->actor, sizeof r.actor);
	memcpy(r.bundle, m->bundle, sizeof r.bundle);
	memcpy(r.change, m->change, sizeof r.change);
	memcpy(r.author, m->author, sizeof r.author);
	memcpy(r.reviewer, m->reviewer, sizeof r.reviewer);
	reason_write(REASON_POLICY_CHANGE, r.reason);
	snprintf(r.service, sizeof r.service, "sallyport");
	snprintf(r.host, sizeof r.host, "%s", a->all->conf.host);
	if (audit_append(&a->all->audit, &r, -1, on_recorded, a) < 0)
		on_recorded(a, false, 0);
}

static void
on_close(void *arg)
{
	end(arg);
}

static void
on_message(void *arg, struct message *m)
{
	struct admin *a = arg;

	if (a->request != MSG_NONE) {
		log_warnx("admin.sock: a request while one is under way");
		end(a);
		return;
	}
	switch (m->type) {
	case MSG_ADMIN_ENROL_REQ:
		memcpy(a->label, m->u.ADMIN_ENROL_REQ.label, sizeof a->label);
		memcpy(a->actor, m->u.ADMIN_ENROL_REQ.actor, sizeof a->actor);
		admin_look_up(a, m->type, m->u.ADMIN_ENROL_REQ.name);
		break;
	case MSG_ADMIN_REVOKE_REQ:
		memcpy(a->credential_id, m->u.ADMIN_REVOKE_REQ.credential,
		    sizeof a->credential_id);
		memcpy(a->actor, m->u.ADMIN_REVOKE_REQ.actor, sizeof a->actor);
		admin_look_up(a, m->type, m->u.ADMIN_REVOKE_REQ.name);
		break;
	case MSG_ADMIN_INVITE_REQ:
		memcpy(a->actor, m->u.ADMIN_INVITE_REQ.actor, sizeof a->actor);
		admin_look_up(a, m->type, m->u.ADMIN_INVITE_REQ.name);
		break;
	case MSG_ADMIN_FACTORS_REQ:
		admin_look_up(a, m->type, m->u.ADMIN_FACTORS_REQ.name);
		break;
	case MSG_ADMIN_GIVE_REQ:
		admin_approval_take_give(a, &m->u.ADMIN_GIVE_REQ);
		break;
	case MSG_ADMIN_APPROVALS_REQ:
		admin_approval_take_list(a, &m->u.ADMIN_APPROVALS_REQ);
		break;
	case MSG_ADMIN_WITHDRAW_REQ:
		admin_approval_take_withdraw(a, &m->u.ADMIN_WITHDRAW_REQ);
		break;
	case MSG_ADMIN_POLICY_REQ:
		record_policy(a, &m->u.ADMIN_POLICY_REQ);
		break;
	case MSG_ADMIN_END_REQ:
		admin_session_end(a, &m->u.ADMIN_END_REQ);
		break;
	case MSG_ADMIN_SESSIONS_REQ:
		/* half a list must not look like a whole one */
		if (admin_session_list(a->all, &a->channel) < 0)
			end(a);
		break;
	default:
		token_keys(a->all, &a->channel);
		break;
	}
}

void
admin_begin(struct authority *all, int fd)
{
	struct admin *a = calloc(1, sizeof *a);

	if (a == NULL) {
		close(fd);
		return;
	}
	a->all = all;
	channel_init(&a->channel, fd, ROLE_AUTHORITY, ROLE_ADMIN);
	if (channel_serve(&a->channel, all->loop, on_message, on_close, a) <
	    0) {
		log_warn("epoll");
		end(a);
	}
}
