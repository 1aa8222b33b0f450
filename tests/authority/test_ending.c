/* SPDX-License-Identifier: Apache-2.0 */
/* A session that must end: tokens stop at once, the process is ended, and the
 * record of its end waits for that. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/ending.h"
#include "gatewayd/authority/session/session.h"
#include "tests/authority/world_admin.h"
#include "tests/authority/opener.h"
#include "tests/support/unit.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp for 1s token 5m audience tickets\n"
    "end\n";

static void
a_session_ends_its_process_and_then_is_closed(void **state)
{
	struct world *w = world_new(policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);
	char id[SESSION_ID_MAX + 1];

	assert_non_null(s);
	/* of the attempt: its own record says it */
	s->record.groups_cut = s->record.attributes_cut = 1;
	memcpy(id, s->id, sizeof s->id);
	world_run(w, 1100);
	assert_int_equal(w->ends, 1);
	assert_int_equal(w->end_step, END_TERMINATE);
	assert_null(session_find(&w->all, id, 1000)); /* no token any more */
	assert_null(world_session_record(w, OUTCOME_CLOSED));
	opener_end(pid);
	world_run(w, 10);
	r = world_session_record(w, OUTCOME_CLOSED);
	assert_non_null(r);
	assert_string_equal(r->reason, "session_over");
	assert_int_equal(r->session_seconds, 1); /* used */
	assert_int_equal(r->groups_cut, 0);
	assert_int_equal(r->attributes_cut, 0);
	world_free(w);
}

static void
it_is_asked_harder_each_time_and_not_called_closed(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);

	world_fire(w, &s->timer);
	assert_int_equal(w->end_step, END_TERMINATE);
	world_fire(w, &s->timer);
	assert_int_equal(w->end_step, END_CHILDREN);
	world_fire(w, &s->timer);
	assert_int_equal(w->end_step, END_KILL);
	for (unsigned i = 4; i < 7; i++) {
		world_fire(w, &s->timer);
		assert_int_equal(w->ends, i);
		assert_int_equal(w->end_step, END_KILL);
	}
	assert_null(world_session_record(w, OUTCOME_CLOSED));
	assert_int_equal(s->state, SESSION_ENDING);
	opener_end(pid);
	world_run(w, 10);
	assert_string_equal(
	    world_session_record(w, OUTCOME_CLOSED)->reason, "session_over");
	world_free(w);
}

static void
the_first_reason_to_end_is_the_one(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);

	ending_begin(s, REASON_SESSION_OVER);
	ending_begin(s, REASON_ENDED_BY_ADMINISTRATOR);
	world_run(w, 10);
	assert_int_equal(w->ends, 1);
	assert_int_equal(w->end_step, END_TERMINATE);
	opener_end(pid);
	world_run(w, 10);
	assert_string_equal(
	    world_session_record(w, OUTCOME_CLOSED)->reason, "session_over");
	world_free(w);
}

static void
a_close_while_it_ends_waits_for_the_process(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);

	world_fire(w, &s->timer);
	assert_int_equal(world_close(w, s, pid), PAMWIRE_GRANTED);
	assert_null(world_session_record(w, OUTCOME_CLOSED));
	opener_end(pid);
	world_run(w, 10);
	assert_string_equal(
	    world_session_record(w, OUTCOME_CLOSED)->reason, "session_over");
	world_free(w);
}

static void
a_close_counts_where_the_process_goes_on_for_others(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);

	world_fire(w, &s->timer);
	assert_int_equal(world_close(w, s, pid), PAMWIRE_GRANTED);
	world_fire(w, &s->timer);
	assert_int_equal(w->ends, 1);
	assert_string_equal(
	    world_session_record(w, OUTCOME_CLOSED)->reason, "session_over");
	opener_end(pid);
	world_free(w);
}

static void
sessions_that_nobody_ends_close_as_before(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);

	assert_int_equal(world_close(w, s, pid), PAMWIRE_GRANTED);
	assert_string_equal(
	    world_session_record(w, OUTCOME_CLOSED)->reason, "session_closed");
	assert_int_equal(w->ends, 0);
	s = world_session(w, &t, "bob", pid);
	opener_end(pid);
	world_run(w, 10);
	assert_string_equal(w->record[w->records - 1].reason, "process_ended");
	assert_int_equal(w->ends, 0);
	world_free(w);
}

/* ---- by an administrator ---- */

static void
ask_end(
    struct world *w, struct world_admin *c, const char *id, const char *actor)
{
	struct message m;

	message_init(&m, MSG_ADMIN_END_REQ);
	snprintf(m.u.ADMIN_END_REQ.session, SESSION_ID_MAX + 1, "%s", id);
	snprintf(m.u.ADMIN_END_REQ.actor, 64, "%s", actor);
	world_admin_asks(w, c, &m);
}

static void
assert_no(struct world *w, struct world_admin *c, const char *text)
{
	assert_int_equal(c->answers, 1);
	assert_int_equal(c->answer.u.ADMIN_END_ANS.status, ADMIN_NO);
	assert_string_equal(c->answer.u.ADMIN_END_ANS.text, text);
	channel_close(&c->channel);
	world_run(w, 10);
}

static void
an_administrator_hears_when_it_is_gone(void **state)
{
	struct world *w = world_new(policy, -1);
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;
	struct world_admin c, other;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);

	ask_end(w, &c, s->id, "root");
	assert_int_equal(w->ends, 1);
	assert_int_equal(c.answers, 0);
	ask_end(w, &other, s->id, "mallory");
	assert_no(
	    w, &other, "another administrator is ending it at the moment");
	opener_end(pid);
	world_run(w, 10);
	assert_int_equal(c.answers, 1);
	assert_int_equal(c.answer.u.ADMIN_END_ANS.status, ADMIN_OK);
	r = world_session_record(w, OUTCOME_CLOSED);
	assert_string_equal(r->reason, "ended_by_administrator");
	assert_string_equal(r->actor, "root");
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
only_open_sessions_are_ended_and_by_somebody(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct world_admin c;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);
	struct world_talk granted;

	ask_end(w, &c, "AAAAAAAAAAAAAAAAAAAAAA", "root");
	assert_no(w, &c, "there is no open session with this id");
	ask_end(w, &c, s->id, "");
	assert_no(w, &c, "the author of this change is not named");
	world_login(w, &granted, "bob", world_code(0));
	ask_end(w, &c, world_final(w, &granted)->session, "root");
	assert_no(w, &c, "there is no open session with this id");
	assert_int_equal(w->ends, 0);
	world_hang_up(&granted);
	opener_end(pid);
	world_run(w, 10);
	world_free(w);
}

static void
whoever_does_not_wait_is_not_told(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct world_admin c;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);

	ask_end(w, &c, s->id, "root");
	channel_close(&c.channel);
	world_run(w, 10);
	ask_end(w, &c, s->id, "ann"); /* may wait, but did not begin it */
	opener_end(pid);
	world_run(w, 10);
	assert_int_equal(c.answer.u.ADMIN_END_ANS.status, ADMIN_OK);
	assert_string_equal(
	    world_session_record(w, OUTCOME_CLOSED)->actor, "root");
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
an_end_that_has_begun_goes_on_after_a_restart(void **state)
{
	struct world *w = world_new(policy, -1), *next;
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world_talk t;
	struct world_admin c;
	pid_t pid = opener_begin();
	struct session *s = world_session(w, &t, "alice", pid);
	char id[SESSION_ID_MAX + 1];

	memcpy(id, s->id, sizeof s->id);
	ask_end(w, &c, id, "root");
	channel_close(&c.channel);
	world_run(w, 10);
	world_session_file = dup(w->session_file_fd); /* as kill -9 left it */
	next = world_new(policy, -1);
	assert_int_equal(next->ends, 1);
	assert_int_equal(next->end_step, END_TERMINATE);
	assert_null(session_find(&next->all, id, 1000));
	assert_null(world_session_record(next, OUTCOME_CLOSED));
	opener_end(pid);
	world_run(next, 10);
	r = world_session_record(next, OUTCOME_CLOSED);
	assert_non_null(r);
	assert_string_equal(r->reason, "ended_by_administrator");
	assert_string_equal(r->actor, "root");
	world_free(next);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_session_ends_its_process_and_then_is_closed),
	    cmocka_unit_test(
		it_is_asked_harder_each_time_and_not_called_closed),
	    cmocka_unit_test(the_first_reason_to_end_is_the_one),
	    cmocka_unit_test(a_close_while_it_ends_waits_for_the_process),
	    cmocka_unit_test(
		a_close_counts_where_the_process_goes_on_for_others),
	    cmocka_unit_test(sessions_that_nobody_ends_close_as_before),
	    cmocka_unit_test(an_administrator_hears_when_it_is_gone),
	    cmocka_unit_test(only_open_sessions_are_ended_and_by_somebody),
	    cmocka_unit_test(whoever_does_not_wait_is_not_told),
	    cmocka_unit_test(an_end_that_has_begun_goes_on_after_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
