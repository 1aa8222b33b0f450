/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "pam_module/show.h"
#include "tests/support/unit.h"

static void
assert_shown(const char *text, const char *expected)
{
	char out[64];

	assert_int_equal(show_clean(out, sizeof out, text), strlen(expected));
	assert_string_equal(out, expected);
}

static void
text_stays_as_it_is(void **state)
{
	assert_shown("", "");
	assert_shown("Password: ", "Password: ");
	assert_shown("two\nlines ~!", "two\nlines ~!");
	assert_shown("\xc3\xa9\xe2\x96\x80\xf0\x9f\x94\x91",
	    "\xc3\xa9\xe2\x96\x80\xf0\x9f\x94\x91");
}

static void
what_drives_a_terminal_does_not_get_there(void **state)
{
	for (int c = 1; c < 0x20; c++) {
		const char text[] = {'a', (char)c, 'b', '\0'};

		assert_shown(text, c == '\n' ? "a\nb" : "a?b");
	}
	assert_shown("\x7f", "?");
	assert_shown("\x1b]52;c;eA==\x07", "?]52;c;eA==?");
	assert_shown("\xc2\x9b"
		     "2J",
	    "?2J"); /* C1 CSI */
	assert_shown("\xe2\x80\xae"
		     "evil",
	    "?evil"); /* RLO */
	assert_shown("\xe2\x81\xa6x\xe2\x81\xa9", "?x?");
	assert_shown("\xe2\x80\xa8", "?"); /* line separator */
}

static void
bytes_that_are_no_text_do_not_get_there(void **state)
{
	assert_shown("\xff\xfe", "??");
	assert_shown("\xc0\xaf", "??");		  /* overlong */
	assert_shown("\xed\xa0\x80", "???");	  /* surrogate */
	assert_shown("\xf4\x90\x80\x80", "????"); /* above U+10FFFF */
	assert_shown("\x9b"
		     "2J",
	    "?2J");
	assert_shown("cut \xe2\x82", "cut ??");
}

static void
it_ends_at_a_characters_end(void **state)
{
	static const char text[] = "ab\xc3\xa9\xe2\x82\xac\x01z";
	static const size_t length[] = {0, 1, 2, 2, 4, 4, 4, 7, 8, 9, 9};
	char out[16];

	for (size_t size = 1; size <= 11; size++) {
		memset(out, '#', sizeof out);
		assert_int_equal(show_clean(out, size, text), length[size - 1]);
		assert_int_equal(strlen(out), length[size - 1]);
		assert_int_equal(out[size], '#');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_stays_as_it_is),
	    cmocka_unit_test(what_drives_a_terminal_does_not_get_there),
	    cmocka_unit_test(bytes_that_are_no_text_do_not_get_there),
	    cmocka_unit_test(it_ends_at_a_characters_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
