/* SPDX-License-Identifier: Apache-2.0 */
/* The state of accounts, from a real slapd. */
#include <stdio.h>
#include <string.h>

#include "tests/directory/slapd_case.h"
#include "tests/support/unit.h"

static void
account_state_is(struct conf_directory *c, const char *one, const char *two)
{
	c->account_state.count = *two != '\0' ? 2 : 1;
	snprintf(c->account_state.value[0], CONF_VALUE, "%s", one);
	snprintf(c->account_state.value[1], CONF_VALUE, "%s", two);
	assert_int_equal(rig_reload(&slapd_case.rig, c), 0);
}

static void
assert_account(const char *name, enum account_state expected)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	static unsigned attempt = 700;

	assert_int_equal(
	    rig_lookup(&slapd_case.rig, ++attempt, name, &a), LOOKUP_FOUND);
	assert_int_equal(a.state, expected);
	rig_forget(&slapd_case.rig, attempt);
}

/* Also from one question to the next: nothing is remembered. */
static void
the_attributes_that_count_are_the_sites(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, false);
	slapd_case_begin(&c);
	assert_account("aged", ACCOUNT_ACTIVE);
	assert_account("expired", ACCOUNT_EXPIRED);
	assert_account("reset", ACCOUNT_MUST_CHANGE);
	account_state_is(&c, "openldap", "shadow");
	assert_account("aged", ACCOUNT_PASSWORD_EXPIRED);
	assert_account("reset", ACCOUNT_MUST_CHANGE);
	account_state_is(&c, "389ds", "");
	assert_account("reset", ACCOUNT_ACTIVE);
	assert_account("expired", ACCOUNT_EXPIRED);
	account_state_is(&c, "none", "");
	assert_account("expired", ACCOUNT_ACTIVE);
	assert_account("locked", ACCOUNT_ACTIVE);
	/* the directory's own answer to a bind stays */
	slapd_case_login("locked", "secret", VERDICT_MISMATCH, ACCOUNT_LOCKED);
	slapd_case_end();
}

static void
wrong_passwords_lock_and_the_right_one_is_then_refused(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, false);
	slapd_case_begin(&c);
	for (int i = 0; i < 3; i++)
		rig_login(&slapd_case.rig, "victim", "wrong", NULL);
	slapd_case_login("victim", "secret", VERDICT_MISMATCH, ACCOUNT_LOCKED);
	slapd_case_end();
}

/* A real one names who was bound. */
static void
slapd_says_who_was_bound(void **state)
{
	struct conf_directory c;

	slapd_case_need();
	slapd_case_conf(&c, true);
	c.who_am_i = true;
	slapd_case_begin(&c);
	for (int i = 0; i < 3; i++) {
		slapd_case_login(
		    "alice", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
		slapd_case_login(
		    "BOB", "secret", VERDICT_MATCH, ACCOUNT_ACTIVE);
		slapd_case_login(
		    "alice", "wrong", VERDICT_MISMATCH, ACCOUNT_ACTIVE);
	}
	slapd_case_end();
}

#define TEST(name) cmocka_unit_test_teardown(name, slapd_case_clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_attributes_that_count_are_the_sites),
	    TEST(slapd_says_who_was_bound),
	    TEST(wrong_passwords_lock_and_the_right_one_is_then_refused),
	};

	return slapd_case_run(
	    argc, argv, tests, sizeof tests / sizeof tests[0]);
}
