/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an attempt, with everything around authority played. */
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/authority/door/login_door.h"
#include "gatewayd/authority/attempt/evaluate.h"
#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/ruling.h"
#include "gatewayd/authority/session/phases.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"
#include "module_side.h"
#include "tests/support/unit.h"

#define KEY "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n"

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "hosts bastion bastion*.prod.example.com\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from corp to bastion with password + otp for 8h "
    "token 10m audience tickets\n"
    "person backup \"peter\"\n"
    "permit backup from corp with publickey\n"
    "end\n";

static struct world *
world(void)
{
	return world_new(policy, -1);
}

static void
redeem(struct world *w, const struct world_talk *t, struct pamwire_redeemed *r)
{
	struct pamwire_redeem q = {.phase = PAMWIRE_AUTHN,
	    .local = 1,
	    .uid = 1000,
	    .service = "sshd",
	    .username = "alice",
	    .client = "10.20.1.2",
	    .port = 50222};

	memset(r, 0, sizeof *r);
	memcpy(q.attempt, t->open.attempt, sizeof q.attempt);
	memcpy(q.nonce, t->nonce, sizeof q.nonce);
	phases_redeem(&w->all, &q, r);
}

static void
refused_with(struct world *w, struct world_talk *t, const char *reason)
{
	const struct msg_AUDIT_APPEND_REQ *r = world_final(w, t);

	assert_true(t->ended);
	assert_int_equal(t->result.result, RESULT_DENIED);
	assert_string_equal(t->result.text, "Access denied");
	assert_int_equal(r->outcome, OUTCOME_DENIED);
	assert_string_equal(r->reason, reason);
	world_hang_up(t);
}

static void
password_and_code_are_granted_and_recorded_once(void **state)
{
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world *w = world();
	struct pamwire_redeemed got;
	struct world_talk t;

	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	r = world_final(w, &t);
	assert_int_equal(r->outcome, OUTCOME_GRANTED);
	assert_string_equal(r->subject, "uuid-alice");
	assert_string_equal(r->client, "10.20.1.2");
	assert_true(r->step > 0);
	assert_int_equal(r->session_seconds, 8 * 3600);
	assert_string_equal(r->rule, "test.policy:4");
	redeem(w, &t, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	assert_string_equal(got.session, r->session);
	redeem(w, &t, &got);
	assert_int_equal(got.result, PAMWIRE_DENIED); /* once */
	world_hang_up(&t);
	world_free(w);
}

static void
no_receipt_no_grant(void **state)
{
	struct world *w = world();
	struct pamwire_redeemed got;
	struct world_talk t;

	w->hold = true;
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(w->records, 1);
	assert_false(t.ended);
	redeem(w, &t, &got);
	assert_int_equal(got.result, PAMWIRE_DENIED);
	world_release(w);
	world_run(w, 10);
	assert_int_equal(t.result.result, RESULT_GRANTED);
	redeem(w, &t, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

/* Each row says one thing of the conversation that was not so. */
static void
only_the_nonce_and_the_same_facts_redeem(void **state)
{
	static const struct {
		const char *service, *username, *client, *auth_info;
		uint16_t port;
		uint8_t local, phase;
		uint32_t uid;
		uint8_t nonce, attempt; /* what is wrong in it */
	} rows[] = {
	    {"sshd", "alice", "10.20.1.2", "", 50222, 1, 1, 1000, 1, 0},
	    {"sshd", "alice", "10.20.1.2", "", 50222, 1, 1, 1000, 0, 1},
	    {"sudo", "alice", "10.20.1.2", "", 50222, 1, 1, 1000, 0, 0},
	    {"sshd", "Alice", "10.20.1.2", "", 50222, 1, 1, 1000, 0, 0},
	    {"sshd", "alice", "10.20.1.3", "", 50222, 1, 1, 1000, 0, 0},
	    {"sshd", "alice", "10.20.1.2", KEY, 50222, 1, 1, 1000, 0, 0},
	    {"sshd", "alice", "10.20.1.2", "", 50223, 1, 1, 1000, 0, 0},
	    {"sshd", "alice", "10.20.1.2", "", 50222, 0, 1, 1000, 0, 0},
	    {"sshd", "alice", "10.20.1.2", "", 50222, 1, 2, 1000, 0, 0},
	    {"sshd", "alice", "10.20.1.2", "", 50222, 1, 1, 1001, 0, 0},
	};
	struct world *w = world();
	struct pamwire_redeemed got = {0};
	struct world_talk t;

	_Static_assert(PAMWIRE_AUTHN == 1 && PAMWIRE_ACCOUNT == 2, "as above");
	world_login(w, &t, "alice", world_code(0));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pamwire_redeem q = {.phase = rows[i].phase,
		    .local = rows[i].local,
		    .uid = rows[i].uid,
		    .port = rows[i].port};

		strcpy(q.service, rows[i].service);
		strcpy(q.username, rows[i].username);
		strcpy(q.client, rows[i].client);
		strcpy(q.auth_info, rows[i].auth_info);
		memcpy(q.attempt, t.open.attempt, sizeof q.attempt);
		memcpy(q.nonce, t.nonce, sizeof q.nonce);
		q.nonce[31] ^= rows[i].nonce;
		q.attempt[0] ^= rows[i].attempt;
		phases_redeem(&w->all, &q, &got);
		if (got.result != PAMWIRE_DENIED)
			fail_msg("row %zu: %d", i, got.result);
	}
	redeem(w, &t, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

/* Every refusal in another language too, byte for byte. */
static void
the_configuration_chooses_the_language(void **state)
{
	static const char *const names[] = {"alice", "zed", "disabled", "a b"};
	struct world *w = world();
	struct world_talk t;

	strcpy(w->all.conf.language, "de");
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		world_begin(w, &t, names[i]);
		assert_string_equal(t.open.prompt[0],
		    "Bitte antworten Sie innerhalb von 2 Sekunden.\n"
		    "Passwort: ");
		assert_string_equal(t.open.prompt[1], "Einmalcode: ");
		world_verdict(w, &t, VERDICT_MISMATCH);
		world_answer(w, &t, "000000");
		world_run(w, 40);
		assert_true(t.ended);
		assert_int_equal(t.result.result, RESULT_DENIED);
		assert_string_equal(t.result.text, "Zugang verweigert");
		world_hang_up(&t);
	}
	world_free(w);
}

static void
everybody_is_asked_the_same(void **state)
{
	static const char *const names[] = {
	    "alice", "zed", "disabled", "stranger", "carl", "a b"};
	struct world *w = world();
	struct world_talk t;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		world_begin(w, &t, names[i]);
		assert_int_equal(t.open.collect_size, 2);
		assert_int_equal(t.open.collect[0], COLLECT_PASSWORD);
		assert_int_equal(t.open.collect[1], COLLECT_CODE);
		assert_string_equal(
		    t.open.prompt[0], "Answer within 2 seconds.\nPassword: ");
		assert_string_equal(t.open.prompt[1], "One-time code: ");
		world_hang_up(&t);
		world_run(w, 10);
	}
	world_free(w);
}

static void
a_code_counts_once_also_for_two_at_a_time(void **state)
{
	struct world *w = world();
	struct world_talk a, b, c;
	const char *code = world_code(0);

	w->hold = true; /* neither has a receipt yet */
	world_login(w, &a, "alice", code);
	world_login(w, &b, "alice", code);
	world_release(w);
	world_run(w, 40);
	assert_int_equal(a.result.result, RESULT_GRANTED);
	refused_with(w, &b, "code_replayed");
	w->hold = false;
	world_login(w, &c, "alice", code);
	refused_with(w, &c, "code_replayed");
	world_hang_up(&a);
	world_free(w);
}

static void
a_wrong_password_does_not_spend_the_code(void **state)
{
	struct world *w = world();
	const char *code = world_code(0);
	struct world_talk t;

	world_begin(w, &t, "alice");
	world_verdict(w, &t, VERDICT_MISMATCH);
	world_answer(w, &t, code);
	world_run(w, 40);
	refused_with(w, &t, "wrong_password");
	world_login(w, &t, "alice", code);
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

static void
without_a_directory_nobody_is_let_in(void **state)
{
	struct world *w = world();
	struct world_talk t, u;

	world_begin(w, &t, "alice");
	world_directory_dies(w);
	world_answer(w, &t, world_code(0));
	world_run(w, 40);
	assert_int_equal(t.result.result, RESULT_UNAVAILABLE);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ERROR);
	assert_string_equal(
	    world_final(w, &t)->reason, "directory_unavailable");
	world_begin(w, &u, "alice");
	world_answer(w, &u, world_code(0));
	world_run(w, 40);
	assert_int_equal(u.result.result, RESULT_UNAVAILABLE);
	assert_int_equal(world_final(w, &u)->outcome, OUTCOME_ERROR);
	world_hang_up(&t);
	world_hang_up(&u);
	world_free(w);
}

/* A reload came in between: a group that a deny is about may be missing. */
static void
an_answer_about_other_groups_than_the_policys_is_none(void **state)
{
	struct world *w = world();
	struct world_talk t;

	w->group_list = 1;
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_DENIED);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ERROR);
	assert_string_equal(
	    world_final(w, &t)->reason, "directory_unavailable");
	world_hang_up(&t);
	world_free(w);
}

static void
when_audit_cannot_write_the_grant_becomes_an_error(void **state)
{
	struct world *w = world();
	struct pamwire_redeemed got;
	struct world_talk t;

	w->fail = true;
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_UNAVAILABLE);
	redeem(w, &t, &got);
	assert_int_equal(got.result, PAMWIRE_DENIED);
	w->fail = false;
	world_audit_restarts(w, 0);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ERROR);
	assert_string_equal(world_final(w, &t)->reason, "audit_unavailable");
	world_hang_up(&t);
	world_free(w);
}

static void
a_record_that_audit_took_to_its_grave_is_sent_again(void **state)
{
	struct world *w = world();
	struct world_talk t;

	w->hold = true;
	world_login(w, &t, "alice", world_code(0));
	w->hold = false;
	world_audit_restarts(w, 0);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_GRANTED);
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

static void
a_record_that_was_on_disk_is_not_sent_again(void **state)
{
	struct world *w = world();
	struct world_talk t;

	w->hold = true;
	world_login(w, &t, "alice", world_code(0));
	w->hold = false;
	world_audit_restarts(w, 1);
	assert_int_equal(w->records, 1);
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

static void
what_was_open_before_is_recorded_as_orphaned(void **state)
{
	struct world *w = world();
	struct world_talk t;
	int slots = dup(w->attempt_table_fd);

	world_begin(w, &t, "alice");
	/* the next authority finds the table as kill -9 left it */
	struct world *next = world_new(policy, slots);

	assert_int_equal(next->records, 1);
	assert_int_equal(next->record[0].outcome, OUTCOME_ORPHANED);
	assert_memory_equal(
	    next->record[0].attempt, t.open.attempt, ATTEMPT_ID);
	assert_string_equal(next->record[0].subject, "uuid-alice");
	world_free(next);
	world_hang_up(&t);
	world_free(w);
}

static void
the_module_redeems_a_grant_of_the_account_phase(void **state)
{
	static const char *const auth_info[] = {"", KEY};
	struct world *w = world();
	struct world_talk t;

	for (size_t i = 0; i < 2; i++) {
		struct msg_AUTHORITY_OPEN_REQ q = world_request("peter");
		const struct msg_AUDIT_APPEND_REQ *r;

		q.phase = PAMWIRE_ACCOUNT;
		strcpy(q.auth_info, auth_info[i]);
		world_open(w, &t, &q);
		assert_int_equal(t.open.collect_size, 0);
		assert_int_equal(t.result.result, RESULT_GRANTED);
		assert_int_equal(module_asks(w, &t, &q), PAMWIRE_GRANTED);
		r = world_final(w, &t);
		assert_int_equal(r->verified, POLICY_PUBLICKEY);
		assert_int_equal(
		    strncmp(r->key_fingerprint, "SHA256:", 7) == 0, i == 1);
		world_hang_up(&t);
	}
	world_free(w);
}

static void
a_conversation_that_opens_no_attempt_is_ended(void **state)
{
	struct world *w = world();
	char byte;
	int fds[2];

	w->all.conf.attempt_deadline = 30;
	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	login_door_begin(&w->all, fds[0]);
	world_run(w, 10);
	assert_int_equal(recv(fds[1], &byte, 1, 0), -1);
	world_run(w, 60);
	assert_int_equal(recv(fds[1], &byte, 1, 0), 0);
	assert_int_equal(w->records, 0);
	close(fds[1]);
	world_free(w);
}

static void
a_log_that_was_put_back_ends_authority(void **state)
{
	struct world *w = world();
	struct world_talk t;
	int status;
	pid_t pid;

	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	pid = fork();
	if (pid == 0) {
		world_audit_restarts(w, 0);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 1);
	world_hang_up(&t);
	world_free(w);
}

static void
a_grant_that_nobody_redeems_lapses_with_a_record(void **state)
{
	struct world *w = world();
	struct world_talk t;

	w->all.conf.redeem_timeout = 30;
	world_login(w, &t, "alice", world_code(0));
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_run(w, 60);
	assert_int_equal(w->records, 2);
	assert_int_equal(w->record[1].kind, RECORD_SESSION);
	assert_int_equal(w->record[1].outcome, OUTCOME_LAPSED);
	assert_string_equal(w->record[1].reason, "not_redeemed");
	world_free(w);
}

static void
a_grant_whose_receipt_was_late_is_no_session(void **state)
{
	struct world *w = world();
	struct world_talk t;

	w->hold = true;
	w->all.conf.attempt_deadline = 60;
	w->all.conf.redeem_timeout = 30;
	world_login(w, &t, "alice", world_code(0));
	world_run(w, 60);
	assert_true(t.ended);
	assert_int_equal(t.result.result, RESULT_UNAVAILABLE);
	world_hang_up(&t);
	w->hold = false;
	world_release(w);
	world_run(w, 60);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_GRANTED);
	assert_int_equal(w->records, 2);
	assert_int_equal(w->record[1].kind, RECORD_SESSION);
	assert_int_equal(w->record[1].outcome, OUTCOME_LAPSED);
	assert_int_equal(w->all.attempts.count, 0);
	world_free(w);
}

static void
the_policys_reasons_keep_their_words(void **state)
{
	char word[REASON_MAX + 1];

	for (int r = POLICY_REASON_NO_POLICY; r <= POLICY_REASON_PERMIT; r++) {
		enum policy_reason reason = (enum policy_reason)r;

		reason_write(ruling_reason(reason), word);
		assert_string_equal(word, policy_reason_text(reason));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_policys_reasons_keep_their_words),
	    cmocka_unit_test(password_and_code_are_granted_and_recorded_once),
	    cmocka_unit_test(no_receipt_no_grant),
	    cmocka_unit_test(only_the_nonce_and_the_same_facts_redeem),
	    cmocka_unit_test(the_configuration_chooses_the_language),
	    cmocka_unit_test(everybody_is_asked_the_same),
	    cmocka_unit_test(a_code_counts_once_also_for_two_at_a_time),
	    cmocka_unit_test(a_wrong_password_does_not_spend_the_code),
	    cmocka_unit_test(without_a_directory_nobody_is_let_in),
	    cmocka_unit_test(
		an_answer_about_other_groups_than_the_policys_is_none),
	    cmocka_unit_test(
		when_audit_cannot_write_the_grant_becomes_an_error),
	    cmocka_unit_test(
		a_record_that_audit_took_to_its_grave_is_sent_again),
	    cmocka_unit_test(a_record_that_was_on_disk_is_not_sent_again),
	    cmocka_unit_test(what_was_open_before_is_recorded_as_orphaned),
	    cmocka_unit_test(a_conversation_that_opens_no_attempt_is_ended),
	    cmocka_unit_test(a_log_that_was_put_back_ends_authority),
	    cmocka_unit_test(a_grant_that_nobody_redeems_lapses_with_a_record),
	    cmocka_unit_test(the_module_redeems_a_grant_of_the_account_phase),
	    cmocka_unit_test(a_grant_whose_receipt_was_late_is_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
