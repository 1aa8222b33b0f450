/* SPDX-License-Identifier: Apache-2.0 */
/* Changes at admin.sock: each that is made is recorded. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/session.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

static const char policy[] = "group sre \"cn=sre,dc=example,dc=com\"\n"
			     "permit sre with password + otp grace 2d\n"
			     "end\n";

static void
ask_enrol(struct world *w, struct world_admin *c, const char *name)
{
	struct message m;

	message_init(&m, MSG_ADMIN_ENROL_REQ);
	snprintf(m.u.ADMIN_ENROL_REQ.name, 64, "%s", name);
	strcpy(m.u.ADMIN_ENROL_REQ.kind, "totp");
	snprintf(m.u.ADMIN_ENROL_REQ.label, 64, "phone");
	snprintf(m.u.ADMIN_ENROL_REQ.actor, 64, "root");
	world_admin_asks(w, c, &m);
}

static void
ask_revoke(
    struct world *w, struct world_admin *c, const char *name, const char *id)
{
	struct message m;

	message_init(&m, MSG_ADMIN_REVOKE_REQ);
	snprintf(m.u.ADMIN_REVOKE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_REVOKE_REQ.credential, 41, "%s", id);
	snprintf(m.u.ADMIN_REVOKE_REQ.actor, 64, "root");
	world_admin_asks(w, c, &m);
}

static void
ask_invite(struct world *w, struct world_admin *c, const char *name)
{
	struct message m;

	message_init(&m, MSG_ADMIN_INVITE_REQ);
	snprintf(m.u.ADMIN_INVITE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_INVITE_REQ.actor, 64, "root");
	world_admin_asks(w, c, &m);
}

static void
a_change_is_made_recorded_and_answered(void **state)
{
	struct world *w = world_new(policy, -1);
	char id[CREDENTIAL_ID_MAX + 1];
	struct world_admin c;
	size_t size;

	ask_enrol(w, &c, "carol");
	assert_int_equal(c.answer.type, MSG_ADMIN_ENROL_ANS);
	assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_OK);
	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_ENROLLED);
	assert_string_equal(world_change(w, 0)->actor, "root");
	assert_string_equal(world_change(w, 0)->actor_login, "5000");
	assert_int_equal(world_change(w, 0)->actor_audit_session, 7);
	memcpy(id, c.answer.u.ADMIN_ENROL_ANS.credential, sizeof id);
	channel_close(&c.channel);
	ask_revoke(w, &c, "carol", id);
	assert_int_equal(c.answer.u.ADMIN_REVOKE_ANS.status, ADMIN_OK);
	assert_int_equal(world_changes(w), 2);
	assert_int_equal(world_change(w, 1)->outcome, OUTCOME_REVOKED);
	assert_null(world_stored(w, "authority/credential/uuid-carol/", &size));
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
a_record_says_when_nobody_knows_who_it_was(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;

	w->who.login_uid = w->who.audit_session = WHO_UNSET;
	ask_enrol(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_OK);
	assert_string_equal(world_change(w, 0)->actor, "root");
	assert_string_equal(world_change(w, 0)->actor_login, "unknown");
	assert_int_equal(world_change(w, 0)->actor_audit_session, 0);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

/* Whose session the process belongs to is said by the log itself. */
static void
a_record_names_the_session_that_the_change_came_from(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;
	struct session *s;
	struct world_admin c;

	world_policy(w, "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
			"permit sre with password + otp\nend\n");
	s = world_session(w, &t, "alice", getpid());
	ask_enrol(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_OK);
	assert_string_equal(w->record[w->records - 1].actor_session, s->id);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

/* A parent that is away does not answer, and nothing is changed meanwhile. */
static void
nothing_changes_while_nobody_can_say_who_asks(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;

	w->parent_silent = true;
	ask_enrol(w, &c, "carol");
	assert_int_equal(c.answer.type, MSG_NONE);
	assert_int_equal(w->records, 0);
	channel_close(&c.channel);
	world_run(w, 10);
	channel_close(&w->control);
	ask_enrol(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_UNAVAILABLE);
	assert_int_equal(w->records, 0);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
a_kind_of_factor_that_there_is_not_is_not_enrolled(void **state)
{
	static const char *const none[] = {"", "pigeon", "TOTP", "totp "};
	struct world *w = world_new(policy, -1);
	struct world_admin c;
	struct message m;

	for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
		message_init(&m, MSG_ADMIN_ENROL_REQ);
		strcpy(m.u.ADMIN_ENROL_REQ.name, "carol");
		strcpy(m.u.ADMIN_ENROL_REQ.kind, none[i]);
		strcpy(m.u.ADMIN_ENROL_REQ.actor, "root");
		world_admin_asks(w, &c, &m);
		assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_NO);
		assert_non_null(
		    strstr(c.answer.u.ADMIN_ENROL_ANS.text, "kind of factor"));
		channel_close(&c.channel);
		world_run(w, 10);
	}
	assert_int_equal(w->records, 0);
	world_free(w);
}

/* A second device is meant, or it is a mistake. */
static void
a_second_factor_is_asked_for_by_name(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;
	struct message m;

	ask_enrol(w, &c, "alice");
	assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_NO);
	assert_non_null(strstr(c.answer.u.ADMIN_ENROL_ANS.text, "--another"));
	assert_int_equal(w->records, 0);
	channel_close(&c.channel);
	message_init(&m, MSG_ADMIN_ENROL_REQ);
	strcpy(m.u.ADMIN_ENROL_REQ.name, "alice");
	strcpy(m.u.ADMIN_ENROL_REQ.kind, "totp");
	strcpy(m.u.ADMIN_ENROL_REQ.actor, "root");
	m.u.ADMIN_ENROL_REQ.another = 1;
	world_admin_asks(w, &c, &m);
	assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_OK);
	assert_int_equal(world_subject(w, "uuid-alice")->credential_count, 2);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
a_change_is_recorded_also_when_nobody_waits_for_it(void **state)
{
	struct world *w = world_new(policy, -1);
	char id[CREDENTIAL_ID_MAX + 1];
	struct world_admin c;

	w->store_hold = true;
	ask_enrol(w, &c, "carol");
	channel_close(&c.channel);
	world_run(w, 10);
	assert_int_equal(world_changes(w), 0);
	world_store_releases(w);
	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_ENROLLED);
	assert_int_equal(world_subject(w, "uuid-carol")->credential_count, 1);
	memcpy(id, world_subject(w, "uuid-carol")->credential[0].id, sizeof id);
	w->store_hold = true;
	ask_revoke(w, &c, "carol", id);
	channel_close(&c.channel);
	world_run(w, 10);
	world_store_releases(w);
	assert_int_equal(world_changes(w), 2);
	assert_int_equal(world_change(w, 1)->outcome, OUTCOME_REVOKED);
	assert_int_equal(world_subject(w, "uuid-carol")->credential_count, 0);
	assert_int_equal(world_subject(w, "uuid-carol")->users, 0);
	world_free(w);
}

static void
an_id_that_is_no_text_or_reaches_into_other_keys_is_refused(void **state)
{
	static const char *const id[] = {"alice/x", "x\x01\xff\n"};

	for (size_t i = 0; i < sizeof id / sizeof id[0]; i++) {
		struct world *w = world_new(policy, -1);
		struct world_admin c;

		w->directory_says = id[i];
		ask_enrol(w, &c, "carol");
		assert_int_equal(
		    c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_UNAVAILABLE);
		assert_int_equal(w->records, 0);
		channel_close(&c.channel);
		world_run(w, 10);
		world_free(w);
	}
}

static void
an_invitation_is_recorded_listed_and_revoked(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;
	struct message m;
	size_t size;

	ask_invite(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_INVITE_ANS.status, ADMIN_OK);
	assert_string_equal(c.answer.u.ADMIN_INVITE_ANS.subject, "uuid-carol");
	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_INVITED);
	assert_string_equal(world_change(w, 0)->actor, "root");
	channel_close(&c.channel);
	message_init(&m, MSG_ADMIN_FACTORS_REQ);
	snprintf(m.u.ADMIN_FACTORS_REQ.name, 64, "carol");
	world_admin_asks(w, &c, &m);
	assert_int_equal(c.item[0].type, MSG_ADMIN_FACTORS_ANS);
	assert_string_equal(c.item[0].u.ADMIN_FACTORS_ANS.kind, "invited");
	assert_string_equal(
	    c.item[0].u.ADMIN_FACTORS_ANS.credential, "invitation");
	assert_true(c.item[0].u.ADMIN_FACTORS_ANS.created_ms > 0);
	assert_int_equal(c.answer.u.ADMIN_FACTORS_ANS.end, 1);
	channel_close(&c.channel);
	ask_revoke(w, &c, "carol", "invitation");
	assert_int_equal(c.answer.u.ADMIN_REVOKE_ANS.status, ADMIN_OK);
	assert_int_equal(world_changes(w), 2);
	assert_int_equal(world_change(w, 1)->outcome, OUTCOME_REVOKED);
	assert_null(world_stored(w, "authority/credential/uuid-carol/", &size));
	assert_null(world_subject(w, "uuid-carol")->invitation);
	channel_close(&c.channel);
	ask_revoke(w, &c, "carol", "invitation");
	assert_int_equal(c.answer.u.ADMIN_REVOKE_ANS.status, ADMIN_NO);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

/* The stable id is the same, and the credential opens the old name only: who
 * looks is told so, and what to do. */
static void
a_person_with_a_new_name_is_shown_the_old_one(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;
	struct message m;
	const char *text;

	w->directory_says = "alice";
	message_init(&m, MSG_ADMIN_FACTORS_REQ);
	snprintf(m.u.ADMIN_FACTORS_REQ.name, 64, "carol");
	world_admin_asks(w, &c, &m);
	assert_string_equal(c.item[0].u.ADMIN_FACTORS_ANS.name, "alice");
	channel_close(&c.channel);
	ask_invite(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_INVITE_ANS.status, ADMIN_NO);
	text = c.answer.u.ADMIN_INVITE_ANS.text;
	assert_non_null(strstr(text, "opens only alice: revoke it"));
	assert_non_null(strstr(text, "sallyport factor list carol)"));
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

static void
an_invitation_is_recorded_also_when_nobody_waits_for_it(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;

	w->store_hold = true;
	ask_invite(w, &c, "carol");
	channel_close(&c.channel);
	world_run(w, 10);
	world_store_releases(w);
	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_INVITED);
	assert_non_null(world_subject(w, "uuid-carol")->invitation);
	/* enrolling ends it first; nobody is there for the seed by then, and
	 * what was intended is seen to its end */
	w->store_hold = true;
	ask_enrol(w, &c, "carol");
	channel_close(&c.channel);
	world_run(w, 10);
	world_store_releases(w);
	assert_int_equal(world_changes(w), 2);
	assert_int_equal(world_change(w, 1)->outcome, OUTCOME_ENROLLED);
	assert_null(world_subject(w, "uuid-carol")->invitation);
	assert_int_equal(world_subject(w, "uuid-carol")->credential_count, 1);
	assert_int_equal(world_subject(w, "uuid-carol")->users, 0);
	world_free(w);
}

/* The store had it already, and its answer was lost. */
static void
an_invitation_can_be_said_again(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_admin c;
	size_t size;

	ask_revoke(w, &c, "carol", "loads her");
	channel_close(&c.channel);
	w->store_mute = true;
	ask_invite(w, &c, "carol");
	assert_int_equal(c.answer.type, MSG_NONE);
	w->store_mute = false;
	assert_int_equal(world_changes(w), 0);
	world_store_restarts(w);
	world_run(w, 1000);
	/* it was looked up, and is what the answer and the record say */
	assert_int_equal(c.answer.u.ADMIN_INVITE_ANS.status, ADMIN_OK);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_INVITED);
	assert_non_null(
	    world_stored(w, "authority/credential/uuid-carol/", &size));
	channel_close(&c.channel);
	ask_invite(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_INVITE_ANS.status, ADMIN_OK);
	channel_close(&c.channel);
	ask_enrol(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_ENROL_ANS.status, ADMIN_OK);
	channel_close(&c.channel);
	ask_invite(w, &c, "carol");
	assert_int_equal(c.answer.u.ADMIN_INVITE_ANS.status, ADMIN_NO);
	channel_close(&c.channel);
	world_run(w, 10);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_change_is_made_recorded_and_answered),
	    cmocka_unit_test(a_record_says_when_nobody_knows_who_it_was),
	    cmocka_unit_test(
		a_kind_of_factor_that_there_is_not_is_not_enrolled),
	    cmocka_unit_test(a_second_factor_is_asked_for_by_name),
	    cmocka_unit_test(
		a_record_names_the_session_that_the_change_came_from),
	    cmocka_unit_test(nothing_changes_while_nobody_can_say_who_asks),
	    cmocka_unit_test(
		a_change_is_recorded_also_when_nobody_waits_for_it),
	    cmocka_unit_test(
		an_id_that_is_no_text_or_reaches_into_other_keys_is_refused),
	    cmocka_unit_test(an_invitation_is_recorded_listed_and_revoked),
	    cmocka_unit_test(a_person_with_a_new_name_is_shown_the_old_one),
	    cmocka_unit_test(
		an_invitation_is_recorded_also_when_nobody_waits_for_it),
	    cmocka_unit_test(an_invitation_can_be_said_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
