/* SPDX-License-Identifier: Apache-2.0 */
/* Requests at the admin sockets that are refused, or that cannot be answered:
 * each leaves nothing behind. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/session.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp\n"
    "end\n";

static struct message
about(enum message_type type, const char *name)
{
	struct message m;

	message_init(&m, type);
	strcpy(m.u.ADMIN_ASK.actor, "boss");
	strcpy(m.u.ADMIN_ABOUT.name, name);
	if (type == MSG_ADMIN_ENROL_REQ) {
		strcpy(m.u.ADMIN_ENROL_REQ.kind, "totp");
		m.u.ADMIN_ENROL_REQ.another = 1;
	} else if (type == MSG_ADMIN_GIVE_REQ) {
		strcpy(m.u.ADMIN_GIVE_REQ.approval, "CHG-1");
		m.u.ADMIN_GIVE_REQ.seconds = 600;
	}
	return m;
}

/* enum admin_status of the last answer; -1: there was none */
static int
ask(struct world *w, const struct message *m)
{
	struct world_admin c;

	world_enter(w, &c, admin_begin);
	assert_int_equal(channel_post(&c.channel, m), 0);
	world_run(w, 20);
	world_leave(w, &c);
	return c.answers == 0 ? -1 : c.answer.u.ADMIN_HEAD.status;
}

static int
ask_about(struct world *w, enum message_type type, const char *name)
{
	struct message m = about(type, name);

	return ask(w, &m);
}

/* One state at a time; the first request's would be the second one's. */
static void
a_second_request_while_one_is_under_way_ends_both(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message first = about(MSG_ADMIN_ENROL_REQ, "carol");
	struct message second = about(MSG_ADMIN_GIVE_REQ, "alice");
	struct world_admin c;

	w->directory_silent = true;
	world_enter(w, &c, admin_begin);
	channel_post(&c.channel, &first);
	channel_post(&c.channel, &second);
	world_run(w, 20);
	assert_true(c.closed);
	assert_int_equal(c.answers, 0);
	assert_int_equal(w->all.lookups.count, 0);
	assert_int_equal(w->records, 0);
	world_leave(w, &c);
	world_free(w);
}

static void
who_hangs_up_while_a_person_is_loaded_is_forgotten(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_FACTORS_REQ, "alice");
	struct subject *s;
	struct world_admin c;

	w->store_hold_get = true;
	world_enter(w, &c, admin_begin);
	channel_post(&c.channel, &m);
	world_run(w, 20);
	world_leave(w, &c);
	world_store_releases(w);
	s = world_subject(w, "uuid-alice");
	assert_int_equal(s->users, 0);
	assert_int_equal(
	    ask_about(w, MSG_ADMIN_FACTORS_REQ, "alice"), ADMIN_OK);
	world_free(w);
}

/* The store's answer finds it, and then it goes, and is counted once. */
static void
who_hangs_up_while_the_store_lists_is_let_go(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_APPROVALS_REQ, "");
	struct world_admin c;

	world_enter(w, &c, auditor_begin);
	channel_post(&c.channel, &m);
	channel_close(&c.channel);
	world_run(w, 20);
	assert_int_equal(w->all.desks, 0);
	assert_int_equal(w->all.store.pending.count, 0);
	world_free(w);
}

static void
a_store_that_does_not_say_is_no_person_without_factors(void **state)
{
	struct world *w = world_new(policy, -1);

	world_lists_refused = 1;
	assert_int_equal(
	    ask_about(w, MSG_ADMIN_FACTORS_REQ, "alice"), ADMIN_UNAVAILABLE);
	assert_int_equal(world_lists_refused, 0);
	assert_int_equal(
	    ask_about(w, MSG_ADMIN_FACTORS_REQ, "alice"), ADMIN_OK);
	world_free(w);
}

static void
without_a_log_nothing_is_begun(void **state)
{
	struct world *w = world_new(policy, -1);

	channel_close(&w->audit);
	world_run(w, 10);
	assert_int_equal(
	    ask_about(w, MSG_ADMIN_ENROL_REQ, "carol"), ADMIN_UNAVAILABLE);
	assert_int_equal(
	    ask_about(w, MSG_ADMIN_FACTORS_REQ, "carol"), ADMIN_UNAVAILABLE);
	assert_int_equal(w->lookups, 0);
	world_free(w);
}

static void
without_a_directory_nobody_is_named(void **state)
{
	struct world *w = world_new(policy, -1);

	world_directory_dies(w);
	assert_int_equal(
	    ask_about(w, MSG_ADMIN_FACTORS_REQ, "alice"), ADMIN_UNAVAILABLE);
	world_free(w);
}

static void
what_audit_does_not_write_did_not_happen(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_POLICY_REQ, "");
	struct msg_ADMIN_POLICY_REQ *q = &m.u.ADMIN_POLICY_REQ;

	q->kind = RECORD_ADMIN;
	q->outcome = OUTCOME_PROPOSED;
	memset(q->attempt, 1, sizeof q->attempt);
	memset(q->bundle, 'a', sizeof q->bundle - 1);
	strcpy(q->change, "CHG-1");
	strcpy(q->author, "alice");
	assert_int_equal(ask(w, &m), ADMIN_OK);
	w->fail = true;
	assert_int_equal(ask(w, &m), ADMIN_UNAVAILABLE);
	world_free(w);
}

static void
what_is_no_name_is_not_looked_up(void **state)
{
	static const char *const names[] = {"two words", "a/b", "*", "-"};
	struct world *w = world_new(policy, -1);

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_int_equal(
		    ask_about(w, MSG_ADMIN_FACTORS_REQ, names[i]), ADMIN_NO);
	assert_int_equal(w->lookups, 0);
	world_free(w);
}

/* The second hears that it has to wait; the first is not disturbed. */
static void
two_changes_of_a_person_do_not_mix(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_ENROL_REQ, "carol");
	struct world_admin c;

	w->store_hold = true;
	world_enter(w, &c, admin_begin);
	channel_post(&c.channel, &m);
	world_run(w, 20);
	assert_int_equal(c.answers, 0);
	assert_int_equal(
	    ask_about(w, MSG_ADMIN_ENROL_REQ, "carol"), ADMIN_UNAVAILABLE);
	world_store_releases(w);
	assert_int_equal(c.answer.u.ADMIN_HEAD.status, ADMIN_OK);
	world_leave(w, &c);
	world_free(w);
}

static const struct {
	const char *kind, *algorithm, *replaces;
	uint8_t digits, period;
	int status;
} enrolments[] = {
    {"totp", "", "", 0, 0, ADMIN_OK},
    {"totp", "sha256", "", 8, 60, ADMIN_OK},
    {"totp", "md5", "", 0, 0, ADMIN_NO},
    {"totp", "", "", 7, 0, ADMIN_NO},
    {"totp", "", "", 6, 31, ADMIN_NO},
    {"fido", "", "", 0, 0, ADMIN_NO},
    {"totp", "", "nobody's", 0, 0, ADMIN_NO},
};

static void
only_a_form_that_there_is_is_enrolled(void **state)
{
	for (size_t i = 0; i < sizeof enrolments / sizeof enrolments[0]; i++) {
		struct world *w = world_new(policy, -1);
		struct message m = about(MSG_ADMIN_ENROL_REQ, "alice");
		struct msg_ADMIN_ENROL_REQ *q = &m.u.ADMIN_ENROL_REQ;

		strcpy(q->kind, enrolments[i].kind);
		strcpy(q->algorithm, enrolments[i].algorithm);
		strcpy(q->replaces, enrolments[i].replaces);
		q->digits = enrolments[i].digits;
		q->period = enrolments[i].period;
		if (ask(w, &m) != enrolments[i].status)
			fail_msg("row %zu", i);
		assert_int_equal(
		    world_changes(w), enrolments[i].status == ADMIN_OK ? 1 : 0);
		world_free(w);
	}
}

/* And each app shows another label. */
static void
a_person_has_so_many_credentials_and_no_more(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_ENROL_REQ, "carol");
	struct subject *s;
	unsigned numbers = 0;

	for (int i = 0; i < SUBJECT_CREDENTIALS; i++)
		assert_int_equal(ask(w, &m), ADMIN_OK);
	assert_int_equal(ask(w, &m), ADMIN_NO);
	s = world_subject(w, "uuid-carol");
	assert_int_equal(s->credential_count, SUBJECT_CREDENTIALS);
	for (size_t i = 0; i < s->credential_count; i++)
		numbers |= 1U << s->credential[i].number;
	assert_int_equal(numbers, (1U << (SUBJECT_CREDENTIALS + 1)) - 2);
	world_free(w);
}

static void
a_credential_that_is_not_there_is_not_proven(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_PROVE_REQ, "alice");

	strcpy(m.u.ADMIN_PROVE_REQ.credential, "nobody's");
	m.u.ADMIN_PROVE_REQ.code_size = 6;
	memcpy(m.u.ADMIN_PROVE_REQ.code, world_code(0), 6);
	assert_int_equal(ask(w, &m), ADMIN_NO);
	assert_int_equal(w->records, 0);
	world_free(w);
}

/* The kernel says whose session the process is in; a name is only claimed. */
static void
nobody_approves_of_themselves_from_their_own_session(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	assert_non_null(world_session(w, &t, "alice", getpid()));
	assert_int_equal(ask_about(w, MSG_ADMIN_GIVE_REQ, "alice"), ADMIN_NO);
	/* whoever is in a session is somebody, also without a login uid */
	w->who.login_uid = w->who.audit_session = WHO_UNSET;
	assert_int_equal(ask_about(w, MSG_ADMIN_GIVE_REQ, "alice"), ADMIN_NO);
	assert_int_equal(world_changes(w), 0);
	assert_int_equal(ask_about(w, MSG_ADMIN_GIVE_REQ, "carol"), ADMIN_OK);
	world_free(w);
}

/* Grants that are not open yet, and other people's sessions, are none. */
static void
open_sessions_of_that_person_are_listed(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_SESSIONS_REQ, "alice");
	struct world_talk t, u;
	struct world_admin c;

	assert_non_null(world_session(w, &t, "bob", getpid()));
	(void)world_approved(w, &u, "alice");
	world_enter(w, &c, admin_begin);
	channel_post(&c.channel, &m);
	world_run(w, 20);
	assert_int_equal(c.answers, 1); /* the end */
	assert_int_equal(c.answer.u.ADMIN_HEAD.status, ADMIN_OK);
	world_leave(w, &c);
	m = about(MSG_ADMIN_SESSIONS_REQ, "");
	world_enter(w, &c, admin_begin);
	channel_post(&c.channel, &m);
	world_run(w, 20);
	assert_int_equal(c.answers, 2);
	world_leave(w, &c);
	world_free(w);
}

/* store lists what it likes under the keys of approvals. */
static void
a_key_that_is_none_is_not_listed(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_APPROVALS_REQ, "");
	struct world_admin c;

	assert_int_equal(ask_about(w, MSG_ADMIN_GIVE_REQ, "carol"), ADMIN_OK);
	strcpy(w->row[w->rows++].key, "authority/approval/uuid-dave");
	world_enter(w, &c, admin_begin);
	channel_post(&c.channel, &m);
	world_run(w, 20);
	assert_int_equal(c.answers, 2);
	assert_int_equal(c.answer.u.ADMIN_HEAD.status, ADMIN_OK);
	world_leave(w, &c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_second_request_while_one_is_under_way_ends_both),
	    cmocka_unit_test(
		who_hangs_up_while_a_person_is_loaded_is_forgotten),
	    cmocka_unit_test(who_hangs_up_while_the_store_lists_is_let_go),
	    cmocka_unit_test(
		a_store_that_does_not_say_is_no_person_without_factors),
	    cmocka_unit_test(without_a_log_nothing_is_begun),
	    cmocka_unit_test(without_a_directory_nobody_is_named),
	    cmocka_unit_test(what_audit_does_not_write_did_not_happen),
	    cmocka_unit_test(what_is_no_name_is_not_looked_up),
	    cmocka_unit_test(two_changes_of_a_person_do_not_mix),
	    cmocka_unit_test(only_a_form_that_there_is_is_enrolled),
	    cmocka_unit_test(a_person_has_so_many_credentials_and_no_more),
	    cmocka_unit_test(a_credential_that_is_not_there_is_not_proven),
	    cmocka_unit_test(
		nobody_approves_of_themselves_from_their_own_session),
	    cmocka_unit_test(open_sessions_of_that_person_are_listed),
	    cmocka_unit_test(a_key_that_is_none_is_not_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
