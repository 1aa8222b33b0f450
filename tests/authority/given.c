/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/authority/given.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include "gatewayd/authority/admin/admin.h"
#include "lib/base/buf.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "world.h"

const char given_policy[] = "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
			    "permit sre with password for 8h approval\n"
			    "end\n";

static void
on_message(void *arg, struct message *m)
{
	struct given_client *c = arg;

	c->answer = *m;
	if (m->type == MSG_ADMIN_APPROVALS_ANS && !m->u.ADMIN_APPROVALS_ANS.end)
		c->item[c->items++ % 4] = m->u.ADMIN_APPROVALS_ANS;
}

static void
on_close(void *arg)
{
	(void)arg;
}

void
given_ask(struct world *w, struct given_client *c, const struct message *m)
{
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	memset(c, 0, sizeof *c);
	admin_begin(&w->all, fds[0]);
	channel_init(&c->channel, fds[1], ROLE_ADMIN, ROLE_AUTHORITY);
	channel_serve(&c->channel, w->loop, on_message, on_close, c);
	assert_int_equal(channel_post(&c->channel, m), 0);
	world_run(w, 20);
}

struct message
given_request(const char *name, const char *reference)
{
	struct message m;

	message_init(&m, MSG_ADMIN_GIVE_REQ);
	snprintf(m.u.ADMIN_GIVE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_GIVE_REQ.approval, 64, "%s", reference);
	snprintf(m.u.ADMIN_GIVE_REQ.actor, 64, "boss");
	m.u.ADMIN_GIVE_REQ.seconds = GIVEN_SECONDS;
	return m;
}

int
given_answer(struct world *w, const struct message *m)
{
	struct given_client c;

	given_ask(w, &c, m);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.type, MSG_ADMIN_GIVE_ANS);
	return c.answer.u.ADMIN_GIVE_ANS.status;
}

int
given_by(struct world *w, const char *name, const char *reference)
{
	struct message m = given_request(name, reference);

	return given_answer(w, &m);
}

int
given_withdraw(struct world *w, const char *name, const char *reference)
{
	struct message m;
	struct given_client c;

	message_init(&m, MSG_ADMIN_WITHDRAW_REQ);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.approval, 64, "%s", reference);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.actor, 64, "helpdesk");
	given_ask(w, &c, &m);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.type, MSG_ADMIN_WITHDRAW_ANS);
	return c.answer.u.ADMIN_WITHDRAW_ANS.status;
}

struct given_client
given_list(struct world *w, const char *name)
{
	struct message m;
	struct given_client c;

	message_init(&m, MSG_ADMIN_APPROVALS_REQ);
	snprintf(m.u.ADMIN_APPROVALS_REQ.name, 64, "%s", name);
	given_ask(w, &c, &m);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.type, MSG_ADMIN_APPROVALS_ANS);
	assert_true(c.answer.u.ADMIN_APPROVALS_ANS.end);
	return c;
}

void
given_login_by(struct world *w, struct world_talk *t, const char *name,
    const char *service)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request(name);

	snprintf(q.service, sizeof q.service, "%s", service);
	world_open(w, t, &q);
	assert_true(t->opened);
	world_verdict(w, t, VERDICT_MATCH);
	world_answer(w, t, "");
	world_run(w, 40);
	assert_true(t->ended);
	world_hang_up(t);
}

struct msg_AUDIT_APPEND_REQ
given_login(struct world *w, const char *name)
{
	struct world_talk t;

	given_login_by(w, &t, name, "sshd");
	return *world_final(w, &t);
}

void
given_refused(struct world *w, const char *name)
{
	struct msg_AUDIT_APPEND_REQ r = given_login(w, name);

	assert_int_equal(r.outcome, OUTCOME_DENIED);
	assert_string_equal(r.reason, "factors");
	assert_string_equal(r.approval, "");
	assert_string_equal(r.approver, "");
	assert_int_equal(r.verified & POLICY_APPROVAL, 0);
}

struct subject *
given_subject(struct world *w, const char *id)
{
	struct subject *s = world_subject(w, id);

	assert_non_null(s);
	return s;
}

void
given_forget(struct world *w, const char *id)
{
	struct subject *s = given_subject(w, id);

	assert_int_equal(s->users, 0);
	s->state = SUBJECT_NEW;
	s->credential_count = 0;
	approvals_clear(&s->approvals);
}
