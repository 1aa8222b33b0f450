/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/format.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

#define ROW(stem, number, oldest, file) {FORMAT_##stem, number, oldest, file},
static const struct {
	enum format format;
	unsigned number, oldest;
	const char *file;
} rows[] = {FORMATS(ROW)};
#define COUNT (sizeof rows / sizeof rows[0])

static void
this_release_and_the_one_before_are_read_and_no_other(void **state)
{
	for (size_t i = 0; i < COUNT; i++) {
		enum format f = rows[i].format;
		unsigned now = rows[i].number;

		assert_int_equal(format_look(f, now), FORMAT_NOW);
		assert_int_equal(format_look(f, now + 1), FORMAT_REFUSED);
		assert_int_equal(format_look(f, UINT32_MAX), FORMAT_REFUSED);
		assert_int_equal(format_look(f, 0), FORMAT_REFUSED);
		if (rows[i].oldest < now)
			assert_int_equal(
			    format_look(f, now - 1), FORMAT_BEFORE);
		if (now > 2)
			assert_int_equal(
			    format_look(f, now - 2), FORMAT_REFUSED);
	}
}

/* file, number, what is read, what to do */
static void
a_refusal_says_what_and_what_to_do(void **state)
{
	char text[FORMAT_TEXT];

	for (size_t i = 0; i < COUNT; i++) {
		const char *said = format_refusal(
		    rows[i].format, "which", rows[i].number + 9, text);
		char number[16];

		snprintf(
		    number, sizeof number, "format %u", rows[i].number + 9);
		assert_non_null(strstr(said, rows[i].file));
		assert_non_null(strstr(said, " which "));
		assert_non_null(strstr(said, number));
		assert_non_null(strstr(said, "this release reads "));
		assert_non_null(strstr(said, "install the release"));
	}
	assert_non_null(strstr(format_refusal(FORMAT_SESSIONS, NULL, 0, text),
	    "start each release between first"));
}

static void
a_conversion_says_from_what_to_what_and_how_many(void **state)
{
	char text[FORMAT_TEXT];

	format_converted(FORMAT_SESSIONS, 0, 3, text);
	assert_non_null(strstr(text, "authority/sessions"));
	assert_non_null(strstr(text, "from format 0 to "));
	assert_non_null(strstr(text, "(3)"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		this_release_and_the_one_before_are_read_and_no_other),
	    cmocka_unit_test(a_refusal_says_what_and_what_to_do),
	    cmocka_unit_test(a_conversion_says_from_what_to_what_and_how_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
