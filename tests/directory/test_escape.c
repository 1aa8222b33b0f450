/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "gatewayd/directory/escape.h"
#include "tests/support/unit.h"

/* RFC 4515 section 3, read back: every byte of an assertion value. */
static size_t
unescape(const char *s, uint8_t *out)
{
	size_t n = 0;

	while (*s != '\0') {
		assert_null(strchr("()*", *s));
		if (*s == '\\') {
			char hex[3] = {s[1], s[1] != '\0' ? s[2] : '\0', '\0'};
			char *end;

			out[n++] = (uint8_t)strtoul(hex, &end, 16);
			assert_ptr_equal(end, hex + 2);
			s += 3;
		} else {
			assert_in_range(*s, ' ' + 1, '~');
			out[n++] = (uint8_t)*s++;
		}
	}
	return n;
}

static void
assert_literal(const uint8_t *value, size_t size)
{
	char out[4096];
	uint8_t back[2048];

	assert_int_equal(escape_filter(value, size, out, sizeof out), 0);
	assert_int_equal(unescape(out, back), size);
	assert_memory_equal(back, value, size);
}

static void
every_byte_reads_back_as_itself(void **state)
{
	for (int c = 0; c < 256; c++) {
		uint8_t one = (uint8_t)c;
		uint8_t between[] = {'a', (uint8_t)c, 'b'};

		assert_literal(&one, 1);
		assert_literal(between, sizeof between);
	}
}

static void
every_pair_of_bytes_reads_back_as_itself(void **state)
{
	for (int c = 0; c < 65536; c++) {
		uint8_t two[] = {(uint8_t)(c >> 8), (uint8_t)c};

		assert_literal(two, sizeof two);
	}
}

static void
only_letters_and_digits_stay(void **state)
{
	for (int c = 0; c < 256; c++) {
		char one = (char)c, out[8];
		size_t size;

		assert_int_equal(escape_filter(&one, 1, out, sizeof out), 0);
		size = c != 0 && strchr("abcdefghijklmnopqrstuvwxyz"
					"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
				     c) != NULL
			   ? 1
			   : 3;
		assert_int_equal(strlen(out), size);
	}
}

static void
injections_stay_one_value(void **state)
{
	static const char *const values[] = {"*)(uid=*", ")(|(a=*", "\\00", "*",
	    "a*", "alice)(objectClass=*", "\\2a", "(", "&", "|!"};
	char out[512];

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
		assert_literal((const uint8_t *)values[i], strlen(values[i]));
	assert_int_equal(escape_match("person", "uid",
			     (struct bytes){"*)(uid=*", 8}, out, sizeof out),
	    0);
	assert_string_equal(
	    out, "(&(objectClass=person)(uid=\\2a\\29\\28uid\\3d\\2a))");
}

static void
what_does_not_fit_is_an_error_and_writes_nothing_past_the_end(void **state)
{
	for (size_t size = 0; size < 7; size++) {
		char *out = malloc(size + 1);

		assert_non_null(out);
		out[size] = '#';
		assert_int_equal(escape_filter("((", 2, out, size), -1);
		assert_int_equal(out[size], '#');
		if (size > 0)
			assert_int_equal(out[0], '\0');
		free(out);
	}
	char out[8];

	assert_int_equal(escape_filter("((", 2, out, 7), 0);
	assert_int_equal(escape_filter("", 0, out, sizeof out), -1);
}

static void
attribute_and_class_are_names_only(void **state)
{
	static const char *const bad[] = {
	    "", "uid)", "uid=", "a b", "uid*", "uid;lang-en", "\xc3\xa9"};
	char out[256];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(escape_match("person", bad[i],
				     (struct bytes){"x", 1}, out, sizeof out),
		    -1);
		assert_string_equal(out, "");
		if (i > 0)
			assert_int_equal(
			    escape_match(bad[i], "uid", (struct bytes){"x", 1},
				out, sizeof out),
			    -1);
	}
	assert_int_equal(escape_match("", "member", (struct bytes){"cn=a,b", 6},
			     out, sizeof out),
	    0);
	assert_string_equal(out, "(member=cn\\3da\\2cb)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_byte_reads_back_as_itself),
	    cmocka_unit_test(every_pair_of_bytes_reads_back_as_itself),
	    cmocka_unit_test(only_letters_and_digits_stay),
	    cmocka_unit_test(injections_stay_one_value),
	    cmocka_unit_test(
		what_does_not_fit_is_an_error_and_writes_nothing_past_the_end),
	    cmocka_unit_test(attribute_and_class_are_names_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
