/* SPDX-License-Identifier: Apache-2.0 */
/* People without root at admin.sock's sisters: what they may, and to whom. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin.h"
#include "gatewayd/authority/admin/admin_parts.h"
#include "gatewayd/authority/session/session.h"
#include "lib/base/clock.h"
#include "tests/support/unit.h"
#include "world.h"

#define HOUR_MS 3600000

static const char policy[] =
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre with password + otp grace 2d\n"
    "end\n";

struct client {
	struct channel channel;
	struct message answer;
	unsigned answers;
	bool closed;
};

static void
on_message(void *arg, struct message *m)
{
	struct client *c = arg;

	c->answers++;
	c->answer = *m;
}

static void
on_close(void *arg)
{
	struct client *c = arg;

	c->closed = true;
}

static void
enter(struct world *w, struct client *c, void (*door)(struct authority *, int))
{
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	memset(c, 0, sizeof *c);
	door(&w->all, fds[0]);
	channel_init(&c->channel, fds[1], ROLE_ADMIN, ROLE_AUTHORITY);
	channel_serve(&c->channel, w->loop, on_message, on_close, c);
}

static void
leave(struct world *w, struct client *c)
{
	channel_close(&c->channel);
	world_run(w, 5);
}

static struct message
about(enum message_type type, const char *name)
{
	struct message m;

	message_init(&m, type);
	strcpy(m.u.ADMIN_ASK.actor, "dora");
	strcpy(m.u.ADMIN_ABOUT.name, name);
	return m;
}

/* enum admin_status; text is the answer's */
static const char *text;

static int
ask_by(struct world *w, void (*door)(struct authority *, int),
    const struct message *m)
{
	static struct client c;

	enter(w, &c, door);
	assert_int_equal(channel_post(&c.channel, m), 0);
	world_run(w, 20);
	assert_int_equal(c.answers, 1);
	text = c.answer.u.ADMIN_HEAD.text;
	leave(w, &c);
	return c.answer.u.ADMIN_HEAD.status;
}

static int
invite(struct world *w, void (*door)(struct authority *, int), const char *name)
{
	struct message m = about(MSG_ADMIN_INVITE_REQ, name);

	return ask_by(w, door, &m);
}

static void
protect(struct world *w)
{
	w->all.conf.protected_count = 1;
	strcpy(
	    w->all.conf.protected[0], "cn=admins,ou=groups,dc=example,dc=com,");
	w->directory_adds = "CN=Admins, OU=groups,dc=example,dc=com";
}

static int
second(struct world *w, const char *name, uint32_t uid, const char *service)
{
	static unsigned n;
	struct message m = about(MSG_ADMIN_GIVE_REQ, name);
	uint32_t before = w->who.login_uid;
	int status;

	snprintf(m.u.ADMIN_GIVE_REQ.approval, 16, "CHG-%u", ++n);
	strcpy(m.u.ADMIN_GIVE_REQ.service, service);
	m.u.ADMIN_GIVE_REQ.seconds = 600;
	w->who.login_uid = uid;
	status = ask_by(w, admin_begin, &m);
	w->who.login_uid = before;
	return status;
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
	struct world *w = world_new(policy, -1);
	struct message m;

	for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++) {
		message_init(&m, roots[i]);
		strcpy(m.u.ADMIN_ASK.actor, "dora");
		assert_int_equal(ask_by(w, helpdesk_begin, &m), ADMIN_NO);
		assert_non_null(strstr(text, "needs root"));
		assert_int_equal(ask_by(w, auditor_begin, &m), ADMIN_NO);
	}
	assert_int_equal(invite(w, auditor_begin, "carol"), ADMIN_NO);
	assert_int_equal(w->records, 0);
	assert_int_equal(w->lookups, 0);
	world_free(w);
}

static void
the_helpdesk_invites_and_the_record_says_that_it_did(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_USER_REQ, "alice");

	assert_int_equal(invite(w, helpdesk_begin, "carol"), ADMIN_OK);
	assert_int_equal(world_changes(w), 1);
	assert_string_equal(world_change(w, 0)->actor_role, "helpdesk");
	assert_string_equal(world_change(w, 0)->actor_login, "5000");
	assert_int_equal(ask_by(w, helpdesk_begin, &m), ADMIN_OK);
	assert_int_equal(ask_by(w, auditor_begin, &m), ADMIN_OK);
	assert_int_equal(invite(w, admin_begin, "dave"), ADMIN_OK);
	assert_string_equal(world_change(w, 1)->actor_role, "root");
	/* nobody in particular changes nothing */
	w->who.login_uid = WHO_UNSET;
	assert_int_equal(invite(w, helpdesk_begin, "erin"), ADMIN_NO);
	assert_int_equal(world_changes(w), 2);
	world_free(w);
}

static void
who_is_protected_takes_root_and_a_second_person(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_FACTORS_REQ, "carol");

	protect(w);
	assert_int_equal(invite(w, helpdesk_begin, "carol"), ADMIN_NO);
	assert_non_null(strstr(text, "is protected"));
	assert_int_equal(invite(w, admin_begin, "carol"), ADMIN_NO);
	assert_int_equal(w->records, 0);
	/* looking is no act */
	assert_int_equal(ask_by(w, helpdesk_begin, &m), ADMIN_OK);
	/* the same person twice is one person; any service is not this one */
	assert_int_equal(second(w, "carol", 5000, "sallyport"), ADMIN_OK);
	assert_int_equal(second(w, "carol", 5001, ""), ADMIN_OK);
	assert_int_equal(invite(w, admin_begin, "carol"), ADMIN_NO);
	assert_int_equal(second(w, "carol", 5001, "sallyport"), ADMIN_OK);
	assert_int_equal(invite(w, helpdesk_begin, "carol"), ADMIN_NO);
	assert_int_equal(invite(w, admin_begin, "carol"), ADMIN_OK);
	world_free(w);
}

static void
people_of_the_helpdesk_are_protected_from_it(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	w->all.conf.helpdesk_people_count = 1;
	strcpy(w->all.conf.helpdesk_people[0],
	    "cn=desk,ou=groups,dc=example,dc=com,");
	w->directory_adds = "cn=desk,ou=groups,dc=example,dc=com";
	assert_int_equal(invite(w, helpdesk_begin, "carol"), ADMIN_NO);
	w->directory_adds = NULL;
	/* who sits in a session of their own */
	world_session(w, &t, "alice", getpid());
	{
		struct message m = about(MSG_ADMIN_UNLOCK_REQ, "alice");

		assert_int_equal(ask_by(w, helpdesk_begin, &m), ADMIN_NO);
		assert_string_equal(
		    text, "is you: another person must make this change");
	}
	world_free(w);
}

static void
acts_are_counted_by_the_hour(void **state)
{
	struct world *w = world_new(policy, -1);
	struct message m = about(MSG_ADMIN_USER_REQ, "alice");

	w->all.conf.helpdesk_limit = 2;
	assert_int_equal(invite(w, helpdesk_begin, "carol"), ADMIN_OK);
	assert_int_equal(invite(w, helpdesk_begin, "dave"), ADMIN_OK);
	assert_int_equal(invite(w, helpdesk_begin, "erin"), ADMIN_NO);
	assert_non_null(strstr(text, "helpdesk-limit"));
	assert_int_equal(ask_by(w, helpdesk_begin, &m), ADMIN_OK);
	assert_int_equal(invite(w, admin_begin, "erin"), ADMIN_OK);
	for (size_t i = 0; i < ADMIN_ACTORS; i++)
		w->all.acts[i].since_ms -= HOUR_MS;
	assert_int_equal(invite(w, helpdesk_begin, "frank"), ADMIN_OK);
	/* others have taken all places: nobody gets in over the limit */
	for (size_t i = 0; i < ADMIN_ACTORS; i++)
		w->all.acts[i] =
		    (struct admin_acts){(uint32_t)i + 1, 1, clock_mono_ms()};
	assert_int_equal(invite(w, helpdesk_begin, "grace"), ADMIN_NO);
	world_free(w);
}

/* Descriptors are for logins. */
static void
connections_of_people_without_root_are_few(void **state)
{
	static struct client c[65], auditor;
	struct world *w = world_new(policy, -1);

	for (size_t i = 0; i < 65; i++)
		enter(w, &c[i], helpdesk_begin);
	world_run(w, 5);
	assert_false(c[63].closed);
	assert_true(c[64].closed);
	/* root's are not among them */
	enter(w, &c[64], admin_begin);
	world_run(w, 5);
	assert_false(c[64].closed);
	leave(w, &c[64]);
	/* auditors have places of their own */
	enter(w, &auditor, auditor_begin);
	world_run(w, 5);
	assert_false(auditor.closed);
	leave(w, &auditor);
	for (size_t i = 0; i < 64; i++)
		leave(w, &c[i]);
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
