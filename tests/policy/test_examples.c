/* SPDX-License-Identifier: Apache-2.0 */
/* policy/examples: each is a policy that proves, with a table that passes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/policy/coverage.h"
#include "cli/policy/policy_load.h"
#include "cli/policy/policy_table.h"
#include "tests/support/unit.h"

#define FOLDER "policy/examples/"

static const char *const names[] = {"01-start-up", "02-bank", "03-contractors",
    "04-follow-the-sun", "05-hospital", "06-automation", "07-change-freeze",
    "08-university", "09-root-and-sudo", "10-second-hop", "11-data-centre",
    "12-break-glass"};

static struct lex_errors errors;

static struct policy *
load(const char *name)
{
	char path[128];
	struct policy *policy;

	snprintf(path, sizeof path, FOLDER "%s.policy", name);
	lex_errors_init(&errors);
	policy = policy_load(path, &errors);
	if (policy == NULL)
		fail_msg("%s", errors.text);
	return policy;
}

static void
examples_hold_what_they_assert(void **state)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct policy *policy = load(names[i]);

		assert_true(policy_assertion_count(policy) > 0);
		if (policy_prove_errors(policy, 1767225600, &errors) != 0)
			fail_msg("%s", errors.text);
		policy_free(policy);
	}
}

/* How many lines came out; fails if they leave a rule out. */
static unsigned
reaches(const struct policy *policy, const char *path, const char *text,
    size_t length)
{
	const struct policy_source table = {path, text, length};
	struct coverage *c = coverage_new(policy);
	struct policy_table_calls calls = {
	    .tried = coverage_tried, .tried_context = c};
	unsigned passed;

	assert_non_null(c);
	passed = policy_table_tell(policy, &table, &errors, &calls);
	if (coverage_show(c, NULL) != 0)
		fail_msg("%s leaves rules out", path);
	coverage_free(c);
	return passed;
}

/* A deny is reached where it decides, a permit also beside it. */
static void
what_no_line_reaches_is_shown(void **state)
{
	static const char table[] =
	    "person alice  group \"cn=staff,ou=groups,dc=example,dc=com\"\n"
	    "deny alice to x.example.com\n";
	const struct policy_source source = {"t", table, sizeof table - 1};
	struct policy *policy = load(names[0]);
	struct coverage *c = coverage_new(policy);
	struct policy_table_calls calls = {
	    .tried = coverage_tried, .tried_context = c};
	size_t all = policy_rule_count(policy);

	assert_int_equal(coverage_show(c, NULL), all);
	policy_table_tell(policy, &source, &errors, &calls);
	assert_int_equal(coverage_show(c, NULL), all);
	coverage_free(c);
	policy_free(policy);
}

static void
examples_decide_as_their_tables_say(void **state)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct policy *policy = load(names[i]);
		char path[128];
		size_t length;
		char *text;

		snprintf(path, sizeof path, FOLDER "%s.test", names[i]);
		text = policy_load_text(path, &length, &errors);
		assert_non_null(text);
		assert_true(reaches(policy, path, text, length) > 4);
		if (errors.count != 0)
			fail_msg("%s", errors.text);
		free(text);
		policy_free(policy);
	}
}

static void
a_table_that_is_wrong_fails_at_its_line(void **state)
{
	static const char table[] =
	    "person alice  group \"cn=staff,ou=groups,dc=example,dc=com\"\n"
	    "deny alice to bastion.example.com with password + otp\n"
	    "deny alice to x.example.com because denied_by_rule\n"
	    "permit bob\n"
	    "permit alice frm 10.0.0.1\n"
	    "permit alice from here\n"
	    "permit alice to bastion.example.com with password + otp\n";
	struct policy *policy = load(names[0]);
	static const char *const expected[] = {
	    "t:2:1: expected deny, found permit because permit",
	    "t:3:1: expected deny because denied_by_rule, found deny because "
	    "no_rule",
	    "t:4:8: expected a person",
	    "t:5:14: there is no such word",
	    "t:6:14: an address is numeric",
	};

	assert_int_equal(
	    policy_table_run(policy, "t", table, sizeof table - 1, &errors), 1);
	assert_int_equal(errors.count, 5);
	for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
		if (strstr(errors.text, expected[i]) == NULL)
			fail_msg("%s not in %s", expected[i], errors.text);
	}
	policy_free(policy);
}

static void
what_cannot_be_read_is_no_policy(void **state)
{
	lex_errors_init(&errors);
	assert_null(policy_load(FOLDER "nowhere", &errors));
	assert_int_equal(errors.count, 1);
	/* a folder of examples defines names twice, and says so */
	lex_errors_init(&errors);
	assert_null(policy_load("policy/examples", &errors));
	assert_non_null(strstr(errors.text, "is defined already, at 01-"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(examples_hold_what_they_assert),
	    cmocka_unit_test(examples_decide_as_their_tables_say),
	    cmocka_unit_test(what_no_line_reaches_is_shown),
	    cmocka_unit_test(a_table_that_is_wrong_fails_at_its_line),
	    cmocka_unit_test(what_cannot_be_read_is_no_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
