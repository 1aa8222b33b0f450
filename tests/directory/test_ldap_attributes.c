/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "gatewayd/directory/ldap_attributes.h"
#include "tests/support/unit.h"

static struct msg_DIRECTORY_LOOKUP_ANS answer;

static int
begin(void **state)
{
	static struct conf_directory conf = {
	    .policy_attribute = {"shift", "roster"},
	    .policy_attribute_count = 2};

	memset(&answer, 0, sizeof answer);
	ldap_attributes_ask(&conf, &answer);
	return 0;
}

static int
take(size_t number, const char *value, size_t size)
{
	char copy[300];
	struct berval values[] = {{size, copy}, {0, NULL}};

	memcpy(copy, value, size);
	return ldap_attributes_take(&answer, number, values);
}

static void
an_answer_says_what_was_asked_and_what_was_there(void **state)
{
	static const char expected[] = "\0night\0\1on-call";

	assert_int_equal(answer.attribute_count, 2);
	assert_string_equal(answer.attribute[0], "shift");
	assert_string_equal(answer.attribute[1], "roster");
	assert_int_equal(take(0, "night", 5), 0);
	assert_int_equal(take(1, "on-call", 7), 0);
	assert_int_equal(answer.values_size, sizeof expected);
	assert_memory_equal(answer.values, expected, sizeof expected);
}

static void
a_value_that_is_no_short_text_makes_the_entry_malformed(void **state)
{
	struct berval none = {0, NULL};
	char longest[ATTRIBUTE_VALUE_MAX + 1];

	memset(longest, 'x', sizeof longest);
	assert_int_equal(take(0, "", 0), -1);
	assert_int_equal(take(0, "a\0b", 3), -1);
	assert_int_equal(take(0, "night\0", 6), -1);
	assert_int_equal(take(0, "\xff", 1), -1);
	assert_int_equal(take(0, "a\nb", 3), -1);
	assert_int_equal(take(0,
			     "a\xc2\xad"
			     "b",
			     4),
	    -1); /* soft hyphen */
	assert_int_equal(take(0, longest, sizeof longest), -1);
	assert_int_equal(ldap_attributes_take(&answer, 0, &none), -1);
	assert_int_equal(ldap_attributes_take(&answer, 0, NULL), -1);
	assert_int_equal(answer.values_size, 0);
	assert_int_equal(take(0, longest, sizeof longest - 1), 0);
}

static void
too_many_values_are_never_cut(void **state)
{
	char longest[ATTRIBUTE_VALUE_MAX];
	size_t most = ATTRIBUTE_BYTES_MAX / (ATTRIBUTE_VALUE_MAX + 2);

	for (int i = 0; i < ATTRIBUTE_VALUES_MAX; i++)
		assert_int_equal(take((size_t)i % 2, "x", 1), 0);
	assert_int_equal(take(1, "x", 1), -1);
	begin(NULL);
	memset(longest, 'x', sizeof longest);
	for (size_t i = 0; i < most; i++)
		assert_int_equal(take(0, longest, sizeof longest), 0);
	assert_int_equal(take(0, longest, sizeof longest), -1);
	assert_true(answer.values_size <= ATTRIBUTE_BYTES_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(
		an_answer_says_what_was_asked_and_what_was_there, begin),
	    cmocka_unit_test_setup(
		a_value_that_is_no_short_text_makes_the_entry_malformed, begin),
	    cmocka_unit_test_setup(too_many_values_are_never_cut, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
