/* SPDX-License-Identifier: Apache-2.0 */
/* Enrolling by grace: who is shown a seed, and what can come of it. */
#include <stdlib.h>
#include <liboath/oath.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gatewayd/authority/admin/admin.h"
#include "lib/base/clock.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"
#include "tests/support/copies.h"
#include "tests/support/unit.h"
#include "world.h"

#define RULE                                                 \
	"network corp 10.20.0.0/16\n"                        \
	"hosts bastion bastion*.prod.example.com\n"          \
	"group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n" \
	"permit sre from corp to bastion with "

static const char policy[] = RULE "password + otp for 8h grace 2d\nend\n";
static const char words[] =
    "It worked: your second factor is enrolled.\n"
    "Now log in again with your password and the next code of the app.";

static void
nothing(void *arg)
{
	(void)arg;
}

static void
on_answer(void *arg, struct message *m)
{
	*(struct message *)arg = *m;
}

static void
ask_admin(struct world *w, const struct message *m, struct message *answer)
{
	struct channel c;
	int fds[2];

	assert_int_equal(
	    socketpair(
		AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds),
	    0);
	memset(answer, 0, sizeof *answer);
	admin_begin(&w->all, fds[0]);
	channel_init(&c, fds[1], ROLE_ADMIN, ROLE_AUTHORITY);
	channel_serve(&c, w->loop, on_answer, nothing, answer);
	assert_int_equal(channel_post(&c, m), 0);
	world_run(w, 20);
	channel_close(&c);
	world_run(w, 5);
}

static enum admin_status
admin_invite(struct world *w, const char *name)
{
	static struct message m, answer;

	message_init(&m, MSG_ADMIN_INVITE_REQ);
	snprintf(m.u.ADMIN_INVITE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_INVITE_REQ.actor, 64, "root");
	ask_admin(w, &m, &answer);
	assert_int_equal(answer.type, MSG_ADMIN_INVITE_ANS);
	return answer.u.ADMIN_INVITE_ANS.status;
}

static enum admin_status
admin_revoke(struct world *w, const char *name, const char *id)
{
	static struct message m, answer;

	message_init(&m, MSG_ADMIN_REVOKE_REQ);
	snprintf(m.u.ADMIN_REVOKE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_REVOKE_REQ.credential, 41, "%s", id);
	snprintf(m.u.ADMIN_REVOKE_REQ.actor, 64, "root");
	ask_admin(w, &m, &answer);
	assert_int_equal(answer.type, MSG_ADMIN_REVOKE_ANS);
	return answer.u.ADMIN_REVOKE_ANS.status;
}

static enum admin_status
admin_enrol(struct world *w, const char *name)
{
	static struct message m, answer;

	message_init(&m, MSG_ADMIN_ENROL_REQ);
	snprintf(m.u.ADMIN_ENROL_REQ.name, 64, "%s", name);
	strcpy(m.u.ADMIN_ENROL_REQ.kind, "totp");
	snprintf(m.u.ADMIN_ENROL_REQ.actor, 64, "root");
	ask_admin(w, &m, &answer);
	assert_int_equal(answer.type, MSG_ADMIN_ENROL_ANS);
	return answer.u.ADMIN_ENROL_ANS.status;
}

static struct world *
invited(void)
{
	struct world *w = world_new(policy, -1);

	w->all.conf.max_tries = 3;
	assert_int_equal(admin_invite(w, "carl"), ADMIN_OK);
	return w;
}

static struct subject *
carl(struct world *w)
{
	struct subject *s = table_find(&w->all.subjects.table, "uuid-carl", 9);

	assert_non_null(s);
	return s;
}

/* the invitation began that long ago */
static void
began(struct world *w, int64_t seconds)
{
	uint64_t version = carl(w)->invitation->version;

	assert_int_equal(
	    invitation_new(carl(w)->invitation, w->all.seal, "uuid-carl",
		"carl", clock_wall_ms() - seconds * 1000),
	    0);
	carl(w)->invitation->version = version;
}

static size_t
stored(struct world *w, const char *key)
{
	size_t count = 0;

	for (size_t i = 0; i < w->rows; i++)
		count += strstr(w->row[i].key, key) != NULL;
	return count;
}

static size_t
credentials_stored(struct world *w)
{
	return stored(w, "authority/credential/uuid-carl/") -
	       stored(w, "uuid-carl/invitation");
}

static size_t
enrolments(struct world *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->records; i++)
		count += w->record[i].kind == RECORD_ADMIN &&
			 w->record[i].outcome == OUTCOME_ENROLLED;
	return count;
}

/* what the authenticator app makes of the prompt */
static const char *
code_of(const char *prompt, int offset)
{
	static char code[4][TOTP_DIGITS + 1];
	static unsigned turn;
	const char *secret = strstr(prompt, "?secret=");
	char *out = code[turn++ % 4], *seed;
	size_t size;

	assert_non_null(secret);
	secret += strlen("?secret=");
	assert_int_equal(
	    oath_base32_decode(secret, strcspn(secret, "&"), &seed, &size),
	    OATH_OK);
	assert_int_equal(size, TOTP_SEED);
	assert_int_equal(
	    oath_hotp_generate(seed, size,
		(uint64_t)(clock_wall_ms() / 1000 / TOTP_STEP_SECONDS + offset),
		TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, out),
	    OATH_OK);
	free(seed);
	return out;
}

static const char *
wrong_code(const char *prompt)
{
	static const char *const codes[] = {
	    "000000", "111111", "222222", "333333"};
	size_t i = 0;

	for (int offset = -10; offset <= 10; offset++)
		if (strcmp(codes[i], code_of(prompt, offset)) == 0) {
			i++;
			offset = -11;
		}
	return codes[i];
}

/* to the second round */
static void
shown(struct world *w, struct world_talk *t)
{
	world_begin(w, t, "carl");
	world_verdict(w, t, VERDICT_MATCH);
	world_answer(w, t, "");
	world_run(w, 10);
	assert_false(t->ended);
	assert_int_equal(t->more, 1);
}

static void
ends(struct world *w, struct world_talk *t, enum outcome outcome,
    const char *reason)
{
	world_run(w, 60);
	assert_true(t->ended);
	assert_int_not_equal(t->result.result, RESULT_GRANTED);
	assert_int_equal(world_final(w, t)->outcome, outcome);
	assert_string_equal(world_final(w, t)->reason, reason);
	if (t->result.result == RESULT_UNAVAILABLE)
		assert_non_null(strstr(t->result.text, "not your fault"));
	else
		assert_string_equal(t->result.text,
		    strcmp(reason, "enrolled") == 0 ? words : "Access denied");
	assert_int_equal(w->all.grants.count, 0);
	assert_int_equal(w->all.sessions.count, 0);
	world_hang_up(t);
}

static void
an_invited_person_enrols_and_comes_in_with_the_next_code(void **state)
{
	const struct msg_AUDIT_APPEND_REQ *r;
	struct world *w = invited();
	struct world_talk t, next;
	const char *code;

	assert_int_equal(world_changes(w), 1);
	assert_int_equal(world_change(w, 0)->outcome, OUTCOME_INVITED);
	assert_string_equal(world_change(w, 0)->actor, "root");
	assert_string_equal(world_change(w, 0)->subject, "uuid-carl");
	shown(w, &t);
	code = code_of(t.prompt, 0);
	world_answer(w, &t, code);
	ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(w->records, 5);
	r = world_change(w, 1);
	assert_int_equal(r->kind, RECORD_ADMIN);
	assert_int_equal(r->outcome, OUTCOME_ENROLLED);
	assert_string_equal(r->actor, "carl");
	assert_string_equal(r->reason, "grace");
	assert_string_equal(r->client, "10.20.1.2");
	assert_string_equal(r->credential, carl(w)->credential[0].id);
	assert_memory_equal(r->attempt, t.open.attempt, ATTEMPT_ID);
	assert_string_equal(r->rule, "test.policy:4");
	assert_int_equal(world_final(w, &t)->tries, 0);
	assert_int_equal(credentials_stored(w), 1);
	assert_int_equal(stored(w, "invitation"), 0);
	assert_null(carl(w)->invitation);
	/* spent */
	world_login(w, &next, "carl", code);
	ends(w, &next, OUTCOME_DENIED, "code_replayed");
	assert_int_equal(next.more, 0);
	world_login(w, &next, "carl", code_of(t.prompt, 1));
	assert_int_equal(next.result.result, RESULT_GRANTED);
	world_hang_up(&next);
	world_free(w);
}

/* The credential is as good after a start from store and log. */
static void
the_spent_code_is_in_the_store(void **state)
{
	struct world *w = invited();
	struct credential c;
	struct world_talk t;
	const uint8_t *value;
	size_t size = 0;

	shown(w, &t);
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "enrolled");
	value = world_stored(w, "authority/credential/uuid-carl/", &size);
	assert_int_equal(credential_decode(&c, value, size), 0);
	assert_true(c.step > 0);
	assert_int_equal(world_final(w, &t)->step, c.step);
	assert_string_equal(world_final(w, &t)->credential, c.id);
	world_free(w);
}

static void
refused_without_a_second_round(
    struct world *w, struct world_talk *t, const char *reason)
{
	/* what everybody is asked */
	assert_int_equal(t->open.prompt_count, 2);
	assert_string_equal(t->open.prompt[0], "Password: ");
	assert_string_equal(t->open.prompt[1], "One-time code: ");
	assert_int_equal(t->more, 0);
	ends(w, t, OUTCOME_DENIED, reason);
	assert_int_equal(t->result.result, RESULT_DENIED);
}

static void
nobody_else_is_shown_a_seed(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	world_login(w, &t, "dora", ""); /* not invited */
	refused_without_a_second_round(w, &t, "factors");
	world_login(w, &t, "zed", "");
	refused_without_a_second_round(w, &t, "unknown_person");
	world_login(w, &t, "alice", "");
	refused_without_a_second_round(w, &t, "malformed_code");
	world_begin(w, &t, "carl");
	world_verdict(w, &t, VERDICT_MISMATCH);
	world_answer(w, &t, "");
	refused_without_a_second_round(w, &t, "wrong_password");
	assert_int_equal(world_final(w, &t)->tries, 1);
	world_begin(w, &t, "carl");
	t.one_line = true;
	world_verdict(w, &t, VERDICT_MATCH);
	world_answer(w, &t, "123456");
	refused_without_a_second_round(w, &t, "factors");
	assert_int_equal(admin_invite(w, "stranger"), ADMIN_OK);
	world_login(w, &t, "stranger", "");
	refused_without_a_second_round(w, &t, "no_rule");
	assert_int_equal(admin_invite(w, "disabled"), ADMIN_OK);
	world_login(w, &t, "disabled", "");
	refused_without_a_second_round(w, &t, "account_disabled");
	world_free(w);
}

/* directory can say that two names are one person, but not gain by it */
static void
an_invitation_is_for_the_name_that_was_invited(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	w->directory_says = "carl";
	world_login(w, &t, "dora", "");
	refused_without_a_second_round(w, &t, "factors");
	world_free(w);
}

static void
without_grace_in_the_policy_nobody_is_invited(void **state)
{
	struct world *w = world_new(RULE "password + otp\nend\n", -1);

	assert_int_equal(admin_invite(w, "carl"), ADMIN_NO);
	assert_int_equal(w->records, 0);
	world_free(w);
}

static void
without_grace_in_the_policy_an_invitation_opens_nothing(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	world_policy(w, RULE "password + otp\nend\n");
	world_login(w, &t, "carl", "");
	refused_without_a_second_round(w, &t, "factors");
	world_free(w);
}

/* Leaving out what has to be enrolled must not leave a way in by a key. */
/* The policy's own reader sees to it that each way of such a rule has one. */
static void
grace_without_a_password_opens_nothing(void **state)
{
	struct world *w = world_new(
	    RULE "password + publickey + otp for 8h grace 2d\nend\n", -1);
	struct msg_AUTHORITY_OPEN_REQ q = world_request("carl");
	struct world_talk t;

	assert_int_equal(admin_invite(w, "carl"), ADMIN_OK);
	strcpy(q.auth_info, "publickey ssh-ed25519 "
			    "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsAb"
			    "gH5C9okWi0dh2l9GKJl\n");
	/* a key alone, in the account phase */
	q.phase = PAMWIRE_ACCOUNT;
	world_open(w, &t, &q);
	world_run(w, 40);
	assert_int_equal(t.more, 0);
	ends(w, &t, OUTCOME_DENIED, "factors");
	world_free(w);
}

static void
a_person_with_a_credential_has_no_grace(void **state)
{
	struct world *w = invited();
	struct subject *bob;
	struct world_talk t;

	assert_int_equal(admin_invite(w, "bob"), ADMIN_NO);
	assert_int_equal(stored(w, "uuid-bob/invitation"), 0);
	/* one that the store holds all the same */
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "uuid-carl/invitation") != NULL)
			strcpy(w->row[i].key,
			    "authority/credential/uuid-bob/invitation");
	bob = table_find(&w->all.subjects.table, "uuid-bob", 8);
	assert_non_null(bob);
	assert_int_equal(subject_invite(bob, carl(w)->invitation), 0);
	assert_int_equal(invitation_new(bob->invitation, w->all.seal,
			     "uuid-bob", "bob", clock_wall_ms()),
	    0);
	world_login(w, &t, "bob", "");
	refused_without_a_second_round(w, &t, "malformed_code");
	/* and none that opens this name */
	assert_int_equal(invitation_new(bob->invitation, w->all.seal,
			     "uuid-bob", "dora", clock_wall_ms()),
	    0);
	w->directory_says = "bob";
	world_login(w, &t, "dora", "");
	refused_without_a_second_round(w, &t, "factors");
	world_free(w);
}

static void
what_the_store_makes_up_is_no_invitation(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	/* carl's, moved to dora before anybody has asked for her */
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "uuid-carl/invitation") != NULL) {
			strcpy(w->row[i].key,
			    "authority/credential/uuid-dora/invitation");
			memcpy(w->row[i].value + 3, "dora", 4);
		}
	world_login(w, &t, "dora", "");
	refused_without_a_second_round(w, &t, "factors");
	assert_non_null(((struct subject *)table_find(
			     &w->all.subjects.table, "uuid-dora", 9))
			    ->invitation);
	world_free(w);
}

static void
an_invitation_ends_with_the_time_of_the_policy(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	began(w, 2 * 86400);
	world_login(w, &t, "carl", "");
	refused_without_a_second_round(w, &t, "factors");
	began(w, -3600); /* the clock was set back */
	world_login(w, &t, "carl", "");
	refused_without_a_second_round(w, &t, "factors");
	began(w, 2 * 86400 - 60);
	shown(w, &t);
	began(w, 2 * 86400);
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(credentials_stored(w), 0);
	world_free(w);
}

static void
a_wrong_code_is_a_try_and_throws_the_seed_away(void **state)
{
	struct world *w = invited();
	char first[MORE_MAX + 1];
	struct world_talk t;

	shown(w, &t);
	memcpy(first, t.prompt, sizeof first);
	world_answer(w, &t, wrong_code(t.prompt));
	ends(w, &t, OUTCOME_DENIED, "enrolment_failed");
	assert_int_equal(world_final(w, &t)->tries, 1);
	shown(w, &t);
	assert_string_not_equal(first, t.prompt);
	world_answer(w, &t, "");
	ends(w, &t, OUTCOME_DENIED, "enrolment_failed");
	assert_int_equal(world_final(w, &t)->tries, 2);
	shown(w, &t);
	world_answer(w, &t, code_of(t.prompt, -2));
	ends(w, &t, OUTCOME_DENIED, "code_late");
	assert_int_equal(world_final(w, &t)->tries, 3);
	world_login(w, &t, "carl", "");
	refused_without_a_second_round(w, &t, "locked_out");
	assert_int_equal(credentials_stored(w), 0);
	assert_int_equal(enrolments(w), 0);
	assert_int_equal(stored(w, "uuid-carl/invitation"), 1);
	world_free(w);
}

/* What login says was not typed for this question, whatever it is. */
static void
what_is_not_the_persons_answer_enrols_nobody(void **state)
{
	static const enum answer_status statuses[] = {
	    ANSWER_MALFORMED, ANSWER_SUBSTITUTED, ANSWER_SAME};

	for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
		struct world *w = invited();
		struct world_talk t;
		struct message m;

		shown(w, &t);
		message_init(&m, MSG_AUTHORITY_ANSWER_REQ);
		m.u.AUTHORITY_ANSWER_REQ.status = (uint8_t)statuses[i];
		m.u.AUTHORITY_ANSWER_REQ.code_size = TOTP_DIGITS;
		memcpy(m.u.AUTHORITY_ANSWER_REQ.code, code_of(t.prompt, 0),
		    TOTP_DIGITS);
		channel_post(&t.channel, &m);
		ends(w, &t, OUTCOME_DENIED, "enrolment_failed");
		assert_int_equal(world_final(w, &t)->tries, 1);
		assert_int_equal(credentials_stored(w), 0);
		world_free(w);
	}
}

static void
of_two_devices_one_is_enrolled(void **state)
{
	struct world *w = invited();
	struct world_talk one, two;

	shown(w, &one);
	shown(w, &two);
	w->store_hold = true;
	world_answer(w, &one, code_of(one.prompt, 0));
	world_answer(w, &two, code_of(two.prompt, 0));
	ends(w, &two, OUTCOME_DENIED, "invitation_gone");
	world_store_releases(w);
	ends(w, &one, OUTCOME_DENIED, "enrolled");
	assert_int_equal(credentials_stored(w), 1);
	assert_int_equal(carl(w)->credential_count, 1);
	assert_int_equal(enrolments(w), 1);
	world_free(w);
}

/* As another node of a fleet would have done. */
static void
one_that_is_spent_in_the_store_is_gone(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	shown(w, &t);
	for (size_t i = 0; i < w->rows; i++)
		if (strstr(w->row[i].key, "uuid-carl/invitation") != NULL)
			w->row[i] = w->row[--w->rows];
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(credentials_stored(w), 0);
	/* its record names no credential that never was */
	assert_string_equal(world_final(w, &t)->credential, "");
	assert_int_equal(world_final(w, &t)->step, 0);
	world_free(w);
}

static void
what_an_administrator_does_meanwhile_ends_it(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	shown(w, &t);
	assert_int_equal(admin_revoke(w, "carl", "invitation"), ADMIN_OK);
	assert_int_equal(w->record[w->records - 1].outcome, OUTCOME_REVOKED);
	assert_string_equal(w->record[w->records - 1].credential, "invitation");
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(admin_revoke(w, "carl", "invitation"), ADMIN_NO);
	/* a new one is not the one that the seed was shown by */
	assert_int_equal(admin_invite(w, "carl"), ADMIN_OK);
	shown(w, &t);
	assert_int_equal(admin_invite(w, "carl"), ADMIN_OK);
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	shown(w, &t);
	assert_int_equal(admin_enrol(w, "carl"), ADMIN_OK);
	assert_int_equal(stored(w, "uuid-carl/invitation"), 0);
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(credentials_stored(w), 1);
	/* for good */
	assert_int_equal(
	    admin_revoke(w, "carl", carl(w)->credential[0].id), ADMIN_OK);
	world_login(w, &t, "carl", "");
	refused_without_a_second_round(w, &t, "factors");
	world_free(w);
}

static void
an_invitation_that_the_store_does_not_end_is_not_used_again(void **state)
{
	struct world *w = invited();
	struct world_talk t, other;

	shown(w, &t);
	shown(w, &other);
	w->store_mute = true;
	world_answer(w, &t, code_of(t.prompt, 0));
	assert_false(t.ended);
	w->store_mute = false;
	world_store_restarts(w);
	world_run(w, 600);
	/* it is seen to its end, and nobody else can use it */
	ends(w, &t, OUTCOME_DENIED, "enrolled");
	world_answer(w, &other, code_of(other.prompt, 0));
	ends(w, &other, OUTCOME_DENIED, "invitation_gone");
	assert_int_equal(credentials_stored(w), 1);
	assert_int_equal(enrolments(w), 1);
	world_free(w);
}

/* to where the intent to enrol waits for the disk */
static void
recording(struct world *w, struct world_talk *t)
{
	shown(w, t);
	w->hold = true;
	world_answer(w, t, code_of(t->prompt, 0));
	assert_int_equal(w->record[w->records - 1].kind, RECORD_INTENT);
	assert_false(t->ended);
	assert_int_equal(stored(w, "uuid-carl/invitation"), 1);
	assert_int_equal(credentials_stored(w), 0);
}

static void
release_audit(struct world *w)
{
	w->hold = false;
	world_release(w);
	world_run(w, 20);
}

static void
no_credential_without_its_record_on_disk(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	recording(w, &t);
	release_audit(w);
	ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(credentials_stored(w), 1);
	world_free(w);
	w = invited();
	recording(w, &t);
	w->fail = true;
	release_audit(w);
	world_run(w, 20);
	assert_int_equal(credentials_stored(w), 0);
	assert_int_equal(carl(w)->credential_count, 0);
	assert_false(t.ended);
	w->fail = false;
	world_audit_restarts(w, w->records);
	ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(credentials_stored(w), 1);
	world_free(w);
}

/* The record names what may be there. */
static void
a_credential_that_may_be_in_the_store_is_named(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	recording(w, &t);
	w->store_mute = true;
	release_audit(w);
	world_run(w, 2500);
	ends(w, &t, OUTCOME_ERROR, "deadline");
	w->store_mute = false;
	assert_true(world_final(w, &t)->step > 0);
	assert_string_not_equal(world_final(w, &t)->credential, "");
	assert_int_equal(carl(w)->credential_count, 0);
	world_login(w, &t, "carl", "");
	refused_without_a_second_round(w, &t, "factors");
	world_free(w);
}

static void
a_person_who_is_gone_in_the_second_round_leaves_nothing(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	shown(w, &t);
	world_hang_up(&t);
	world_run(w, 10);
	assert_int_equal(world_final(w, &t)->outcome, OUTCOME_ABORTED);
	assert_string_equal(world_final(w, &t)->reason, "client_gone");
	assert_int_equal(w->all.attempts.count, 0);
	assert_int_equal(carl(w)->users, 0);
	assert_int_equal(credentials_stored(w), 0);
	/* after the right code it is seen to its end */
	recording(w, &t);
	world_hang_up(&t);
	world_run(w, 10);
	release_audit(w);
	world_run(w, 60);
	assert_string_equal(world_final(w, &t)->reason, "enrolled");
	assert_int_equal(credentials_stored(w), 1);
	assert_int_equal(w->all.attempts.count, 0);
	assert_int_equal(carl(w)->users, 0);
	world_free(w);
}

static void
both_rounds_have_one_deadline(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	w->all.conf.attempt_deadline = 150;
	shown(w, &t);
	world_run(w, 200);
	ends(w, &t, OUTCOME_ABORTED, "deadline");
	assert_int_equal(t.result.result, RESULT_UNAVAILABLE);
	recording(w, &t);
	world_run(w, 200);
	assert_true(t.ended);
	release_audit(w);
	ends(w, &t, OUTCOME_ERROR, "deadline");
	assert_int_equal(credentials_stored(w), 0);
	assert_int_equal(carl(w)->credential_count, 0);
	assert_int_equal(carl(w)->users, 0);
	world_free(w);
}

/* One record after kill -9, and one try, as of any attempt with answers. */
static void
a_second_round_that_a_restart_cuts_off_is_one_try(void **state)
{
	struct world *w = invited(), *next;
	int slots = dup(w->slots_fd);
	struct world_talk t;

	shown(w, &t);
	next = world_new(policy, slots);
	assert_int_equal(next->records, 1);
	assert_int_equal(world_final(next, &t)->outcome, OUTCOME_ORPHANED);
	assert_string_equal(world_final(next, &t)->subject, "uuid-carl");
	assert_int_equal(world_final(next, &t)->tries, 1);
	world_free(next);
	world_hang_up(&t);
	world_run(w, 10);
	world_free(w);
}

/* The policy that showed the seed is the one that takes its code. */
static void
a_reload_in_the_second_round_changes_nothing(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	shown(w, &t);
	world_policy(w, RULE "password + otp for 8h\nend\n");
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_int_equal(credentials_stored(w), 1);
	world_free(w);
}

static void
there_is_no_third_round(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	shown(w, &t);
	w->store_hold = true;
	world_answer(w, &t, code_of(t.prompt, 0));
	assert_false(t.closed);
	world_answer(w, &t, code_of(t.prompt, 0));
	assert_true(t.closed); /* not its phase */
	world_store_releases(w);
	world_run(w, 60);
	assert_string_equal(world_final(w, &t)->reason, "enrolled");
	assert_int_equal(credentials_stored(w), 1);
	world_hang_up(&t);
	world_free(w);
}

static void
a_verdict_that_comes_late_is_waited_for(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	world_begin(w, &t, "carl");
	world_answer(w, &t, "123456");
	world_run(w, 40);
	assert_false(t.ended);
	assert_int_equal(t.more, 0);
	assert_int_equal(w->binds, 1);
	assert_int_equal(w->decoy_binds, 0);
	world_directory_dies(w);
	ends(w, &t, OUTCOME_ERROR, "directory_unavailable");
	world_free(w);
}

/* Or the directory's own lockout could be outrun. */
static void
a_password_is_bound_only_with_a_try_left(void **state)
{
	struct world_talk t[4];
	struct world *w = invited();

	for (size_t i = 0; i < 4; i++)
		world_begin(w, &t[i], "carl");
	for (size_t i = 0; i < 4; i++)
		world_answer(w, &t[i], "");
	assert_int_equal(w->binds, 3);
	ends(w, &t[3], OUTCOME_DENIED, "locked_out");
	for (size_t i = 0; i < 3; i++) {
		world_verdict(w, &t[i], VERDICT_MISMATCH);
		ends(w, &t[i], OUTCOME_DENIED, "wrong_password");
	}
	world_free(w);
}

/* Grace leaves out the factor, not what else the rule asks for. */
static void
an_approval_is_needed_all_the_same(void **state)
{
	struct world *w = world_new(
	    RULE "password + otp for 8h grace 2d approval\nend\n", -1);
	struct approval p = {.reference = "CHG-1",
	    .name = "carl",
	    .giver = "bob",
	    .ends_ms = clock_wall_ms() + 60000};
	struct world_talk t;

	assert_int_equal(admin_invite(w, "carl"), ADMIN_OK);
	world_login(w, &t, "carl", "");
	refused_without_a_second_round(w, &t, "factors");
	assert_int_equal(approvals_add(&carl(w)->approvals, &p), 0);
	shown(w, &t);
	approvals_drop(&carl(w)->approvals,
	    approvals_find(&carl(w)->approvals, p.reference));
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "invitation_gone");
	world_free(w);
}

static void
no_record_holds_the_seed(void **state)
{
	struct world *w = invited();
	char secret[33] = "";
	struct world_talk t;

	shown(w, &t);
	memcpy(secret, strstr(t.prompt, "?secret=") + 8, 32);
	assert_true(strlen(t.prompt) < PAMWIRE_MAX_TEXT);
	world_answer(w, &t, code_of(t.prompt, 0));
	ends(w, &t, OUTCOME_DENIED, "enrolled");
	assert_null(
	    memmem(w->record, sizeof w->record, secret, strlen(secret)));
	assert_null(memmem(w->row, sizeof w->row, secret, strlen(secret)));
	world_free(w);
}

static void
no_copy_of_a_prompt_is_left(void **state)
{
	struct world *w;
	char secret[33] = "";
	struct world_talk t;

#ifdef __SANITIZE_ADDRESS__
	skip(); /* its own copies, and memory that must not be read */
#endif
	w = invited();
	shown(w, &t);
	memcpy(secret, strstr(t.prompt, "?secret=") + 8, 32);
	copies_hide(secret);
	explicit_bzero(t.prompt, sizeof t.prompt);
	assert_false(copies_are_left(secret));
	world_hang_up(&t);
	world_run(w, 10);
	world_free(w);
}

/* A URI that would not fit is left out; the key is enough. */
static void
a_long_issuer_leaves_the_key(void **state)
{
	struct world *w = invited();
	struct world_talk t;

	memset(w->all.conf.issuer + strlen("https://"), 'x', 200);
	w->all.conf.issuer[208] = '\0';
	shown(w, &t);
	assert_null(strstr(t.prompt, "otpauth:"));
	assert_non_null(strstr(t.prompt, "Key (time-based, 6 digits): "));
	assert_non_null(strstr(
	    t.prompt, "Type the code that the app shows now (6 digits): "));
	world_hang_up(&t);
	world_run(w, 10);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		an_invited_person_enrols_and_comes_in_with_the_next_code),
	    cmocka_unit_test(the_spent_code_is_in_the_store),
	    cmocka_unit_test(nobody_else_is_shown_a_seed),
	    cmocka_unit_test(an_invitation_is_for_the_name_that_was_invited),
	    cmocka_unit_test(without_grace_in_the_policy_nobody_is_invited),
	    cmocka_unit_test(
		without_grace_in_the_policy_an_invitation_opens_nothing),
	    cmocka_unit_test(grace_without_a_password_opens_nothing),
	    cmocka_unit_test(a_person_with_a_credential_has_no_grace),
	    cmocka_unit_test(what_the_store_makes_up_is_no_invitation),
	    cmocka_unit_test(an_invitation_ends_with_the_time_of_the_policy),
	    cmocka_unit_test(a_wrong_code_is_a_try_and_throws_the_seed_away),
	    cmocka_unit_test(what_is_not_the_persons_answer_enrols_nobody),
	    cmocka_unit_test(of_two_devices_one_is_enrolled),
	    cmocka_unit_test(one_that_is_spent_in_the_store_is_gone),
	    cmocka_unit_test(what_an_administrator_does_meanwhile_ends_it),
	    cmocka_unit_test(
		an_invitation_that_the_store_does_not_end_is_not_used_again),
	    cmocka_unit_test(no_credential_without_its_record_on_disk),
	    cmocka_unit_test(a_credential_that_may_be_in_the_store_is_named),
	    cmocka_unit_test(
		a_person_who_is_gone_in_the_second_round_leaves_nothing),
	    cmocka_unit_test(both_rounds_have_one_deadline),
	    cmocka_unit_test(a_second_round_that_a_restart_cuts_off_is_one_try),
	    cmocka_unit_test(a_reload_in_the_second_round_changes_nothing),
	    cmocka_unit_test(there_is_no_third_round),
	    cmocka_unit_test(a_verdict_that_comes_late_is_waited_for),
	    cmocka_unit_test(a_password_is_bound_only_with_a_try_left),
	    cmocka_unit_test(an_approval_is_needed_all_the_same),
	    cmocka_unit_test(no_record_holds_the_seed),
	    cmocka_unit_test(no_copy_of_a_prompt_is_left),
	    cmocka_unit_test(a_long_issuer_leaves_the_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
