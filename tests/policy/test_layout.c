/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/language/layout.h"
#include "tests/policy/reference.h"
#include "tests/support/unit.h"

#define ROOM 65536

static char form[ROOM], again[ROOM];

/* The form; it has the same words, and is its own form. */
static const char *
form_of(const char *text)
{
	long length = layout_text(text, strlen(text), form, sizeof form);

	assert_true(length >= 0);
	assert_int_equal(strlen(form), length);
	if (!layout_same(text, strlen(text), form, (size_t)length))
		fail_msg("\"%s\" is not \"%s\"", text, form);
	assert_int_equal(
	    layout_text(form, (size_t)length, again, sizeof again), length);
	assert_string_equal(again, form);
	return form;
}

static void
each_text_has_one_form(void **state)
{
	static const char *const rows[][2] = {
	    {"", ""},
	    {"\n\n# top\n\n\n\nend", "# top\n\nend"},
	    {"permit  any\twith password+( otp|fido2 )  \nend\n",
		"permit any with password + (otp | fido2)\nend\n"},
	    {"permit any \\\n\twith otp   # why  \nend\n",
		"permit any \\\n    with otp  # why\nend\n"},
	    {"permit any with (\notp | # one\n# two\nfido2\n)\nend\n",
		"permit any with (\n    otp |  # one\n    # two\n    fido2\n"
		"    )\nend\n"},
	    {"hours h mon , tue 08:00-12:00,13:00-18:00 Etc/GMT+5\nend\n",
		"hours h mon, tue 08:00-12:00, 13:00-18:00 Etc/GMT+5\nend\n"},
	    {"group  g \"cn=a  b\"\n\n\n\nend\n# last\n\n",
		"group g \"cn=a  b\"\n\nend\n# last\n"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(form_of(rows[i][0]), rows[i][1]);
}

static void
what_no_policy_has_gets_no_form(void **state)
{
	static const char *const texts[] = {
	    "permit any\r\n", "a \1\n", "\"x\n"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_int_equal(
		    layout_text(texts[i], strlen(texts[i]), form, sizeof form),
		    -1);
	assert_false(layout_same("a b", 3, "a  c", 4));
	assert_false(layout_same("a b", 3, "a\nb", 3));
}

/* Blanks, comments and signs in any order. */
static void
any_text_keeps_its_words(void **state)
{
	static const char *const pieces[] = {"permit", "any", " ", "  ", "\n",
	    "\t", "# c\n", "\\\n", "(", ")", "+", "|", ",", "\"s t\"", "hours",
	    "Etc/GMT", "5"};
	uint32_t seed = 7;

	for (unsigned round = 0; round < 20000; round++) {
		char text[512] = "";
		size_t used = 0;

		for (unsigned i = 0; i < 24; i++) {
			const char *piece =
			    pieces[model_random(&seed) %
				   (sizeof pieces / sizeof pieces[0])];

			used += (size_t)snprintf(
			    text + used, sizeof text - used, "%s", piece);
		}
		if (layout_text(text, used, form, sizeof form) >= 0)
			form_of(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_text_has_one_form),
	    cmocka_unit_test(what_no_policy_has_gets_no_form),
	    cmocka_unit_test(any_text_keeps_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
