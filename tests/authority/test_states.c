/* SPDX-License-Identifier: Apache-2.0 */
/* What the directory says of an account decides in every phase, and a password
 * that is over is bound only after a right code. */
#include <stdio.h>
#include <string.h>

#include "module_side.h"
#include "tests/support/unit.h"

#define KEY "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==\n"

static const char policy[] =
    "network corp 10.20.0.0/16\n"
    "group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "person short \"peter\"\n"
    "person backup \"bob\"\n"
    "permit sre from corp with password + otp\n"
    "permit short from corp with password\n"
    "permit backup from corp with publickey\n"
    "end\n";

static const struct {
	enum account_state state;
	const char *reason;
} states[] = {{ACCOUNT_DISABLED, "account_disabled"},
    {ACCOUNT_EXPIRED, "account_expired"}, {ACCOUNT_LOCKED, "account_locked"},
    {ACCOUNT_MAYBE_LOCKED, "account_locked"},
    {ACCOUNT_PASSWORD_EXPIRED, "password_expired"},
    {ACCOUNT_MUST_CHANGE, "password_must_change"}};

#define STATES (sizeof states / sizeof states[0])

static void
refused(struct world *w, struct world_talk *t, const char *reason)
{
	world_run(w, 50);
	assert_int_equal(t->result.result, RESULT_DENIED);
	assert_string_equal(t->result.text, "Access denied");
	assert_string_equal(world_final(w, t)->reason, reason);
	world_hang_up(t);
}

static void
no_state_but_active_gets_in_by_a_key(void **state)
{
	for (size_t i = 0; i < 2 * STATES; i++) {
		struct msg_AUTHORITY_OPEN_REQ q = world_request("bob");
		struct world *w = world_new(policy, -1);
		struct world_talk t;

		w->account = (uint8_t)states[i / 2].state;
		if (i % 2 == 0)
			q.phase = PAMWIRE_ACCOUNT;
		else
			strcpy(q.auth_info, KEY);
		world_open(w, &t, &q);
		/* in the authn phase asked like everybody */
		if (i % 2 == 1)
			world_answer(w, &t, world_code(0));
		assert_int_equal(w->binds, 0);
		refused(w, &t, states[i / 2].reason);
		world_free(w);
	}
}

static void
answer(struct world *w, struct world_talk *t, const char *name,
    enum account_state state, const char *code)
{
	w->account = (uint8_t)state;
	w->binds = w->decoy_binds = 0;
	world_begin(w, t, name);
	world_answer(w, t, code);
}

static void
a_lockout_that_may_be_over_is_for_the_bind_to_tell(void **state)
{
	struct world *w = world_new(policy, -1);
	struct world_talk t;

	answer(w, &t, "alice", ACCOUNT_MAYBE_LOCKED, world_code(0));
	assert_int_equal(w->binds, 1);
	world_bound(w, &t, VERDICT_MISMATCH, ACCOUNT_LOCKED);
	refused(w, &t, "account_locked");
	answer(w, &t, "alice", ACCOUNT_MAYBE_LOCKED, world_code(0));
	world_bound(w, &t, VERDICT_MATCH, ACCOUNT_ACTIVE);
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	/* with a password alone too */
	answer(w, &t, "peter", ACCOUNT_MAYBE_LOCKED, "");
	assert_int_equal(w->binds, 1);
	world_bound(w, &t, VERDICT_MATCH, ACCOUNT_ACTIVE);
	assert_int_equal(t.result.result, RESULT_GRANTED);
	world_hang_up(&t);
	world_free(w);
}

/* Each bind may be one of the last logins that the directory grants. */
static void
a_password_that_is_over_is_bound_only_after_a_right_code(void **state)
{
	for (size_t i = 3; i < STATES; i++) {
		struct world *w = world_new(policy, -1);
		struct world_talk t;

		answer(w, &t, "alice", states[i].state, "000000");
		assert_int_equal(w->binds, 0);
		assert_int_equal(w->decoy_binds, 1);
		refused(w, &t, "wrong_code");
		assert_int_equal(world_final(w, &t)->tries, 1);
		answer(w, &t, "alice", states[i].state, world_code(0));
		assert_int_equal(w->binds, 1);
		world_bound(w, &t, VERDICT_MISMATCH, ACCOUNT_ACTIVE);
		refused(w, &t, "wrong_password");
		world_free(w);
	}
}

static void
a_right_password_that_is_over_lets_nobody_in(void **state)
{
	for (size_t i = 4; i < STATES; i++) {
		struct world *w = world_new(policy, -1);
		struct world_talk t;

		answer(w, &t, "alice", states[i].state, world_code(0));
		world_bound(w, &t, VERDICT_MATCH, ACCOUNT_ACTIVE);
		refused(w, &t, states[i].reason);
		/* there is no code that could come first: it is not bound */
		answer(w, &t, "peter", states[i].state, "");
		assert_int_equal(w->binds, 0);
		assert_int_equal(w->decoy_binds, 1);
		refused(w, &t, states[i].reason);
		world_free(w);
	}
}

#define T(name) cmocka_unit_test(name)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(no_state_but_active_gets_in_by_a_key),
	    T(a_lockout_that_may_be_over_is_for_the_bind_to_tell),
	    T(a_password_that_is_over_is_bound_only_after_a_right_code),
	    T(a_right_password_that_is_over_lets_nobody_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
