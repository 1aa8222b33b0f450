/* SPDX-License-Identifier: Apache-2.0 */
/* People without root at admin.sock's sisters: what they may, and to whom. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin_parts.h"
#include "lib/base/clock.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

#define HOUR_MS 3600000

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp grace 2d\n"
    "end\n";

/* What happens before, by whom, on whom, and what comes of it. */
struct act {
	void (*before)(struct world *w); /* happens before it, or NULL */
	world_door door;
	enum message_type type;
	const char *name;
	enum admin_status status;
	const char *says; /* a part of the answer, or NULL */
};
#define ACT(before, door, VERB, name, STATUS, says)                 \
	{                                                           \
		before, door##_begin, MSG_ADMIN_##VERB##_REQ, name, \
		    ADMIN_##STATUS, says                            \
	}

static void
act(struct world *w, const struct act *a)
{
	static struct message answer;
	struct message m;
	int status;

	message_init(&m, a->type);
	strcpy(m.u.ADMIN_ASK.actor, "dora");
	if (a->name != NULL)
		strcpy(m.u.ADMIN_ABOUT.name, a->name);
	if (a->before != NULL)
		a->before(w);
	status = world_asked(w, a->door, &m, &answer);
	if (status != (int)a->status)
		fail_msg("%s of %s: %d, %s", message_name(a->type),
		    a->name != NULL ? a->name : "nobody", status,
		    answer.u.ADMIN_HEAD.text);
	if (a->says != NULL)
		assert_non_null(strstr(answer.u.ADMIN_HEAD.text, a->says));
}

#define ACTS(w, rows)                                              \
	for (size_t i_ = 0; i_ < sizeof rows / sizeof *rows; i_++) \
	act(w, &rows[i_])

/* The administrator with that login uid approves something of carol. */
static void
approve(struct world *w, uint32_t uid, const char *service)
{
	static struct message answer;
	static unsigned n;
	uint32_t before = w->who.login_uid;
	struct message m;

	message_init(&m, MSG_ADMIN_GIVE_REQ);
	strcpy(m.u.ADMIN_ASK.actor, "dora");
	strcpy(m.u.ADMIN_ABOUT.name, "carol");
	snprintf(m.u.ADMIN_GIVE_REQ.approval, 16, "CHG-%u", ++n);
	strcpy(m.u.ADMIN_GIVE_REQ.service, service);
	m.u.ADMIN_GIVE_REQ.seconds = 600;
	w->who.login_uid = uid;
	assert_int_equal(world_asked(w, admin_begin, &m, &answer), ADMIN_OK);
	w->who.login_uid = before;
}

static bool
is_one_of(enum message_type type, const enum message_type *list)
{
	for (; *list != MSG_NONE; list++)
		if (*list == type)
			return true;
	return false;
}

static void
each_group_has_its_verbs_and_no_other(void **state)
{
	static const enum message_type helpdesk[] = {MSG_ADMIN_INVITE_REQ,
	    MSG_ADMIN_UNLOCK_REQ, MSG_ADMIN_LABEL_REQ, MSG_ADMIN_PROVE_REQ,
	    MSG_NONE};
	static const enum message_type reading[] = {MSG_ADMIN_FACTORS_REQ,
	    MSG_ADMIN_APPROVALS_REQ, MSG_ADMIN_SESSIONS_REQ, MSG_ADMIN_USER_REQ,
	    MSG_ADMIN_ATTEMPTS_REQ, MSG_ADMIN_KEYS_REQ, MSG_NONE};

	for (unsigned t = MSG_NONE + 1; t < MSG_COUNT; t++) {
		const struct admin_verb *v =
		    admin_verb_find((enum message_type)t);
		bool reads = is_one_of((enum message_type)t, reading);
		bool helps = is_one_of((enum message_type)t, helpdesk);

		if (v == NULL)
			continue;
		assert_true((v->who & ADMIN_ROOT) != 0);
		assert_int_equal((v->who & ADMIN_AUDITOR) != 0, reads);
		assert_int_equal(
		    (v->who & ADMIN_HELPDESK) != 0, reads || helps);
		assert_false(reads && v->changes);
		assert_true(!v->opens || v->changes);
	}
}

static void
what_is_not_theirs_is_refused_without_a_record(void **state)
{
	static const enum message_type roots[] = {MSG_ADMIN_ENROL_REQ,
	    MSG_ADMIN_REVOKE_REQ, MSG_ADMIN_GIVE_REQ, MSG_ADMIN_WITHDRAW_REQ,
	    MSG_ADMIN_POLICY_REQ, MSG_ADMIN_END_REQ};
	static const struct act invites[] = {
	    ACT(NULL, auditor, INVITE, "carol", NO, NULL)};
	struct world *w = world_new(policy, -1);

	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
		const struct act rows[] = {{NULL, helpdesk_begin, roots[i],
					       NULL, ADMIN_NO, "needs root"},
		    {NULL, auditor_begin, roots[i], NULL, ADMIN_NO, NULL}};

		ACTS(w, rows);
	}
	ACTS(w, invites);
	assert_int_equal(w->records, 0);
	assert_int_equal(w->lookups, 0);
	world_free(w);
}

static void
nobody_in_particular(struct world *w)
{
	w->who.login_uid = WHO_UNSET;
}

static void
the_helpdesk_invites_and_the_record_says_that_it_did(void **state)
{
	static const struct act rows[] = {
	    ACT(NULL, helpdesk, INVITE, "carol", OK, NULL),
	    ACT(NULL, helpdesk, USER, "alice", OK, NULL),
	    ACT(NULL, auditor, USER, "alice", OK, NULL),
	    ACT(NULL, admin, INVITE, "dave", OK, NULL),
	    ACT(nobody_in_particular, helpdesk, INVITE, "erin", NO, NULL)};
	struct world *w = world_new(policy, -1);

	ACTS(w, rows);
	assert_int_equal(world_changes(w), 2);
	assert_string_equal(world_change(w, 0)->actor_role, "helpdesk");
	assert_string_equal(world_change(w, 0)->actor_login, "5000");
	assert_string_equal(world_change(w, 1)->actor_role, "root");
	world_free(w);
}

static void
the_same_person_approves(struct world *w)
{
	assert_int_equal(w->records, 0);
	approve(w, 5000, "sallyport");
}

static void
another_approves_any_service(struct world *w)
{
	approve(w, 5001, "");
}

static void
another_approves(struct world *w)
{
	approve(w, 5001, "sallyport");
}

static void
who_is_protected_takes_root_and_a_second_person(void **state)
{
	static const struct act rows[] = {
	    ACT(NULL, helpdesk, INVITE, "carol", NO, "is protected"),
	    ACT(NULL, admin, INVITE, "carol", NO, NULL),
	    /* looking is no act */
	    ACT(NULL, helpdesk, FACTORS, "carol", OK, NULL),
	    ACT(the_same_person_approves, admin, INVITE, "carol", NO, NULL),
	    ACT(another_approves_any_service, admin, INVITE, "carol", NO, NULL),
	    ACT(another_approves, helpdesk, INVITE, "carol", NO, NULL),
	    ACT(NULL, admin, INVITE, "carol", OK, NULL)};
	struct world *w = world_new(policy, -1);

	w->all.conf.protected_count = 1;
	strcpy(
	    w->all.conf.protected[0], "cn=admins,ou=groups,dc=example,dc=com,");
	w->directory_adds = "CN=Admins, OU=groups,dc=example,dc=com";
	ACTS(w, rows);
	world_free(w);
}

/* alice is not of the helpdesk, but sits in a session of her own. */
static void
alice_has_a_session(struct world *w)
{
	static struct world_talk t;

	w->directory_adds = NULL;
	world_session(w, &t, "alice", getpid());
}

static void
people_of_the_helpdesk_are_protected_from_it(void **state)
{
	static const struct act rows[] = {
	    ACT(NULL, helpdesk, INVITE, "carol", NO, NULL),
	    ACT(alice_has_a_session, helpdesk, UNLOCK, "alice", NO,
		"is you: another person must make this change")};
	struct world *w = world_new(policy, -1);

	w->all.conf.helpdesk_people_count = 1;
	strcpy(w->all.conf.helpdesk_people[0],
	    "cn=desk,ou=groups,dc=example,dc=com,");
	w->directory_adds = "cn=desk,ou=groups,dc=example,dc=com";
	ACTS(w, rows);
	world_free(w);
}

static void
an_hour_passes(struct world *w)
{
	for (size_t i = 0; i < ADMIN_ACTORS; i++)
		w->all.acts[i].since_ms -= HOUR_MS;
}

static void
others_take_all_places(struct world *w)
{
	for (size_t i = 0; i < ADMIN_ACTORS; i++)
		w->all.acts[i] =
		    (struct admin_acts){(uint32_t)i + 1, 1, clock_mono_ms()};
}

static void
acts_are_counted_by_the_hour(void **state)
{
	static const struct act rows[] = {
	    ACT(NULL, helpdesk, INVITE, "carol", OK, NULL),
	    ACT(NULL, helpdesk, INVITE, "dave", OK, NULL),
	    ACT(NULL, helpdesk, INVITE, "erin", NO, "helpdesk-limit"),
	    ACT(NULL, helpdesk, USER, "alice", OK, NULL),
	    ACT(NULL, admin, INVITE, "erin", OK, NULL),
	    ACT(an_hour_passes, helpdesk, INVITE, "frank", OK, NULL),
	    /* nobody gets in over the limit */
	    ACT(others_take_all_places, helpdesk, INVITE, "grace", NO, NULL)};
	struct world *w = world_new(policy, -1);

	w->all.conf.helpdesk_limit = 2;
	ACTS(w, rows);
	world_free(w);
}

/* Descriptors are for logins. */
static void
connections_of_people_without_root_are_few(void **state)
{
	static struct world_admin c[65], auditor;
	struct world *w = world_new(policy, -1);

	for (size_t i = 0; i < 65; i++)
		world_enter(w, &c[i], helpdesk_begin);
	world_run(w, 5);
	assert_false(c[63].closed);
	assert_true(c[64].closed);
	/* root's are not among them */
	world_enter(w, &c[64], admin_begin);
	world_run(w, 5);
	assert_false(c[64].closed);
	world_leave(w, &c[64]);
	/* auditors have places of their own */
	world_enter(w, &auditor, auditor_begin);
	world_run(w, 5);
	assert_false(auditor.closed);
	world_leave(w, &auditor);
	for (size_t i = 0; i < 64; i++)
		world_leave(w, &c[i]);
	assert_int_equal(w->all.desks, 0);
	assert_int_equal(w->all.auditors, 0);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_group_has_its_verbs_and_no_other),
	    cmocka_unit_test(what_is_not_theirs_is_refused_without_a_record),
	    cmocka_unit_test(
		the_helpdesk_invites_and_the_record_says_that_it_did),
	    cmocka_unit_test(who_is_protected_takes_root_and_a_second_person),
	    cmocka_unit_test(people_of_the_helpdesk_are_protected_from_it),
	    cmocka_unit_test(acts_are_counted_by_the_hour),
	    cmocka_unit_test(connections_of_people_without_root_are_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
