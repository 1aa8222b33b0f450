/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/authority/given.h"

#include <stdio.h>
#include <string.h>
#include "lib/base/buf.h"
#include "policy/policy.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

const char given_policy[] = "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
			    "permit sre with password for 8h approval\n"
			    "end\n";

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
	struct message answer;
	int status = world_asked(w, admin_begin, m, &answer);

	assert_int_equal(answer.type, MSG_ADMIN_GIVE_ANS);
	return status;
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
	struct message m, answer;
	int status;

	message_init(&m, MSG_ADMIN_WITHDRAW_REQ);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.approval, 64, "%s", reference);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.actor, 64, "helpdesk");
	status = world_asked(w, admin_begin, &m, &answer);
	assert_int_equal(answer.type, MSG_ADMIN_WITHDRAW_ANS);
	return status;
}

struct world_admin
given_list(struct world *w, const char *name)
{
	struct message m;
	struct world_admin c;

	message_init(&m, MSG_ADMIN_APPROVALS_REQ);
	snprintf(m.u.ADMIN_APPROVALS_REQ.name, 64, "%s", name);
	world_admin_asks(w, &c, &m);
	world_leave(w, &c);
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

void
given_forget(struct world *w, const char *id)
{
	struct subject *s = world_subject(w, id);

	assert_int_equal(s->users, 0);
	s->state = SUBJECT_NEW;
	s->credential_count = 0;
	approvals_clear(&s->approvals);
}
