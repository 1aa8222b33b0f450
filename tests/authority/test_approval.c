/* SPDX-License-Identifier: Apache-2.0 */
/* Approvals: given, in force at an attempt, withdrawn, and what forges none. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin.h"
#include "gatewayd/authority/session/session.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "world.h"

#define PREFIX "authority/approval/"
#define HOUR 3600

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password for 8h approval\n"
    "end\n";

struct client {
	struct channel channel;
	struct message answer; /* the last one */
	struct msg_ADMIN_APPROVALS_ANS item[4];
	unsigned items;
};

static void
on_message(void *arg, struct message *m)
{
	struct client *c = arg;

	c->answer = *m;
	if (m->type == MSG_ADMIN_APPROVALS_ANS && !m->u.ADMIN_APPROVALS_ANS.end)
		c->item[c->items++ % 4] = m->u.ADMIN_APPROVALS_ANS;
}

static void
on_close(void *arg)
{
	(void)arg;
}

static void
ask(struct world *w, struct client *c, const struct message *m)
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

static struct message
give_request(const char *name, const char *reference)
{
	struct message m;

	message_init(&m, MSG_ADMIN_GIVE_REQ);
	snprintf(m.u.ADMIN_GIVE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_GIVE_REQ.approval, 64, "%s", reference);
	snprintf(m.u.ADMIN_GIVE_REQ.actor, 64, "boss");
	m.u.ADMIN_GIVE_REQ.seconds = HOUR;
	return m;
}

/* enum admin_status of the answer */
static int
ask_give(struct world *w, const struct message *m)
{
	struct client c;

	ask(w, &c, m);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.type, MSG_ADMIN_GIVE_ANS);
	return c.answer.u.ADMIN_GIVE_ANS.status;
}

static int
give(struct world *w, const char *name, const char *reference)
{
	struct message m = give_request(name, reference);

	return ask_give(w, &m);
}

static int
withdraw(struct world *w, const char *name, const char *reference)
{
	struct message m;
	struct client c;

	message_init(&m, MSG_ADMIN_WITHDRAW_REQ);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.approval, 64, "%s", reference);
	snprintf(m.u.ADMIN_WITHDRAW_REQ.actor, 64, "helpdesk");
	ask(w, &c, &m);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.type, MSG_ADMIN_WITHDRAW_ANS);
	return c.answer.u.ADMIN_WITHDRAW_ANS.status;
}

static struct client
list(struct world *w, const char *name)
{
	struct message m;
	struct client c;

	message_init(&m, MSG_ADMIN_APPROVALS_REQ);
	snprintf(m.u.ADMIN_APPROVALS_REQ.name, 64, "%s", name);
	ask(w, &c, &m);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.type, MSG_ADMIN_APPROVALS_ANS);
	assert_true(c.answer.u.ADMIN_APPROVALS_ANS.end);
	return c;
}

static void
login_by(struct world *w, struct world_talk *t, const char *name,
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

static struct msg_AUDIT_APPEND_REQ
login(struct world *w, const char *name)
{
	struct world_talk t;

	login_by(w, &t, name, "sshd");
	return *world_final(w, &t);
}

static void
is_refused(struct world *w, const char *name)
{
	struct msg_AUDIT_APPEND_REQ r = login(w, name);

	assert_int_equal(r.outcome, OUTCOME_DENIED);
	assert_string_equal(r.reason, "factors");
	assert_string_equal(r.approval, "");
	assert_string_equal(r.approver, "");
	assert_int_equal(r.verified & POLICY_APPROVAL, 0);
}

static struct subject *
subject(struct world *w, const char *id)
{
	struct subject *s = table_find(&w->all.subjects.table, id, strlen(id));

	assert_non_null(s);
	return s;
}

/* As at a start: what is known of them is in the store. */
static void
forget(struct world *w, const char *id)
{
	struct subject *s = subject(w, id);

	assert_int_equal(s->users, 0);
	s->state = SUBJECT_NEW;
	s->credential_count = 0;
	approvals_clear(&s->approvals);
}

static void
it_opens_what_wants_one_until_it_is_withdrawn(void **state)
{
	struct world *w = world_new(policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct msg_AUDIT_APPEND_REQ in;

	is_refused(w, "carol");
	assert_int_equal(give(w, "Carol", "CHG-4711"), ADMIN_OK);
	r = &w->record[w->records - 1];
	assert_int_equal(r->kind, RECORD_ADMIN);
	assert_int_equal(r->outcome, OUTCOME_GIVEN);
	assert_string_equal(r->name, "carol");
	assert_string_equal(r->subject, "uuid-carol");
	assert_string_equal(r->approval, "CHG-4711");
	assert_string_equal(r->approver, "boss");
	assert_string_equal(r->actor, "boss");
	assert_true(r->approval_ends_ms > clock_wall_ms());
	for (int i = 0; i < 2; i++) { /* a login does not use it up */
		in = login(w, "carol");
		assert_int_equal(in.outcome, OUTCOME_GRANTED);
		assert_string_equal(in.approval, "CHG-4711");
		assert_string_equal(in.approver, "boss");
		assert_int_equal(
		    in.verified, POLICY_PASSWORD | POLICY_APPROVAL);
	}
	assert_int_equal(withdraw(w, "carol", "CHG-4711"), ADMIN_OK);
	r = &w->record[w->records - 1];
	assert_int_equal(r->outcome, OUTCOME_WITHDRAWN);
	assert_string_equal(r->approval, "CHG-4711");
	assert_string_equal(r->actor, "helpdesk");
	assert_string_equal(r->approver, "boss");
	is_refused(w, "carol");
	assert_int_equal(withdraw(w, "carol", "CHG-4711"), ADMIN_NO);
	world_free(w);
}

/* What is typed is looked at and refused like everything else. */
static void
a_refusal_for_want_of_it_looks_like_any_other(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk without, unknown;

	world_begin(w, &without, "carol");
	world_begin(w, &unknown, "zoe");
	assert_memory_equal(without.open.prompt, unknown.open.prompt,
	    sizeof unknown.open.prompt);
	assert_int_equal(without.open.collect_size, unknown.open.collect_size);
	world_answer(w, &without, "000000");
	world_answer(w, &unknown, "000000");
	world_run(w, 40);
	assert_int_equal(without.result.result, RESULT_DENIED);
	assert_string_equal(without.result.text, unknown.result.text);
	world_hang_up(&without);
	world_hang_up(&unknown);
	world_free(w);
}

/* Through all steps of the module, the last one that long after the others;
 * session_open()'s answer. */
static enum pamwire_result
open_after(struct world *w, int ms, char id_r[PAMWIRE_SESSION + 1])
{
	struct pamwire_session_open open = {.service = "sshd",
	    .username = "carol",
	    .client = "10.20.1.2",
	    .port = 50222,
	    .tty = "pts/1",
	    .uid = 1000};
	struct pamwire_redeem redeem = {.phase = PAMWIRE_AUTHN,
	    .local = 1,
	    .uid = 1000,
	    .service = "sshd",
	    .username = "carol",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_account account = {.service = "sshd",
	    .username = "carol",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_redeemed got = {0};
	struct pamwire_session_ans ans = {0};
	struct peer peer = world_peer(getpid());
	struct world_talk t;

	login_by(w, &t, "carol", "sshd");
	memcpy(redeem.attempt, t.open.attempt, sizeof redeem.attempt);
	memcpy(redeem.nonce, t.nonce, sizeof redeem.nonce);
	session_redeem(&w->all, &redeem, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	memcpy(account.attempt, t.open.attempt, sizeof account.attempt);
	memcpy(account.account_ticket, got.account_ticket,
	    sizeof account.account_ticket);
	session_account(&w->all, &account, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	world_run(w, ms);
	memcpy(open.session, got.session, sizeof open.session);
	memcpy(id_r, got.session, sizeof got.session);
	memcpy(open.ticket, got.account_ticket, sizeof open.ticket);
	session_open(&w->all, &open, &peer, &ans);
	close(peer.pidfd);
	world_run(w, 10);
	return ans.result;
}

static void
a_session_names_it_and_ends_with_it(void **state)
{
	struct world *w = world_new(policy, -1);
	char id[PAMWIRE_SESSION + 1];
	const struct msg_AUDIT_APPEND_REQ *r;
	struct session *s;

	assert_int_equal(give(w, "carol", "CHG-4711"), ADMIN_OK);
	assert_int_equal(open_after(w, 20 * 1000, id), PAMWIRE_GRANTED);
	r = &w->record[w->records - 2];
	assert_int_equal(r->outcome, OUTCOME_GRANTED);
	assert_true(r->session_seconds <= HOUR); /* the rule says 8h */
	assert_true(r->session_seconds > HOUR - 60);
	r = &w->record[w->records - 1];
	assert_int_equal(r->outcome, OUTCOME_OPENED);
	assert_string_equal(r->approval, "CHG-4711");
	assert_string_equal(r->approver, "boss");
	/* not those 20 seconds later */
	s = session_find(&w->all, id, 1000);
	assert_non_null(s);
	assert_int_equal(s->ends_ms, r->approval_ends_ms);
	assert_int_equal(world_close(w, s, getpid()), PAMWIRE_GRANTED);
	world_free(w);
}

static void
no_session_opens_when_it_is_over(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-4711");
	const struct msg_AUDIT_APPEND_REQ *r;
	char id[PAMWIRE_SESSION + 1];

	m.u.ADMIN_GIVE_REQ.seconds = 10;
	assert_int_equal(ask_give(w, &m), ADMIN_OK);
	assert_int_equal(open_after(w, 20 * 1000, id), PAMWIRE_DENIED);
	r = &w->record[w->records - 1];
	assert_int_equal(r->outcome, OUTCOME_LAPSED);
	assert_string_equal(r->reason, "approval_over");
	assert_string_equal(r->session, id);
	assert_int_equal(w->all.sessions.count, 0);
	world_free(w);
}

static void
one_for_a_service_that_is_none_is_not_given(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-4711");

	strcpy(m.u.ADMIN_GIVE_REQ.service, "sshdd");
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	assert_int_equal(w->records, 0);
	m = give_request("carol", "CHG-4711");
	strcpy(m.u.ADMIN_GIVE_REQ.service, "sudo-i");
	assert_int_equal(ask_give(w, &m), ADMIN_OK);
	world_free(w);
}

static void
a_rule_without_the_clause_keeps_its_own_length(void **state)
{
	struct world *w =
	    world_new("permit any with password for 8h\nend\n", -1);
	struct msg_AUDIT_APPEND_REQ r;

	assert_int_equal(give(w, "carol", "CHG-4711"), ADMIN_OK);
	r = login(w, "carol");
	assert_int_equal(r.session_seconds, 8 * HOUR);
	/* for `policy replay`: it was in force all the same */
	assert_int_equal(r.verified, POLICY_PASSWORD | POLICY_APPROVAL);
	assert_int_equal(r.required, POLICY_PASSWORD);
	world_free(w);
}

static void
one_that_ends_while_answers_are_typed_opens_nothing(void **state)
{
	struct world *w = world_new(policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;

	assert_int_equal(give(w, "carol", "CHG-4711"), ADMIN_OK);
	world_begin(w, &t, "carol");
	subject(w, "uuid-carol")->approvals.item[0].ends_ms = clock_wall_ms();
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, "");
	world_run(w, 40);
	assert_int_equal(t.result.result, RESULT_DENIED);
	r = world_final(w, &t);
	assert_string_equal(r->reason, "factors");
	assert_int_equal(r->verified, POLICY_PASSWORD);
	assert_string_equal(r->approval, "");
	world_hang_up(&t);
	world_free(w);
}

static void
its_time_is_over_by_itself(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");

	m.u.ADMIN_GIVE_REQ.seconds = 1;
	assert_int_equal(ask_give(w, &m), ADMIN_OK);
	assert_int_equal(w->row[w->rows - 1].expires_ms,
	    w->record[w->records - 1].approval_ends_ms);
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	world_run(w, 1100);
	is_refused(w, "carol");
	world_free(w);
}

static void
it_is_for_its_service_alone(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");
	struct world_talk t;

	strcpy(m.u.ADMIN_GIVE_REQ.service, "sudo");
	assert_int_equal(ask_give(w, &m), ADMIN_OK);
	is_refused(w, "carol");
	login_by(w, &t, "carol", "sudo");
	assert_int_equal(t.result.result, RESULT_GRANTED);
	assert_string_equal(world_final(w, &t)->approval_service, "sudo");
	world_free(w);
}

/* A directory that lends one person's id to another's name. */
static void
it_is_for_its_name_alone(void **state)
{
	struct world *w = world_new(policy, -1);

	assert_int_equal(give(w, "carol", "CHG-1"), ADMIN_OK);
	w->directory_says = "carol";
	is_refused(w, "dave");
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
nobody_approves_of_themselves(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");

	strcpy(m.u.ADMIN_GIVE_REQ.actor, "carol");
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	strcpy(m.u.ADMIN_GIVE_REQ.actor, "Carol");
	strcpy(m.u.ADMIN_GIVE_REQ.name, "cAROL");
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	strcpy(m.u.ADMIN_GIVE_REQ.actor, "uid 1000"); /* who is that? */
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	m.u.ADMIN_GIVE_REQ.actor[0] = '\0';
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	assert_int_equal(w->records, 0);
	is_refused(w, "carol");
	world_free(w);
}

static void
what_is_given_is_bounded(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");
	char reference[16];

	m.u.ADMIN_GIVE_REQ.seconds = 0;
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	m.u.ADMIN_GIVE_REQ.seconds = APPROVAL_SECONDS_MAX + 1;
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	m = give_request("carol", "CHG 1");
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	m = give_request("carol", "CHG\xc3\xa4");
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	m = give_request("carol", "");
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	m = give_request("carol", "CHG-1");
	strcpy(m.u.ADMIN_GIVE_REQ.service, "two words");
	assert_int_equal(ask_give(w, &m), ADMIN_NO);
	assert_int_equal(w->records, 0);
	for (int i = 0; i < APPROVALS_MAX; i++) {
		snprintf(reference, sizeof reference, "a/b-%d", i);
		assert_int_equal(give(w, "carol", reference), ADMIN_OK);
		assert_int_equal(give(w, "carol", reference), ADMIN_NO);
	}
	assert_int_equal(world_changes(w), APPROVALS_MAX);
	assert_int_equal(give(w, "carol", "one-more"), ADMIN_NO);
	assert_int_equal(withdraw(w, "carol", "a/b-3"), ADMIN_OK);
	assert_int_equal(give(w, "carol", "one-more"), ADMIN_OK);
	world_free(w);
}

static void
it_comes_in_force_after_its_record(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");
	struct client c;
	size_t size;

	w->hold = true;
	ask(w, &c, &m);
	assert_int_equal(c.answer.type, MSG_NONE);
	assert_int_equal(w->record[0].outcome, OUTCOME_GIVEN);
	assert_null(world_stored(w, PREFIX, &size));
	assert_null(approvals_in_force(&subject(w, "uuid-carol")->approvals,
	    "carol", "sshd", 1000, clock_wall_ms()));
	w->hold = false;
	world_release(w);
	world_run(w, 10);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_OK);
	channel_close(&c.channel);
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
without_its_record_it_is_not_given(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");
	struct client c;
	size_t size;

	w->fail = true;
	ask(w, &c, &m);
	world_run(w, 11000);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_UNAVAILABLE);
	assert_null(world_stored(w, PREFIX, &size));
	w->fail = false;
	world_audit_restarts(w, 0);
	/* too late: the record says that it was not made */
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_FAILED);
	assert_null(world_stored(w, PREFIX, &size));
	is_refused(w, "carol");
	channel_close(&c.channel);
	world_free(w);
}

/* One failed write: audit is back at once, and the answer waits for it. */
static void
answer_and_record_agree_over_a_failed_write(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");
	struct client c;

	w->fail = true;
	ask(w, &c, &m);
	assert_int_equal(c.answer.type, MSG_NONE);
	w->fail = false;
	world_audit_restarts(w, 0);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_OK);
	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_GIVEN);
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
a_store_that_takes_none_gives_none(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");
	struct client c;

	w->store_refuse = PREFIX;
	ask(w, &c, &m);
	world_run(w, 1000);
	channel_close(&c.channel);
	world_run(w, 5);
	assert_int_equal(c.answer.u.ADMIN_GIVE_ANS.status, ADMIN_NO);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_FAILED);
	is_refused(w, "carol");
	w->store_refuse = NULL;
	assert_int_equal(give(w, "carol", "CHG-1"), ADMIN_OK);
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
it_ends_at_once_whatever_the_store_says(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m;
	struct client c;

	assert_int_equal(give(w, "carol", "CHG-1"), ADMIN_OK);
	message_init(&m, MSG_ADMIN_WITHDRAW_REQ);
	strcpy(m.u.ADMIN_WITHDRAW_REQ.name, "carol");
	strcpy(m.u.ADMIN_WITHDRAW_REQ.approval, "CHG-1");
	strcpy(m.u.ADMIN_WITHDRAW_REQ.actor, "helpdesk");
	w->store_mute = true;
	ask(w, &c, &m);
	is_refused(w, "carol");
	w->store_mute = false;
	world_store_restarts(w);
	world_run(w, 1000);
	assert_int_equal(c.answer.u.ADMIN_WITHDRAW_ANS.status, ADMIN_OK);
	channel_close(&c.channel);
	world_run(w, 10);
	assert_int_equal(withdraw(w, "carol", "CHG-1"), ADMIN_NO);
	world_free(w);
}

static void
it_is_given_also_when_nobody_waits_for_it(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = give_request("carol", "CHG-1");
	struct client c;

	w->store_hold = true;
	ask(w, &c, &m);
	channel_close(&c.channel);
	world_run(w, 10);
	assert_int_equal(w->records, 1);
	world_store_releases(w);
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	assert_int_equal(subject(w, "uuid-carol")->users, 0);
	world_free(w);
}

/* A name is only claimed: SUDO_USER says boss, the kernel says who it is. */
static void
nobody_is_another_person_by_saying_so(void **state)
{
	struct world *w = world_new(policy, -1);

	w->who.login_uid = w->who.audit_session = WHO_UNSET;
	assert_int_equal(give(w, "carol", "CHG-1"), ADMIN_NO);
	w->who.known = 0;
	assert_int_equal(give(w, "carol", "CHG-1"), ADMIN_NO);
	assert_int_equal(w->records, 0);
	is_refused(w, "carol");
	/* world's people log in with uid 1000 */
	w->who.known = 1;
	w->who.login_uid = 1000;
	assert_int_equal(give(w, "carol", "CHG-2"), ADMIN_OK);
	assert_string_equal(
	    world_change(w, world_changes(w) - 1)->actor, "boss");
	assert_string_equal(
	    world_change(w, world_changes(w) - 1)->actor_login, "1000");
	is_refused(w, "carol");
	w->who.login_uid = 1001;
	assert_int_equal(give(w, "carol", "CHG-3"), ADMIN_OK);
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

static void
who_gave_it_is_sealed_with_it(void **state)
{
	struct world *w = world_new(policy, -1);
	struct approval p = {.reference = "CHG-1",
			    .name = "carol",
			    .giver = "boss",
			    .giver_uid = 1000,
			    .given_ms = 1,
			    .ends_ms = INT64_MAX},
			there;
	uint8_t value[VALUE_MAX];
	size_t size;

	assert_int_equal(approval_encode(&p, w->all.seal, "uuid-carol", value,
			     sizeof value, &size),
	    0);
	assert_int_equal(value[0], 2);
	assert_int_equal(approval_decode(&there, w->all.seal, "uuid-carol",
			     "CHG-1", value, size),
	    0);
	assert_int_equal(there.giver_uid, 1000);
	value[0] = 1; /* with four bytes too many for it */
	assert_int_equal(approval_decode(&there, w->all.seal, "uuid-carol",
			     "CHG-1", value, size),
	    -1);
	world_free(w);
}

/* It says nothing of who gave it, and counts as it did. */
static void
one_of_the_release_before_is_read(void **state)
{
	static const char bound[] = "sallyport approval uuid-carol CHG-1";
	struct world *w = world_new(policy, -1);
	uint8_t plain[128], sealed[128 + SEAL_OVERHEAD], value[256];
	struct approval there;
	struct writer out;

	writer_init(&out, plain, sizeof plain);
	writer_bytes(&out, "carol", 5);
	writer_bytes(&out, "", 0);
	writer_bytes(&out, "boss", 4);
	writer_u64(&out, 1);
	writer_u64(&out, INT64_MAX);
	assert_int_equal(seal_close(w->all.seal, bound, strlen(bound), plain,
			     out.used, sealed),
	    0);
	size_t sealed_size = out.used + SEAL_OVERHEAD;
	writer_init(&out, value, sizeof value);
	writer_u8(&out, 1);
	writer_bytes(&out, sealed, sealed_size);
	assert_int_equal(approval_decode(&there, w->all.seal, "uuid-carol",
			     "CHG-1", value, out.used),
	    0);
	assert_string_equal(there.giver, "boss");
	assert_int_equal(there.giver_uid, UINT32_MAX);
	world_free(w);
}

static void
it_is_found_again_in_the_store(void **state)
{
	struct world *w = world_new(policy, -1);
	struct client c;

	assert_int_equal(give(w, "carol", "https://x/CHG#1"), ADMIN_OK);
	assert_int_equal(give(w, "dave", "CHG-2"), ADMIN_OK);
	forget(w, "uuid-carol");
	assert_string_equal(login(w, "carol").approval, "https://x/CHG#1");
	c = list(w, "carol");
	assert_int_equal(c.items, 1);
	assert_string_equal(c.item[0].approval, "https://x/CHG#1");
	assert_string_equal(c.item[0].name, "carol");
	assert_string_equal(c.item[0].giver, "boss");
	assert_int_equal(c.item[0].ends_ms - c.item[0].given_ms, HOUR * 1000);
	c = list(w, "");
	assert_int_equal(c.items, 2);
	world_free(w);
}

/* A store that was taken over writes what it likes. */
static void
what_a_store_makes_up_opens_nothing(void **state)
{
	struct world *w = world_new(policy, -1);
	struct client c;
	size_t mine;

	assert_int_equal(give(w, "carol", "CHG-1"), ADMIN_OK);
	mine = w->rows - 1;
	/* another person's */
	w->row[w->rows] = w->row[mine];
	strcpy(w->row[w->rows++].key, PREFIX "uuid-dave/CHG-1");
	is_refused(w, "dave");
	c = list(w, "dave");
	assert_int_equal(c.items, 1);
	assert_string_equal(c.item[0].name, ""); /* unreadable, and said so */
	assert_int_equal(give(w, "dave", "CHG-1"), ADMIN_NO);
	assert_int_equal(withdraw(w, "dave", "CHG-1"), ADMIN_OK);
	assert_int_equal(list(w, "dave").items, 0);
	/* another reference */
	strcpy(w->row[mine].key, PREFIX "uuid-carol/CHG-2");
	forget(w, "uuid-carol");
	is_refused(w, "carol");
	/* another time, or anything else in it */
	strcpy(w->row[mine].key, PREFIX "uuid-carol/CHG-1");
	for (size_t at = 0; at < w->row[mine].size; at += 9) {
		struct subject *s = subject(w, "uuid-carol");

		w->row[mine].value[at] ^= 1;
		forget(w, "uuid-carol");
		s->tries = 0;
		assert_int_equal(list(w, "carol").items, 1);
		assert_int_equal(s->approvals.count, 0);
		w->row[mine].value[at] ^= 1;
	}
	forget(w, "uuid-carol");
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

/* Ones that are no good keep nobody out who needs none. */
static void
a_value_that_is_no_approval_refuses_nobody_else(void **state)
{
	struct world *w = world_new("permit any with password\nend\n", -1);

	strcpy(w->row[w->rows].key, PREFIX "uuid-carol/CHG-1");
	w->row[w->rows].version = 1;
	w->row[w->rows].size = 3;
	w->rows++;
	assert_int_equal(login(w, "carol").outcome, OUTCOME_GRANTED);
	world_free(w);
}

/* ---- more than a client takes ---- */

static uint64_t flood; /* the id of the list that was asked for */

static void
on_flooded_store(void *arg, struct message *m)
{
	(void)arg;
	assert_int_equal(m->type, MSG_STORE_LIST_REQ);
	flood = m->u.STORE_LIST_REQ.id;
}

static void
post_items(struct world *w, size_t count, enum store_status status)
{
	struct message m;

	message_init(&m, MSG_STORE_LIST_ANS);
	m.u.STORE_LIST_ANS.id = flood;
	m.u.STORE_LIST_ANS.status = (uint8_t)status;
	snprintf(m.u.STORE_LIST_ANS.key, KEY_MAX, PREFIX "somebody/CHG-1");
	for (size_t i = 0; i < count; i++)
		assert_int_equal(channel_post(&w->store, &m), 0);
	world_run(w, 10);
}

static void
half_a_list_is_none(void **state)
{
	struct world *w = world_new(policy, -1);
	enum channel_result got;
	struct channel slow;
	struct message m;
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	w->store.on_message = on_flooded_store;
	admin_begin(&w->all, fds[0]);
	channel_init(&slow, fds[1], ROLE_ADMIN, ROLE_AUTHORITY);
	message_init(&m, MSG_ADMIN_APPROVALS_REQ);
	assert_int_equal(channel_send(&slow, &m), 0);
	world_run(w, 10);
	for (int i = 0; i < 4; i++)
		post_items(w, CHANNEL_QUEUE_MAX / 2, STORE_OK);
	while ((got = channel_receive(&slow, &m, 0)) == CHANNEL_MESSAGE)
		world_run(w, 1);
	post_items(w, 1, STORE_ABSENT);
	while (got != CHANNEL_CLOSED) {
		got = channel_receive(&slow, &m, 0);
		assert_false(
		    got == CHANNEL_MESSAGE && m.u.ADMIN_APPROVALS_ANS.end);
		assert_int_not_equal(got, CHANNEL_EMPTY);
	}
	channel_close(&slow);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_opens_what_wants_one_until_it_is_withdrawn),
	    cmocka_unit_test(a_refusal_for_want_of_it_looks_like_any_other),
	    cmocka_unit_test(a_session_names_it_and_ends_with_it),
	    cmocka_unit_test(no_session_opens_when_it_is_over),
	    cmocka_unit_test(one_for_a_service_that_is_none_is_not_given),
	    cmocka_unit_test(a_rule_without_the_clause_keeps_its_own_length),
	    cmocka_unit_test(
		one_that_ends_while_answers_are_typed_opens_nothing),
	    cmocka_unit_test(its_time_is_over_by_itself),
	    cmocka_unit_test(it_is_for_its_service_alone),
	    cmocka_unit_test(it_is_for_its_name_alone),
	    cmocka_unit_test(nobody_approves_of_themselves),
	    cmocka_unit_test(what_is_given_is_bounded),
	    cmocka_unit_test(it_comes_in_force_after_its_record),
	    cmocka_unit_test(without_its_record_it_is_not_given),
	    cmocka_unit_test(answer_and_record_agree_over_a_failed_write),
	    cmocka_unit_test(a_store_that_takes_none_gives_none),
	    cmocka_unit_test(it_ends_at_once_whatever_the_store_says),
	    cmocka_unit_test(it_is_given_also_when_nobody_waits_for_it),
	    cmocka_unit_test(nobody_is_another_person_by_saying_so),
	    cmocka_unit_test(who_gave_it_is_sealed_with_it),
	    cmocka_unit_test(one_of_the_release_before_is_read),
	    cmocka_unit_test(it_is_found_again_in_the_store),
	    cmocka_unit_test(what_a_store_makes_up_opens_nothing),
	    cmocka_unit_test(a_value_that_is_no_approval_refuses_nobody_else),
	    cmocka_unit_test(half_a_list_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
