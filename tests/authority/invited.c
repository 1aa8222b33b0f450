/* SPDX-License-Identifier: Apache-2.0 */
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "tests/authority/invited.h"
#include "tests/authority/world_admin.h"
#include "tests/support/unit.h"

const char invited_policy[] =
    INVITED_RULE "password + otp for 8h grace 2d\nend\n";

static const char words[] =
    "It worked: your second factor is enrolled.\n"
    "Now log in again with your password and the next code of the app.";

enum admin_status
invited_by_admin(struct world *w, const char *name)
{
	static struct message m, answer;

	message_init(&m, MSG_ADMIN_INVITE_REQ);
	snprintf(m.u.ADMIN_INVITE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_INVITE_REQ.actor, 64, "root");
	world_asked(w, admin_begin, &m, &answer);
	assert_int_equal(answer.type, MSG_ADMIN_INVITE_ANS);
	return answer.u.ADMIN_INVITE_ANS.status;
}

enum admin_status
invited_revoke(struct world *w, const char *name, const char *id)
{
	static struct message m, answer;

	message_init(&m, MSG_ADMIN_REVOKE_REQ);
	snprintf(m.u.ADMIN_REVOKE_REQ.name, 64, "%s", name);
	snprintf(m.u.ADMIN_REVOKE_REQ.credential, 41, "%s", id);
	snprintf(m.u.ADMIN_REVOKE_REQ.actor, 64, "root");
	world_asked(w, admin_begin, &m, &answer);
	assert_int_equal(answer.type, MSG_ADMIN_REVOKE_ANS);
	return answer.u.ADMIN_REVOKE_ANS.status;
}

enum admin_status
invited_enrol(struct world *w, const char *name)
{
	static struct message m, answer;

	message_init(&m, MSG_ADMIN_ENROL_REQ);
	snprintf(m.u.ADMIN_ENROL_REQ.name, 64, "%s", name);
	strcpy(m.u.ADMIN_ENROL_REQ.kind, "totp");
	snprintf(m.u.ADMIN_ENROL_REQ.actor, 64, "root");
	world_asked(w, admin_begin, &m, &answer);
	assert_int_equal(answer.type, MSG_ADMIN_ENROL_ANS);
	return answer.u.ADMIN_ENROL_ANS.status;
}

struct world *
invited_world(void)
{
	struct world *w = world_new(invited_policy, -1);

	w->all.conf.max_tries = 3;
	assert_int_equal(invited_by_admin(w, "carl"), ADMIN_OK);
	return w;
}

struct subject *
invited_carl(struct world *w)
{
	struct subject *s = world_subject(w, "uuid-carl");

	assert_non_null(s);
	return s;
}

void
invited_began(struct world *w, int64_t seconds)
{
	uint64_t version = invited_carl(w)->invitation->version;

	assert_int_equal(
	    invitation_new(invited_carl(w)->invitation, w->all.seal,
		"uuid-carl", "carl", clock_wall_ms() - seconds * 1000),
	    0);
	invited_carl(w)->invitation->version = version;
}

size_t
invited_stored(struct world *w, const char *key)
{
	size_t count = 0;

	for (size_t i = 0; i < w->rows; i++)
		count += strstr(w->row[i].key, key) != NULL;
	return count;
}

size_t
invited_credentials(struct world *w)
{
	return invited_stored(w, "authority/credential/uuid-carl/") -
	       invited_stored(w, "uuid-carl/invitation");
}

size_t
invited_enrolments(struct world *w)
{
	size_t count = 0;

	for (size_t i = 0; i < w->records; i++)
		count += w->record[i].kind == RECORD_ADMIN &&
			 w->record[i].outcome == OUTCOME_ENROLLED;
	return count;
}

const char *
invited_code(const char *prompt, int offset)
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

const char *
invited_wrong_code(const char *prompt)
{
	static const char *const codes[] = {
	    "000000", "111111", "222222", "333333"};
	size_t i = 0;

	for (int offset = -10; offset <= 10; offset++)
		if (strcmp(codes[i], invited_code(prompt, offset)) == 0) {
			i++;
			offset = -11;
		}
	return codes[i];
}

void
invited_shown(struct world *w, struct world_talk *t)
{
	world_begin(w, t, "carl");
	world_verdict(w, t, VERDICT_MATCH);
	world_answer(w, t, "");
	world_run(w, 10);
	assert_false(t->ended);
	assert_int_equal(t->more, 1);
}

void
invited_ends(struct world *w, struct world_talk *t, enum outcome outcome,
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

void
invited_refused(struct world *w, struct world_talk *t, const char *reason)
{
	/* what everybody is asked */
	assert_int_equal(t->open.prompt_count, 2);
	assert_string_equal(
	    t->open.prompt[0], "Answer within 2 seconds.\nPassword: ");
	assert_string_equal(t->open.prompt[1], "One-time code: ");
	assert_int_equal(t->more, 0);
	invited_ends(w, t, OUTCOME_DENIED, reason);
	assert_int_equal(t->result.result, RESULT_DENIED);
}

void
invited_recording(struct world *w, struct world_talk *t)
{
	invited_shown(w, t);
	w->hold = true;
	world_answer(w, t, invited_code(t->prompt, 0));
	assert_int_equal(w->record[w->records - 1].kind, RECORD_INTENT);
	assert_false(t->ended);
	assert_int_equal(invited_stored(w, "uuid-carl/invitation"), 1);
	assert_int_equal(invited_credentials(w), 0);
}

void
invited_release(struct world *w)
{
	w->hold = false;
	world_release(w);
	world_run(w, 20);
}
