/* SPDX-License-Identifier: Apache-2.0 */
/* Open sessions when authority is killed and started again. */
#include "gatewayd/authority/session/session_restart.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatewayd/authority/recovery/startup.h"
#include "gatewayd/authority/session/session_file.h"
#include "gatewayd/authority/session/phases.h"
#include "lib/base/clock.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "tests/support/virtual_clock.h"
#include "world.h"

#define RULE                                                        \
	"group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"        \
	"permit sre with password + otp for 8h token 10m audience " \
	"tickets wiki\n"

static const char policy[] = RULE "end\n";
/* what is in force after the restart says less */
static const char strict[] = "permit any with password + otp for 1m\nend\n";

/* A process that has a session, and its end of the module. */
struct person {
	pid_t pid;
	char session[PAMWIRE_SESSION + 1];
};

static void
begin(struct person *p)
{
	p->pid = fork();
	if (p->pid == 0)
		for (;;)
			pause();
	assert_true(p->pid > 0);
}

static void
finish(struct person *p)
{
	kill(p->pid, SIGKILL);
	assert_int_equal(waitpid(p->pid, NULL, 0), p->pid);
}

static enum pamwire_result
open_session(struct world *w, struct person *p)
{
	struct pamwire_redeem redeem = {.phase = PAMWIRE_AUTHN,
	    .local = 1,
	    .uid = 1000,
	    .service = "sshd",
	    .username = "alice",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_account account = {.service = "sshd",
	    .username = "alice",
	    .client = "10.20.1.2",
	    .port = 50222};
	struct pamwire_session_open q = {.service = "sshd",
	    .username = "alice",
	    .client = "10.20.1.2",
	    .port = 50222,
	    .tty = "pts/7",
	    .uid = 1000};
	struct pamwire_redeemed got = {0};
	struct pamwire_session_ans ans = {0};
	struct world_talk t;
	struct peer peer;

	begin(p);
	world_login(w, &t, "alice", world_code(0));
	memcpy(redeem.attempt, t.open.attempt, ATTEMPT_ID);
	memcpy(redeem.nonce, t.nonce, sizeof redeem.nonce);
	phases_redeem(&w->all, &redeem, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	memcpy(account.attempt, t.open.attempt, ATTEMPT_ID);
	memcpy(account.account_ticket, got.account_ticket,
	    sizeof account.account_ticket);
	phases_account(&w->all, &account, &got);
	assert_int_equal(got.result, PAMWIRE_GRANTED);
	memcpy(q.session, got.session, sizeof q.session);
	memcpy(p->session, got.session, sizeof p->session);
	memcpy(q.ticket, got.account_ticket, sizeof q.ticket);
	peer = world_peer(p->pid);
	phases_open(&w->all, &q, &peer, &ans);
	close(peer.pidfd);
	world_run(w, 10);
	world_hang_up(&t);
	return ans.result;
}

/* The next authority finds the file as kill -9 left it. */
static struct world *
restarted(struct world *w, const char *with)
{
	world_session_file = dup(w->session_file_fd);
	return world_new(with, -1);
}

static struct session *
found(struct world *w, const struct person *p)
{
	return session_find(&w->all, p->session, 1000);
}

static unsigned
count(const struct world *w, const struct person *p, enum outcome outcome,
    const char *reason)
{
	unsigned n = 0;

	for (size_t i = 0; i < w->records; i++) {
		const struct msg_AUDIT_APPEND_REQ *r = &w->record[i];

		if (r->kind != RECORD_SESSION || r->outcome != outcome)
			continue;
		assert_string_equal(r->session, p->session);
		assert_string_equal(r->reason, reason);
		assert_string_equal(r->subject, "uuid-alice");
		assert_string_equal(r->tty, "pts/7");
		assert_int_equal(r->verified, POLICY_PASSWORD | POLICY_OTP);
		n++;
	}
	return n;
}

static void
a_session_goes_on_as_it_was(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct session *before, *s;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	before = found(w, &p);
	next = restarted(w, strict);
	s = found(next, &p);
	assert_non_null(s);
	assert_null(session_find(&next->all, p.session, 1001));
	assert_int_equal(next->records, 0);
	assert_int_equal(s->obligations->audience_count, 2);
	assert_string_equal(s->obligations->audiences[0], "tickets");
	assert_string_equal(s->obligations->audiences[1], "wiki");
	assert_int_equal(s->obligations->token_seconds, 600);
	assert_int_equal(s->groups->count, 1);
	assert_string_equal(
	    s->groups->dn[0], "cn=sre,ou=groups,dc=example,dc=com");
	assert_true(session_names_group(s, s->groups->dn[0]));
	assert_int_equal(s->granted_ms, before->granted_ms);
	assert_int_equal(s->opened_ms, before->opened_ms);
	assert_true(s->ends_ms <= before->ends_ms);
	assert_true(s->ends_ms > before->ends_ms - 1000);
	assert_memory_equal(s->attempt, before->attempt, ATTEMPT_ID);
	assert_string_equal(s->record.name, "alice");
	/* and once more, as what was read back is still written */
	struct world *third = restarted(next, strict);

	assert_non_null(found(third, &p));
	finish(&p);
	world_run(third, 50);
	assert_null(found(third, &p));
	assert_int_equal(count(third, &p, OUTCOME_CLOSED, "process_ended"), 1);
	world_free(third);
	/* its record is on disk: nothing is left of it */
	third = restarted(next, policy);
	assert_int_equal(third->records, 0);
	world_free(third);
	world_free(next);
	world_free(w);
}

static void
the_module_closes_it_after_the_restart(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	next = restarted(w, policy);
	assert_int_equal(
	    world_close(next, found(next, &p), getpid()), PAMWIRE_DENIED);
	assert_int_equal(
	    world_close(next, found(next, &p), p.pid), PAMWIRE_GRANTED);
	finish(&p);
	world_run(next, 30);
	assert_int_equal(count(next, &p, OUTCOME_CLOSED, "session_closed"), 1);
	world_free(next);
	world_free(w);
}

static void
without_its_process_it_is_closed_once(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	const struct msg_AUDIT_APPEND_REQ *r;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	world_run(w, 3000);
	finish(&p);
	next = restarted(w, policy);
	assert_null(found(next, &p));
	assert_int_equal(next->records, 1);
	assert_in_range(next->record[0].session_seconds, 3, 600);
	assert_int_equal(
	    count(next, &p, OUTCOME_CLOSED, "gateway_restarted"), 1);
	r = &next->record[0];
	assert_string_equal(r->name, "alice");
	assert_int_equal(r->username_size, 5);
	assert_string_equal(r->client, "10.20.1.2");
	assert_int_equal(r->port, 50222);
	assert_string_equal(r->host, "bastion1.prod.example.com");
	assert_string_not_equal(r->rule, "");
	world_free(next);
	next = restarted(w, policy);
	assert_int_equal(next->records, 0);
	world_free(next);
	world_free(w);
}

static void
a_record_without_its_receipt_keeps_its_reason(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	/* killed between audit's write and its receipt */
	w->hold = true;
	finish(&p);
	world_run(w, 50);
	assert_int_equal(count(w, &p, OUTCOME_CLOSED, "process_ended") +
			     count(w, &p, OUTCOME_OPENED, "session_opened"),
	    2);
	/* what audit did not write is written now, for that reason */
	next = restarted(w, policy);
	assert_int_equal(count(next, &p, OUTCOME_CLOSED, "process_ended"), 1);
	world_free(next);
	world_release(w);
	world_run(w, 10);
	world_free(w);
}

static void
a_record_that_the_log_has_is_not_written_again(void **state)
{
	struct msg_AUDIT_REPLAY_ANS m = {
	    .kind = RECORD_SESSION, .outcome = OUTCOME_CLOSED};
	struct world *w = world_new(policy, -1), *next;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	next = restarted(w, policy);
	/* as read back at a start, of another session and of this one */
	next->all.recovery.serving = false;
	strcpy(m.session, "of-somebody-else");
	startup_hooks.replay(&next->all, &m);
	memcpy(m.session, p.session, sizeof p.session);
	startup_hooks.replay(&next->all, &m);
	finish(&p);
	struct world *third = restarted(next, policy);

	assert_int_equal(third->records, 0);
	world_free(third);
	world_free(next);
	world_free(w);
}

/* The receipt was lost with authority, and the log says it. */
static void
an_opened_record_that_the_log_has_is_not_written_again(void **state)
{
	struct msg_AUDIT_REPLAY_ANS m = {
	    .kind = RECORD_SESSION, .outcome = OUTCOME_OPENED};
	struct world *w = world_new(policy, -1);
	struct session_file *file;
	struct session_file_left *l;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	session_file_recorded(w->all.session_file, p.session, OUTCOME_CLOSED);
	assert_int_equal(session_save(found(w, &p)), 0);
	file = session_file_open(dup(w->session_file_fd), w->all.seal);
	session_file_load(file);
	session_file_recorded(file, p.session, m.outcome);
	l = session_file_next_left(file);
	assert_non_null(l);
	assert_true(l->opened);
	if (l->pidfd >= 0)
		close(l->pidfd);
	free(l);
	session_file_close(file);
	finish(&p);
	world_free(w);
}

/* The session's file says what the log does not have yet. */
static void
killed_before_its_opened_record_it_gets_both(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	struct session *s = found(w, &p);

	/* as if it had just been written */
	session_file_recorded(w->all.session_file, p.session, OUTCOME_CLOSED);
	assert_int_equal(session_save(s), 0);
	finish(&p);
	next = restarted(w, policy);
	assert_int_equal(next->records, 2);
	assert_int_equal(next->record[0].outcome, OUTCOME_OPENED);
	assert_int_equal(next->record[0].time_ms, s->opened_ms);
	assert_int_equal(next->record[1].outcome, OUTCOME_CLOSED);
	world_free(next);
	world_free(w);
}

/* Whichever way somebody sets the clock while authority is down. */
static void
a_wall_clock_that_was_set_does_not_prolong_it(void **state)
{
	static const int64_t by[] = {3600 * 1000, -3600 * 1000};

	for (size_t i = 0; i < sizeof by / sizeof by[0]; i++) {
		struct world *w = world_new(policy, -1), *next;
		struct person p;
		int64_t ends, left;

		assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
		world_run(w, 600 * 1000);
		ends = found(w, &p)->ends_ms;
		left = ends - clock_wall_ms();
		virtual_clock_set_wall(by[i]);
		next = restarted(w, policy);
		assert_true(found(next, &p)->ends_ms <= ends);
		assert_true(found(next, &p)->ends_ms - clock_wall_ms() <= left);
		virtual_clock_set_wall(-by[i]);
		finish(&p);
		world_run(next, 30);
		world_free(next);
		world_free(w);
	}
}

static void
a_restart_does_not_prolong_it(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct session *s;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	s = found(w, &p);
	s->ends_ms = clock_wall_ms() + 120;
	assert_int_equal(session_save(s), 0);
	next = restarted(w, policy);
	world_run(next, 200);
	assert_null(found(next, &p));
	finish(&p);
	world_run(next, 30);
	assert_int_equal(count(next, &p, OUTCOME_CLOSED, "session_over"), 1);
	world_free(next);
	world_free(w);
}

/* The wall clock may have been set while a session was open: what it says of
 * the end, the time since the boot and the length that was granted each bound
 * the session, and the shortest counts. */
static void
whatever_clock_was_set_it_ends_in_time(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	struct session *s;
	struct person p;

	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	s = found(w, &p);
	/* set back by hours after it opened: more left than it ever had */
	s->seconds = 60;
	s->ends_ms = clock_wall_ms() + 8 * 3600 * 1000;
	assert_int_equal(session_save(s), 0);
	next = restarted(w, policy);
	s = found(next, &p);
	assert_non_null(s);
	assert_true(s->ends_ms <= clock_wall_ms() + 60 * 1000);
	assert_true(s->timer.deadline <= clock_mono_ms() + 60 * 1000);
	finish(&p);
	world_free(next);
	world_free(w);
}

static void
what_does_not_fit_gives_no_token(void **state)
{
	char *text = malloc(20000);
	struct world *w, *next;
	struct person p;
	size_t at;

	at = (size_t)sprintf(text, "%s",
	    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
	    "permit sre with password + otp token 10m audience");
	for (int i = 0; i < 100; i++)
		at += (size_t)sprintf(
		    text + at, " %s%0100d", i % 8 == 7 ? "\\\n a" : "a", i);
	memcpy(text + at, "\nend\n", sizeof "\nend\n");
	w = world_new(text, -1);
	assert_int_equal(open_session(w, &p), PAMWIRE_GRANTED);
	assert_int_equal(found(w, &p)->obligations->audience_count, 100);
	next = restarted(w, text);
	assert_non_null(found(next, &p));
	assert_int_equal(found(next, &p)->obligations->audience_count, 0);
	assert_int_equal(found(next, &p)->groups->count, 0);
	finish(&p);
	world_free(next);
	world_free(w);
	free(text);
}

static void
what_cannot_be_written_does_not_open(void **state)
{
	struct world *w = world_new(policy, -1);
	struct saved_session filler = {0};
	struct person p;

	for (int i = 0; i < SESSION_FILE_COUNT; i++) {
		snprintf(filler.record.session, sizeof filler.record.session,
		    "s%d", i);
		assert_int_equal(
		    session_file_put(w->all.session_file, &filler), 0);
	}
	assert_int_equal(open_session(w, &p), PAMWIRE_UNAVAILABLE);
	assert_null(found(w, &p));
	assert_int_equal(w->record[w->records - 1].outcome, OUTCOME_LAPSED);
	assert_string_equal(w->record[w->records - 1].reason, "not_kept");
	finish(&p);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_session_goes_on_as_it_was),
	    cmocka_unit_test(the_module_closes_it_after_the_restart),
	    cmocka_unit_test(without_its_process_it_is_closed_once),
	    cmocka_unit_test(a_record_without_its_receipt_keeps_its_reason),
	    cmocka_unit_test(a_record_that_the_log_has_is_not_written_again),
	    cmocka_unit_test(
		an_opened_record_that_the_log_has_is_not_written_again),
	    cmocka_unit_test(killed_before_its_opened_record_it_gets_both),
	    cmocka_unit_test(a_wall_clock_that_was_set_does_not_prolong_it),
	    cmocka_unit_test(a_restart_does_not_prolong_it),
	    cmocka_unit_test(whatever_clock_was_set_it_ends_in_time),
	    cmocka_unit_test(what_does_not_fit_gives_no_token),
	    cmocka_unit_test(what_cannot_be_written_does_not_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
