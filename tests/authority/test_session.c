/* SPDX-License-Identifier: Apache-2.0 */
/* Who may open a session, and who may close it: not whoever knows its id. */
#include "gatewayd/authority/session/phases.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/authority/opener.h"
#include "tests/support/unit.h"
#include "world.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp for 1h token 5m audience tickets\n"
    "end\n";

static void
who_did_not_open_it_does_not_close_it(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t opener = opener_begin(), other = opener_begin();
	struct session *s = world_session(w, &t, "alice", opener);

	assert_int_equal(world_close(w, s, other), PAMWIRE_DENIED);
	assert_int_equal(s->state, SESSION_OPEN);
	assert_null(world_session_record(w, OUTCOME_CLOSED));
	/* nor one that is over: its process is still there */
	world_fire(w, &s->timer);
	assert_int_equal(world_close(w, s, other), PAMWIRE_DENIED);
	assert_false(s->ending.closed);
	assert_int_equal(world_close(w, s, opener), PAMWIRE_GRANTED);
	assert_true(s->ending.closed);
	opener_end(other);
	opener_end(opener);
	world_run(w, 10);
	world_free(w);
}

/* One message and one sync for both, and never in another order. */
static void
a_record_that_nobody_waits_for_travels_with_the_next(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t opener = opener_begin();
	struct session *s = world_session(w, &t, "alice", opener);
	size_t before = w->records;
	struct msg_AUDIT_APPEND_REQ other = s->record;

	assert_false(w->all.audit.company.active);
	session_report(s, OUTCOME_OPENED, REASON_SESSION_OPENED);
	assert_true(w->all.audit.company.active);
	other.outcome = OUTCOME_LAPSED;
	assert_int_equal(
	    audit_append(&w->all.audit, &other, -1, NULL, NULL), 0);
	assert_false(w->all.audit.company.active);
	world_run(w, 10);
	assert_int_equal(w->records, before + 2);
	assert_int_equal(w->record[before].outcome, OUTCOME_OPENED);
	assert_int_equal(w->record[before + 1].outcome, OUTCOME_LAPSED);
	/* alone, where none comes; at the end of the role, at once */
	session_report(s, OUTCOME_OPENED, REASON_SESSION_OPENED);
	world_run(w, 30);
	assert_int_equal(w->records, before + 3);
	session_report(s, OUTCOME_OPENED, REASON_SESSION_OPENED);
	audit_link_flush(&w->all.audit);
	assert_false(w->all.audit.company.active);
	world_run(w, 4);
	assert_int_equal(w->records, before + 4);
	opener_end(opener);
	world_run(w, 10);
	world_free(w);
}

static void
one_that_is_not_open_yet_cannot_be_closed(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct pamwire_session_open o = world_approved(w, &t, "alice");
	struct session *s =
	    table_find(&w->all.sessions, o.session, strlen(o.session));
	pid_t pid = opener_begin();

	assert_int_equal(world_close(w, s, pid), PAMWIRE_DENIED);
	assert_int_equal(world_open_session(w, &o, pid), PAMWIRE_GRANTED);
	world_run(w, 3000);
	assert_int_equal(world_close(w, s, pid), PAMWIRE_GRANTED);
	/* what was used of the hour */
	assert_in_range(
	    world_session_record(w, OUTCOME_CLOSED)->session_seconds, 3, 600);
	opener_end(pid);
	world_free(w);
}

/* A process may hold more than one session. */
static void
a_close_says_whose_session_it_was(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t, u;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);
	struct session *other = world_session(w, &u, "bob", pid);
	struct pamwire_session_close c = {
	    .service = "sshd", .client = "10.20.1.2", .port = 50222};
	struct pamwire_session_ans a = {0};
	struct peer peer = world_peer(pid);

	memcpy(c.session, s->id, sizeof c.session);
	strcpy(c.username, "bob");
	phases_close(&w->all, &c, &peer, &a);
	assert_int_equal(a.result, PAMWIRE_DENIED);
	assert_int_equal(s->state, SESSION_OPEN);
	close(peer.pidfd);
	assert_int_equal(world_close(w, other, pid), PAMWIRE_GRANTED);
	assert_int_equal(s->state, SESSION_OPEN);
	opener_end(pid);
	world_run(w, 10);
	world_free(w);
}

/* The kernel gives the number of a process that has ended to another. */
static void
a_number_that_is_another_process_now_closes_nothing(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t opener = opener_begin(), other = opener_begin();
	struct session *s = world_session(w, &t, "alice", opener);

	opener_end(opener); /* authority has not heard of it yet */
	s->pid = other;
	assert_int_equal(world_close(w, s, other), PAMWIRE_DENIED);
	assert_string_equal(
	    world_session_record(w, OUTCOME_CLOSED)->reason, "process_ended");
	opener_end(other);
	world_free(w);
}

static void
it_opens_with_the_ticket_of_its_grant_once(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct pamwire_session_open o = world_approved(w, &t, "alice"),
				    wrong = o;

	memset(wrong.ticket, 0, sizeof wrong.ticket);
	assert_int_equal(
	    world_open_session(w, &wrong, getpid()), PAMWIRE_DENIED);
	wrong = o;
	strcpy(wrong.session, "AAAAAAAAAAAAAAAAAAAAAA");
	assert_int_equal(
	    world_open_session(w, &wrong, getpid()), PAMWIRE_DENIED);
	wrong = o;
	wrong.port++;
	assert_int_equal(
	    world_open_session(w, &wrong, getpid()), PAMWIRE_DENIED);
	assert_int_equal(world_open_session(w, &o, getpid()), PAMWIRE_GRANTED);
	assert_int_equal(world_open_session(w, &o, getpid()), PAMWIRE_DENIED);
	world_free(w);
}

static void
the_person_is_told_how_long_it_lasts(void **state)
{
	static const struct {
		const char *length, *text;
	} rows[] = {{"8h", "This session ends after 8 h."},
	    {"90m", "This session ends after 1 h 30 min."},
	    {"45m", "This session ends after 45 min."},
	    {"5s", "This session ends after 5 s."}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pamwire_session_ans a = {0};
		struct pamwire_session_open o;
		struct world_talk t;
		struct world *w;
		struct peer peer;
		char rules[256];

		snprintf(rules, sizeof rules,
		    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
		    "permit sre with password + otp for %s\nend\n",
		    rows[i].length);
		w = world_new(rules, -1);
		o = world_approved(w, &t, "alice");
		peer = world_peer(getpid());
		phases_open(&w->all, &o, &peer, &a);
		close(peer.pidfd);
		assert_int_equal(a.result, PAMWIRE_GRANTED);
		assert_string_equal(a.text, rows[i].text);
		world_run(w, 20);
		world_free(w);
	}
}

/* sshd: another of its processes has the grant. */
static void
without_a_ticket_the_connection_says_which(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct pamwire_session_open o = world_approved(w, &t, "alice"), other;
	char id[sizeof o.session];

	memcpy(id, o.session, sizeof id);
	memset(o.session, 0, sizeof o.session);
	memset(o.ticket, 0, sizeof o.ticket);
	other = o;
	other.port++;
	assert_int_equal(
	    world_open_session(w, &other, getpid()), PAMWIRE_DENIED);
	other = o;
	strcpy(other.username, "bob");
	assert_int_equal(
	    world_open_session(w, &other, getpid()), PAMWIRE_DENIED);
	other = o;
	strcpy(other.client, "10.20.1.3");
	assert_int_equal(
	    world_open_session(w, &other, getpid()), PAMWIRE_DENIED);
	assert_int_equal(world_open_session(w, &o, getpid()), PAMWIRE_GRANTED);
	assert_non_null(session_find(&w->all, id, 1000));
	/* the same connection has no second one */
	assert_int_equal(world_open_session(w, &o, getpid()), PAMWIRE_DENIED);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(who_did_not_open_it_does_not_close_it),
	    cmocka_unit_test(
		a_record_that_nobody_waits_for_travels_with_the_next),
	    cmocka_unit_test(one_that_is_not_open_yet_cannot_be_closed),
	    cmocka_unit_test(a_close_says_whose_session_it_was),
	    cmocka_unit_test(
		a_number_that_is_another_process_now_closes_nothing),
	    cmocka_unit_test(it_opens_with_the_ticket_of_its_grant_once),
	    cmocka_unit_test(the_person_is_told_how_long_it_lasts),
	    cmocka_unit_test(without_a_ticket_the_connection_says_which),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
