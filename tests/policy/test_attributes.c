/* SPDX-License-Identifier: Apache-2.0 */
/* Groups by an attribute of the entry: which are named, who is in them. */
#include <stdio.h>
#include <string.h>

#include "tests/policy/support.h"
#include "tests/support/unit.h"

static void
expect_names(const char *text, const char *const *expected, size_t count)
{
	struct policy *policy = support_rules(text);
	const char *const *names;
	size_t found;

	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	names = policy_attribute_names(policy, &found);
	assert_int_equal(found, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(names[i], expected[i]);
	policy_free(policy);
}

static void
each_attribute_is_named_once_whatever_its_case(void **state)
{
	static const char *const two[] = {"shift", "roster"};

	expect_names("permit any with otp\n", NULL, 0);
	expect_names("group a attribute Shift night\n"
		     "group b attribute roster on-call attribute SHIFT day\n"
		     "permit a with otp\n",
	    two, 2);
}

static void
no_policy_names_none(void **state)
{
	size_t count = 9;

	assert_null(policy_attribute_names(NULL, &count));
	assert_int_equal(count, 0);
}

static void
sixteen_may_be_named_and_the_next_one_is_an_error_in_its_place(void **state)
{
	char text[2048] = "";
	size_t used = 0;
	struct policy *policy;
	size_t count;

	for (int i = 0; i < 17; i++) {
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "group g%d attribute a%d x\n", i, i);
		if (i != POLICY_ATTRIBUTES_MAX - 1)
			continue;
		policy = support_rules(text);
		assert_non_null(policy);
		policy_attribute_names(policy, &count);
		assert_int_equal(count, POLICY_ATTRIBUTES_MAX);
		policy_free(policy);
	}
	assert_non_null(
	    strstr(support_fault(text), "test.policy:17:21: the policy names "
					"more than 16 attributes"));
}

static void
names_and_values_nobody_can_have_are_errors(void **state)
{
	static const struct {
		const char *text, *fault;
	} cases[] = {
	    {"group g attribute 2.5.4.4 x", "1:19: not the name"},
	    {"group g attribute \"a;lang-de\" x", "1:19: not the name"},
	    {"group g attribute \"*\" x", "1:19: not the name"},
	    {"group g attribute \"a b\" x", "1:19: not the name"},
	    {"group g attribute userpassword x", "1:19: this attribute holds"},
	    {"group g attribute UNICODEPWD x", "1:19: this attribute holds"},
	    {"group g attribute a \"  \"", "1:19: the value of an attribute"},
	};
	char text[512];

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const char *fault = support_fault(cases[i].text);

		if (strstr(fault, cases[i].fault) == NULL)
			fail_msg("%s: %s", cases[i].text, fault);
	}
	snprintf(text, sizeof text, "group g attribute %065d x", 0);
	text[18] = 'a';
	assert_non_null(strstr(support_fault(text), "not the name"));
	snprintf(text, sizeof text, "group g attribute a x%0255d", 0);
	assert_non_null(strstr(support_fault(text), "more than 255 bytes"));
	snprintf(text, sizeof text, "group g attribute a x%0254d", 0);
	assert_string_equal(support_fault(text), "");
}

static enum policy_reason
reason(const char *rules, const char *name, const char *value)
{
	struct policy *policy = support_rules(rules);
	struct policy_attribute attribute = {name, value};
	struct policy_request request = {.username = "alice",
	    .service = "sshd",
	    .host = "bastion.example.com",
	    .time_unix = 1782900000,
	    .proven = POLICY_PASSWORD | POLICY_OTP,
	    .attributes = &attribute,
	    .attribute_count = name != NULL};
	struct policy_decision decision;

	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	policy_decide(policy, &request, &decision);
	policy_free(policy);
	return decision.reason;
}

static void
a_value_permits_and_denies(void **state)
{
	static const char permit[] = "group night attribute shift Night\n"
				     "permit night with password\n",
			  deny[] = "group out attribute status \"on leave\"\n"
				   "permit any with password\ndeny out\n";

	assert_int_equal(
	    reason(permit, "shift", "night"), POLICY_REASON_PERMIT);
	assert_int_equal(
	    reason(permit, "SHIFT", "NIGHT"), POLICY_REASON_PERMIT);
	assert_int_equal(reason(permit, "shift", "day"), POLICY_REASON_NO_RULE);
	assert_int_equal(
	    reason(permit, "roster", "night"), POLICY_REASON_NO_RULE);
	assert_int_equal(reason(permit, NULL, NULL), POLICY_REASON_NO_RULE);
	assert_int_equal(
	    reason(deny, "status", "On Leave"), POLICY_REASON_DENIED_BY_RULE);
	assert_int_equal(
	    reason(deny, "status", "at work"), POLICY_REASON_PERMIT);
}

/* Who is in by none of them is known only if that was said. */
static void
an_attribute_that_nothing_is_said_of_is_unknown(void **state)
{
	static const char deny[] = "group out attribute status \"on leave\"\n"
				   "permit any with password\ndeny out\n";

	assert_int_equal(reason(deny, "Status", NULL), POLICY_REASON_PERMIT);
	assert_int_equal(
	    reason(deny, NULL, NULL), POLICY_REASON_DENIED_BY_RULE);
	assert_int_equal(
	    reason(deny, "shift", "day"), POLICY_REASON_DENIED_BY_RULE);
}

/* What the directory finds equal must not get past a deny. */
static void
spaces_that_do_not_count_do_not_hide_a_value(void **state)
{
	static const char rules[] =
	    "group out attribute status \" on  leave\"\n"
	    "permit any with password\ndeny out\n";
	static const char *const same[] = {
	    "on leave", " On leave", "on leave  ", "on    leave"};

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		assert_int_equal(reason(rules, "status", same[i]),
		    POLICY_REASON_DENIED_BY_RULE);
	assert_int_equal(
	    reason(rules, "status", "onleave"), POLICY_REASON_PERMIT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_attribute_is_named_once_whatever_its_case),
	    cmocka_unit_test(no_policy_names_none),
	    cmocka_unit_test(
		sixteen_may_be_named_and_the_next_one_is_an_error_in_its_place),
	    cmocka_unit_test(names_and_values_nobody_can_have_are_errors),
	    cmocka_unit_test(a_value_permits_and_denies),
	    cmocka_unit_test(an_attribute_that_nothing_is_said_of_is_unknown),
	    cmocka_unit_test(spaces_that_do_not_count_do_not_hide_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
