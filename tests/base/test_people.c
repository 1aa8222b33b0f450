/* SPDX-License-Identifier: Apache-2.0 */
/* All languages have the same texts, and none of them can do harm. */
#include "lib/base/people.h"

#include "lib/base/utf8.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

#define COLUMNS 80

static const struct {
	const char *name;
	unsigned arguments;
} list[] = {
#define ROW(NAME, arguments) {#NAME, arguments},
    PEOPLE(ROW)
#undef ROW
};

/* The longest that there are, but for the URI. */
static const char *const arguments[PEOPLE_COUNT][4] = {
    [PEOPLE_TIME] = {"3600"},
    [PEOPLE_REFERENCE] = {"abcdefgh"},
    [PEOPLE_DIGITS] = {"8"},
};

static void
enrol_arguments(const struct people *l, const char *out[4], char digits[32])
{
	const char *six[] = {"6"};

	people_write(l, PEOPLE_DIGITS, six, digits, 32);
	out[0] = l->text[PEOPLE_TIME_BASED];
	out[1] = digits;
	out[2] = "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567";
	out[3] = "otpauth://\n";
}

static void
assert_lines_fit(const char *text, const char *where)
{
	size_t left = strlen(text);
	unsigned columns = 0;

	while (left > 0) {
		uint32_t code;
		size_t n = utf8_decode((const uint8_t *)text, left, &code);

		if (n == 0)
			fail_msg("%s is not UTF-8", where);
		if (code != '\n' && utf8_is_control(code))
			fail_msg("%s has the character U+%04X", where,
			    (unsigned)code);
		columns = code == '\n' ? 0 : columns + utf8_width(code);
		if (columns > COLUMNS)
			fail_msg("%s has a line of more than %d columns", where,
			    COLUMNS);
		text += n;
		left -= n;
	}
}

/* Which of %1 to %9 a text has, as bits. */
static unsigned
arguments_in(const char *text, const char *where)
{
	unsigned found = 0;

	for (const char *p = strchr(text, '%'); p; p = strchr(p + 1, '%')) {
		if (p[1] < '1' || p[1] > '9')
			fail_msg("%s has a %% that is no argument", where);
		found |= 1u << (p[1] - '1');
	}
	return found;
}

static void
look_at(const struct people *l, unsigned i)
{
	char where[64], out[1024], digits[32];
	const char *enrol[4];
	const char *const *with = arguments[i];

	snprintf(where, sizeof where, "%s %s", l->language, list[i].name);
	if (l->text[i] == NULL || l->text[i][0] == '\0')
		fail_msg("%s has no text", where);
	assert_int_equal(
	    arguments_in(l->text[i], where), (1u << list[i].arguments) - 1);
	enrol_arguments(l, enrol, digits);
	if (i == PEOPLE_ENROL)
		with = enrol;
	assert_true(people_write(l, i, with, out, sizeof out) < sizeof out);
	assert_lines_fit(out, where);
}

static void
each_language_has_each_text(void **state)
{
	for (size_t i = 0; people_languages[i] != NULL; i++)
		for (unsigned k = 0; k < PEOPLE_COUNT; k++)
			look_at(people_languages[i], k);
	assert_true(people_languages[1] != NULL);
}

static void
a_prompt_ends_where_the_answer_begins(void **state)
{
	static const enum people_text prompts[] = {
	    PEOPLE_PASSWORD, PEOPLE_CODE, PEOPLE_ENROL};

	for (size_t i = 0; people_languages[i] != NULL; i++)
		for (size_t k = 0; k < sizeof prompts / sizeof prompts[0];
		     k++) {
			const char *text =
			    people_languages[i]->text[prompts[k]];

			assert_string_equal(text + strlen(text) - 2, ": ");
		}
}

/* What is before the first prompt is a line of its own. */
static void
the_time_is_a_line(void **state)
{
	for (size_t i = 0; people_languages[i] != NULL; i++) {
		const char *text = people_languages[i]->text[PEOPLE_TIME];

		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	}
}

static void
a_language_is_found_by_its_code(void **state)
{
	assert_string_equal(people_find("de")->language, "de");
	assert_string_equal(people_find(PEOPLE_DEFAULT)->language, "en");
	assert_null(people_find("tlh"));
	assert_null(people_find(""));
}

static void
what_does_not_fit_is_cut_and_counted(void **state)
{
	const char *const reference[] = {"abcdefgh"};
	const struct people *en = people_find("en");
	char out[14];

	assert_int_equal(
	    people_write(en, PEOPLE_REFERENCE, reference, out, sizeof out), 19);
	assert_string_equal(out, "Reference: ab");
	assert_int_equal(
	    people_write(en, PEOPLE_REFERENCE, reference, out, 0), 19);
}

/* An argument is never read as a text. */
static void
an_argument_is_no_place_for_another(void **state)
{
	const char *const reference[] = {"%1%2%n"};
	char out[32];

	people_write(
	    people_find("en"), PEOPLE_REFERENCE, reference, out, sizeof out);
	assert_string_equal(out, "Reference: %1%2%n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_language_has_each_text),
	    cmocka_unit_test(a_prompt_ends_where_the_answer_begins),
	    cmocka_unit_test(the_time_is_a_line),
	    cmocka_unit_test(a_language_is_found_by_its_code),
	    cmocka_unit_test(what_does_not_fit_is_cut_and_counted),
	    cmocka_unit_test(an_argument_is_no_place_for_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
