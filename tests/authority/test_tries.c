/* SPDX-License-Identifier: Apache-2.0 */
/* A try is an answer that was given, and only the module's word clears them. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/recovery/startup.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "policy/policy.h"
#include "module_side.h"
#include "tests/support/unit.h"

#define KEY "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n"

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from corp with password + otp\n"
    "person backup \"bob\"\n"
    "permit backup from corp with publickey\n"
    "end\n";

static void
on_subject(void *arg, struct subject *s, bool ok)
{
	assert_true(ok);
	*(struct subject **)arg = s;
}

static uint32_t
tries_of(struct world *w, const char *id)
{
	struct subject *s = NULL;
	uint32_t tries;

	subject_hold(&w->all.subjects, id, on_subject, &s);
	world_run(w, 10);
	assert_non_null(s);
	tries = s->tries;
	subject_release(&w->all.subjects, s);
	return tries;
}

static void
wrong(struct world *w, const char *name)
{
	struct world_talk t;

	world_login(w, &t, name, "000000");
	assert_string_equal(world_final(w, &t)->reason, "wrong_code");
}

static void
denied(struct world *w, struct world_talk *t, const char *reason)
{
	const struct msg_AUDIT_APPEND_REQ *r = world_final(w, t);

	assert_int_equal(t->result.result, RESULT_DENIED);
	assert_int_equal(r->outcome, OUTCOME_DENIED);
	assert_string_equal(r->reason, reason);
	assert_int_equal(r->tries, 0);
	world_hang_up(t);
}

/* sudo within its timestamp, NOPASSWD, root's own su: the account phase alone,
 * in which nobody is asked. */
static void
who_was_not_asked_has_not_tried(void **state)
{
	static const char *const service[] = {"sudo", "su", "sshd"};
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	for (int i = 0; i < 9; i++) {
		struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");

		q.phase = PAMWIRE_ACCOUNT;
		snprintf(q.service, sizeof q.service, "%s", service[i % 3]);
		world_open(w, &t, &q);
		world_run(w, 40);
		assert_int_equal(t.open.collect_size, 0);
		assert_int_equal(t.result.result, RESULT_DENIED);
		assert_int_equal(world_final(w, &t)->tries, 0);
		world_hang_up(&t);
	}
	assert_int_equal(tries_of(w, "uuid-alice"), 0);
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

/* DenyUsers, AllowGroups, a missing shell: sshd answers by itself. */
static void
what_is_not_the_persons_answer_is_no_try_and_is_not_bound(void **state)
{
	static const struct {
		enum answer_status status;
		const char *reason;
	} row[] = {{ANSWER_SUBSTITUTED, "substituted_answer"},
	    {ANSWER_SAME, "same_answer"}};
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	for (int i = 0; i < 8; i++) {
		struct message m;

		world_begin(w, &t, "alice");
		message_init(&m, MSG_AUTHORITY_ANSWER_REQ);
		m.u.AUTHORITY_ANSWER_REQ.status = (uint8_t)row[i % 2].status;
		channel_post(&t.channel, &m);
		world_run(w, 50);
		denied(w, &t, row[i % 2].reason);
	}
	assert_int_equal(w->binds + w->decoy_binds, 0);
	assert_int_equal(tries_of(w, "uuid-alice"), 0);
	world_free(w);
}

static void
tries_are_cleared_when_the_grant_is_redeemed(void **state)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request("alice");
	struct world *w = world_new(policy, -1);
	struct pamwire_redeem r;
	struct world_talk t;
	int fd;

	wrong(w, "alice");
	wrong(w, "alice");
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	assert_int_equal(tries_of(w, "uuid-alice"), 2);
	/* not by a login that makes up the rest */
	r = module_redeem(&t, &q);
	r.nonce[0] ^= 1;
	fd = module_send(w, &r);
	assert_int_equal(module_answer(fd, NULL), PAMWIRE_DENIED);
	close(fd);
	assert_int_equal(tries_of(w, "uuid-alice"), 2);
	assert_int_equal(module_asks(w, &t, &q), PAMWIRE_GRANTED);
	assert_int_equal(tries_of(w, "uuid-alice"), 0);
	world_hang_up(&t);
	world_free(w);
}

/* A conversation that was taken over says what it likes: that sshd has proven a
 * key, in the account phase or before it. */
static void
nothing_is_written_of_a_grant_on_logins_word_alone(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	w->all.conf.redeem_timeout = 40;
	wrong(w, "bob");
	for (int authn = 0; authn < 2; authn++) {
		struct msg_AUTHORITY_OPEN_REQ q = world_request("bob");
		struct pamwire_redeem r;
		size_t records = w->records;
		int fd;

		q.phase = authn ? PAMWIRE_AUTHN : PAMWIRE_ACCOUNT;
		if (authn)
			strcpy(q.auth_info, KEY);
		world_open(w, &t, &q);
		assert_int_equal(t.result.result, RESULT_GRANTED);
		assert_int_equal(w->records, records);
		for (int i = 0; i < 3; i++) {
			r = module_redeem(&t, &q);
			if (i == 0)
				r.nonce[31] ^= 1;
			else if (i == 1)
				r.port++;
			else
				strcpy(r.auth_info, "x");
			fd = module_send(w, &r);
			assert_int_equal(
			    module_answer(fd, NULL), PAMWIRE_DENIED);
			close(fd);
		}
		assert_int_equal(w->records, records);
		world_run(w, 60);
		assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ABORTED);
		assert_string_equal(world_final(w, &t)->reason, "not_redeemed");
		assert_int_equal(module_asks(w, &t, &q), PAMWIRE_DENIED);
		assert_int_equal(tries_of(w, "uuid-bob"), 1);
		world_hang_up(&t);
	}
	world_free(w);
}

static void
a_key_is_granted_by_the_modules_word_and_clears_no_tries(void **state)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request("bob");
	struct world *w = world_new(policy, -1);
	struct pamwire_redeemed got;
	struct pamwire_redeem r;
	struct world_talk t;
	size_t records;
	int fd, again;

	wrong(w, "bob");
	records = w->records;
	q.phase = PAMWIRE_ACCOUNT;
	world_open(w, &t, &q);
	/* no receipt, no grant: the answer waits for it */
	w->hold = true;
	r = module_redeem(&t, &q);
	fd = module_send(w, &r);
	assert_int_equal(module_answer(fd, NULL), 0);
	assert_int_equal(w->records, records + 1);
	again = module_send(w, &r);
	assert_int_equal(module_answer(again, NULL), PAMWIRE_DENIED);
	w->hold = false;
	world_release(w);
	world_run(w, 10);
	assert_int_equal(module_answer(fd, &got), PAMWIRE_GRANTED);
	assert_int_equal(strlen(got.session), PAMWIRE_SESSION);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_GRANTED);
	assert_int_equal(world_final(w, &t)->verified, POLICY_PUBLICKEY);
	assert_int_equal(tries_of(w, "uuid-bob"), 1);
	close(fd);
	close(again);
	world_hang_up(&t);
	world_free(w);
}

static void
a_module_that_does_not_wait_or_cannot_have_a_record_is_not_let_in(void **state)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request("bob");
	struct world *w = world_new(policy, -1);
	struct pamwire_redeem r;
	struct world_talk t;
	int fd;

	q.phase = PAMWIRE_ACCOUNT;
	w->all.conf.redeem_timeout = 30;
	w->hold = true;
	world_open(w, &t, &q);
	r = module_redeem(&t, &q);
	close(module_send(w, &r));
	world_run(w, 10);
	w->hold = false;
	world_release(w);
	world_run(w, 60);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_GRANTED);
	assert_non_null(world_session_record(w, OUTCOME_LAPSED));
	world_hang_up(&t);
	w->fail = true;
	world_open(w, &t, &q);
	r = module_redeem(&t, &q);
	fd = module_send(w, &r);
	world_run(w, 10);
	assert_int_equal(module_answer(fd, NULL), PAMWIRE_UNAVAILABLE);
	close(fd);
	world_hang_up(&t);
	world_free(w);
}

/* After a restart the log says which tries are cleared: a grant alone does not,
 * nor does a session that needed no answer. */
static void
the_log_clears_tries_as_the_grant_did(void **state)
{
	struct msg_AUDIT_REPLAY_ANS granted = {.kind = RECORD_ATTEMPT,
	    .outcome = OUTCOME_GRANTED,
	    .verified = POLICY_PASSWORD | POLICY_OTP,
	    .subject = "uuid-bob"};
	struct msg_AUDIT_REPLAY_ANS failed = {.kind = RECORD_ATTEMPT,
	    .outcome = OUTCOME_DENIED,
	    .tries = 2,
	    .subject = "uuid-bob"};
	struct msg_AUDIT_REPLAY_ANS opened = {.kind = RECORD_SESSION,
	    .outcome = OUTCOME_OPENED,
	    .verified = POLICY_PUBLICKEY,
	    .subject = "uuid-bob"};
	struct world *w = world_new(policy, -1);

	w->all.recovery.serving = false;
	startup_hooks.replay(&w->all, &failed);
	startup_hooks.replay(&w->all, &granted);
	startup_hooks.replay(&w->all, &opened);
	assert_int_equal(tries_of(w, "uuid-bob"), 2);
	opened.verified |= POLICY_PASSWORD;
	startup_hooks.replay(&w->all, &opened);
	assert_int_equal(tries_of(w, "uuid-bob"), 0);
	world_free(w);
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(who_was_not_asked_has_not_tried),
	    T(what_is_not_the_persons_answer_is_no_try_and_is_not_bound),
	    T(tries_are_cleared_when_the_grant_is_redeemed),
	    T(nothing_is_written_of_a_grant_on_logins_word_alone),
	    T(a_key_is_granted_by_the_modules_word_and_clears_no_tries),
	    T(a_module_that_does_not_wait_or_cannot_have_a_record_is_not_let_in),
	    T(the_log_clears_tries_as_the_grant_did),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
