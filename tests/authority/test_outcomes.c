/* SPDX-License-Identifier: Apache-2.0 */
/* What comes of an attempt: who asks, with which code, and what happens, to the
 * result that login gets and the record's reason.  Each row has a world. */
#include <stdio.h>
#include <string.h>

#include "lib/wire/pamwire.h"
#include "policy/policy.h"
#include "tests/support/unit.h"
#include "world.h"

#define SSH_KEY "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n"

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "hosts bastion bastion*.prod.example.com\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "permit sre from corp to bastion with password + otp for 8h "
    "token 10m audience tickets\n"
    "person backup \"peter\"\n"
    "permit backup from corp with publickey\n"
    "end\n";

struct row {
	const char *who;
	const char *code;     /* as typed; NULL: the right one, */
	int step;	      /* of so many steps later */
	enum verdict verdict; /* of the directory; 0: the password is right */
	/* what the host says, where that is not sshd's first question */
	const char *service, *client, *auth_info;
	bool unknown_here, account_phase;
	/* what the directory says of everybody */
	const char *subject, *name, *group;
	enum account_state state;
	bool directory_dies;
	/* what comes of it */
	enum result result;   /* 0: RESULT_DENIED */
	enum outcome outcome; /* 0: OUTCOME_DENIED */
	const char *reason;
	uint32_t tries;
};

static const struct row typed[] = {
    {"alice", .result = RESULT_GRANTED, .outcome = OUTCOME_GRANTED,
	.reason = "permit"},
    {"alice", "000000", .reason = "wrong_code", .tries = 1},
    {"alice", "", .reason = "malformed_code", .tries = 1},
    {"alice", "12345", .reason = "malformed_code", .tries = 1},
    {"bob", .step = -2, .reason = "code_late", .tries = 1},
    {"bob", .step = 10, .reason = "code_early", .tries = 1},
    /* without the password a code is no guess */
    {"alice", .verdict = VERDICT_MISMATCH, .reason = "wrong_password"},
    {"alice", "000000", .verdict = VERDICT_MISMATCH,
	.reason = "wrong_password"},
};

static const struct row people[] = {
    {"zed", .reason = "unknown_person"},
    {"disabled", .reason = "account_disabled", .tries = 1},
    {"stranger", .reason = "no_rule", .tries = 1},
    {"carl", .reason = "factors", .tries = 1},
    {"*)(uid=*", .reason = "malformed_name"},
};

static const struct row places[] = {
    {"bob", .client = "10.99.1.2", .reason = "no_rule", .tries = 1},
    /* a decoy: the person is not even looked up */
    {"bob", .unknown_here = true, .reason = "unknown_person"},
    {"bob", .client = "host\x1b\x7f\xff.example",
	.reason = "malformed_address"},
};

static const struct row account_phase[] = {
    {"alice", .account_phase = true, .auth_info = SSH_KEY, .reason = "factors"},
    {"alice", .account_phase = true, .reason = "factors"},
    /* not sshd: nobody has proven anything */
    {"peter", .account_phase = true, .service = "su", .reason = "factors"},
};

static const struct row directory[] = {
    {"alice", .group = "cn=\xff,dc=example,dc=com",
	.reason = "directory_malformed"},
    {"alice", .subject = "a\xff", .reason = "directory_malformed"},
    {"alice", .subject = "a/b", .reason = "directory_malformed"},
    {"alice", .name = "bob", .reason = "directory_malformed"},
    {"alice", .name = "alice2", .reason = "directory_malformed"},
    /* the directory's own way to write it is no other name */
    {"alice", .name = "Alice", .result = RESULT_GRANTED,
	.outcome = OUTCOME_GRANTED, .reason = "permit"},
    /* bob is enrolled, and alice does not get his code by being him */
    {"alice", .subject = "bob", .reason = "factors", .tries = 1},
    {"bob", .subject = "bob", .result = RESULT_GRANTED,
	.outcome = OUTCOME_GRANTED, .reason = "permit"},
    {"alice", .directory_dies = true, .result = RESULT_UNAVAILABLE,
	.outcome = OUTCOME_ERROR, .reason = "directory_unavailable"},
    {"alice", .verdict = VERDICT_MALFORMED, .reason = "malformed_answer"},
    /* only a person of ours can meet this: it is told as a refusal */
    {"alice", .verdict = VERDICT_UNAVAILABLE, .outcome = OUTCOME_ERROR,
	.reason = "directory_unavailable"},
};

static const struct row accounts[] = {
    {"alice", .state = ACCOUNT_DISABLED, .reason = "account_disabled",
	.tries = 1},
    {"alice", .state = ACCOUNT_EXPIRED, .reason = "account_expired",
	.tries = 1},
    {"alice", .state = ACCOUNT_LOCKED, .reason = "account_locked", .tries = 1},
    {"alice", "000000", .state = ACCOUNT_PASSWORD_EXPIRED,
	.reason = "wrong_code", .tries = 1},
    {"alice", .state = ACCOUNT_PASSWORD_EXPIRED, .reason = "password_expired",
	.tries = 1},
    {"alice", .state = ACCOUNT_MUST_CHANGE, .reason = "password_must_change",
	.tries = 1},
};

static struct msg_AUTHORITY_OPEN_REQ
request_of(const struct row *row)
{
	struct msg_AUTHORITY_OPEN_REQ q = world_request(row->who);

	if (row->service != NULL)
		snprintf(q.service, sizeof q.service, "%s", row->service);
	if (row->client != NULL)
		snprintf(q.client, sizeof q.client, "%s", row->client);
	if (row->auth_info != NULL)
		snprintf(q.auth_info, sizeof q.auth_info, "%s", row->auth_info);
	if (row->unknown_here)
		q.local = 0;
	if (row->account_phase)
		q.phase = PAMWIRE_ACCOUNT;
	return q;
}

static void
play(struct world *w, struct world_talk *t, const struct row *row)
{
	struct msg_AUTHORITY_OPEN_REQ q = request_of(row);

	w->directory_says = row->subject;
	w->directory_calls = row->name;
	w->directory_adds = row->group;
	w->account = (uint8_t)row->state;
	world_open(w, t, &q);
	if (row->directory_dies)
		world_directory_dies(w);
	else
		world_verdict(
		    w, t, row->verdict != 0 ? row->verdict : VERDICT_MATCH);
	if (!row->account_phase)
		world_answer(w, t,
		    row->code != NULL ? row->code : world_code(row->step));
	world_run(w, 40);
}

/* Each refusal looks alike from outside. */
static bool
is_as_told(const struct world_talk *t, const struct row *row)
{
	enum result result = row->result != 0 ? row->result : RESULT_DENIED;

	return t->ended && t->result.result == result &&
	       (result != RESULT_DENIED ||
		   strcmp(t->result.text, "Access denied") == 0);
}

static bool
is_recorded(const struct msg_AUDIT_APPEND_REQ *r, const struct row *row)
{
	enum outcome outcome =
	    row->outcome != 0 ? row->outcome : OUTCOME_DENIED;

	return r->outcome == outcome && strcmp(r->reason, row->reason) == 0 &&
	       r->tries == row->tries;
}

static void
hold(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct world *w = world_new(policy, -1);
		const struct msg_AUDIT_APPEND_REQ *r;
		struct world_talk t;

		play(w, &t, &rows[i]);
		r = world_final(w, &t);
		if (!is_as_told(&t, &rows[i]) || !is_recorded(r, &rows[i]))
			fail_msg("row %zu, %s: result %d \"%s\", outcome %d, "
				 "%s, %u tries",
			    i, rows[i].who, t.result.result, t.result.text,
			    r->outcome, r->reason, (unsigned)r->tries);
		world_hang_up(&t);
		world_free(w);
	}
}
#define HOLD(rows) hold(rows, sizeof rows / sizeof rows[0])

static void
of_what_is_typed(void **state)
{
	HOLD(typed);
}

static void
of_who_it_is(void **state)
{
	HOLD(people);
}

static void
of_where_it_comes_from(void **state)
{
	HOLD(places);
}

static void
of_the_account_phase_which_asks_nobody(void **state)
{
	HOLD(account_phase);
}

static void
of_what_the_directory_says(void **state)
{
	HOLD(directory);
}

static void
of_the_state_of_the_account(void **state)
{
	HOLD(accounts);
}

/* What is no address or no subject is not in a record as it came. */
static void
a_record_holds_only_what_is_text(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	play(w, &t, &places[2]);
	assert_string_equal(world_final(w, &t)->client, "?host???.example");
	world_hang_up(&t);
	play(w, &t, &directory[2]);
	assert_string_equal(world_final(w, &t)->subject, "");
	world_hang_up(&t);
	world_free(w);
}

/* The permit alone wants no code, and a wrong one is found out. */
static void
a_deny_without_a_factor_makes_it_asked_for(void **state)
{
	static const struct {
		const char *who;
		bool wrong_code;
		const char *reason, *rule;
	} rows[] = {
	    {"alice", false, "permit", "test.policy:2"},
	    {"alice", true, "wrong_code", "test.policy:2"},
	    {"carl", false, "denied_by_rule", "test.policy:3"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct world *w =
		    world_new("network corp 10.20.0.0/16\n"
			      "permit any from corp with password\n"
			      "deny any without otp\nend\n",
			-1);
		const struct msg_AUDIT_APPEND_REQ *r;
		struct world_talk t;

		world_login(w, &t, rows[i].who,
		    rows[i].wrong_code ? "000000" : world_code(0));
		r = world_final(w, &t);
		assert_string_equal(r->reason, rows[i].reason);
		assert_string_equal(r->rule, rows[i].rule);
		if (i == 0)
			assert_int_equal(
			    r->required, POLICY_PASSWORD | POLICY_OTP);
		world_hang_up(&t);
		world_free(w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_deny_without_a_factor_makes_it_asked_for),
	    cmocka_unit_test(of_what_is_typed),
	    cmocka_unit_test(of_who_it_is),
	    cmocka_unit_test(of_where_it_comes_from),
	    cmocka_unit_test(of_the_account_phase_which_asks_nobody),
	    cmocka_unit_test(of_what_the_directory_says),
	    cmocka_unit_test(of_the_state_of_the_account),
	    cmocka_unit_test(a_record_holds_only_what_is_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
