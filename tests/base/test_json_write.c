/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <jansson.h>

#include "lib/base/json_write.h"
#include "lib/base/utf8.h"
#include "tests/support/unit.h"

static void
assert_text(struct json_write *w, const char *expected)
{
	size_t len;

	assert_int_equal(json_write_finish(w, &len), 0);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(w->buf, expected, len);
}

static void
keys_stay_in_order_and_levels_get_commas(void **state)
{
	struct json_write w;
	char buf[256];

	json_write_init(&w, buf, sizeof buf);
	json_write_object(&w, NULL);
	json_write_string(&w, "z", "last");
	json_write_array(&w, "list");
	json_write_int(&w, NULL, INT64_MIN);
	json_write_uint(&w, NULL, UINT64_MAX);
	json_write_object(&w, NULL);
	json_write_object_end(&w);
	json_write_array(&w, NULL);
	json_write_array_end(&w);
	json_write_array_end(&w);
	json_write_bool(&w, "a", 1);
	json_write_bool(&w, "b", 0);
	json_write_hex(&w, "h", "\x00\xff", 2);
	json_write_int(&w, "n", 0);
	json_write_null(&w, "o");
	json_write_object_end(&w);
	assert_text(&w, "{\"z\":\"last\",\"list\":[-9223372036854775808,"
			"18446744073709551615,{},[]],\"a\":true,\"b\":false,"
			"\"h\":\"00ff\",\"n\":0,\"o\":null}");
}

static void
assert_escaped(const char *bytes, size_t len, const char *expected)
{
	struct json_write w;
	char buf[256];

	json_write_init(&w, buf, sizeof buf);
	json_write_bytes(&w, NULL, bytes, len);
	assert_text(&w, expected);
}

#define ESCAPES(bytes, expected) \
	assert_escaped(bytes, sizeof bytes - 1, "\"" expected "\"")

static void
dangerous_characters_are_escaped(void **state)
{
	ESCAPES("plain ~", "plain ~");
	ESCAPES("x\"}\n{\"", "x\\\"}\\u000a{\\\"");
	ESCAPES("\\x41", "\\\\x41");
	ESCAPES("\x1b[2J\x7f", "\\u001b[2J\\u007f");
	ESCAPES("\xc2\x9b", "\\u009b");
	ESCAPES("\xe2\x80\xa8\xe2\x80\xa9", "\\u2028\\u2029");
	ESCAPES("\xe2\x80\xae", "\\u202e");
	ESCAPES("\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c", "\\u2066\\u2069\\u061c");
	ESCAPES("\xf3\xa0\x81\x81", "\\udb40\\udc41");
	ESCAPES("\xc3\xa9\xf0\x9f\x94\x91", "\xc3\xa9\xf0\x9f\x94\x91");
}

static void
bytes_that_are_no_text_become_visible(void **state)
{
	ESCAPES("a\0b", "a\\\\x00b");
	ESCAPES("\xff\xfe", "\\\\xff\\\\xfe");
	ESCAPES("\xc0\xaf", "\\\\xc0\\\\xaf");		  /* overlong */
	ESCAPES("\xed\xa0\x80", "\\\\xed\\\\xa0\\\\x80"); /* surrogate */
	ESCAPES("\xf4\x90\x80\x80", "\\\\xf4\\\\x90\\\\x80\\\\x80");
	ESCAPES("\xe2\x80", "\\\\xe2\\\\x80"); /* cut short */
	ESCAPES("\x80", "\\\\x80");
	assert_false(utf8_is_text("a\0b", 3));
	assert_false(utf8_is_text("\xe2\x80", 2));
	assert_true(utf8_is_text("\xe2\x80\xa8z", 4));
}

/* Whatever the bytes, a reader gets one string on one line. */
static void
random_bytes_always_parse(void **state)
{
	struct json_write w;
	char bytes[64], buf[64 * 6 + 2];
	size_t len;

	srand(7);
	for (int round = 0; round < 20000; round++) {
		size_t n = (size_t)rand() % sizeof bytes;
		json_t *value;

		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)rand();
		json_write_init(&w, buf, sizeof buf);
		json_write_bytes(&w, NULL, bytes, n);
		assert_int_equal(json_write_finish(&w, &len), 0);
		assert_null(memchr(buf, '\n', len));
		value = json_loadb(
		    buf, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(value);
		if (utf8_is_text(bytes, n)) {
			assert_int_equal(json_string_length(value), n);
			assert_memory_equal(json_string_value(value), bytes, n);
		}
		json_decref(value);
	}
}

static void
write_sample(struct json_write *w)
{
	json_write_object(w, NULL);
	json_write_string(w, "key", "va\tl\xff");
	json_write_array(w, "n");
	json_write_int(w, NULL, 12345);
	json_write_array_end(w);
	json_write_object_end(w);
}

static void
every_short_buffer_is_an_error_and_stays_unharmed(void **state)
{
	static const char expected[] =
	    "{\"key\":\"va\\u0009l\\\\xff\",\"n\":[12345]}";
	const size_t need = sizeof expected - 1;
	struct json_write w;
	size_t len;

	for (size_t size = 0; size < need; size++) {
		char *buf = malloc(size + 1);

		assert_non_null(buf);
		buf[size] = '#';
		json_write_init(&w, buf, size);
		write_sample(&w);
		assert_int_equal(json_write_finish(&w, &len), -1);
		assert_int_equal(buf[size], '#');
		free(buf);
	}
	char buf[sizeof expected - 1];

	json_write_init(&w, buf, sizeof buf);
	write_sample(&w);
	assert_text(&w, expected);
}

static void
calls_that_do_not_nest_are_errors(void **state)
{
	struct json_write w;
	char buf[128];
	size_t len;

	json_write_init(&w, buf, sizeof buf);
	assert_int_equal(json_write_finish(&w, &len), -1); /* empty */
	json_write_init(&w, buf, sizeof buf);
	json_write_object(&w, NULL);
	assert_int_equal(json_write_finish(&w, &len), -1); /* open */
	json_write_init(&w, buf, sizeof buf);
	json_write_object(&w, NULL);
	json_write_array_end(&w);
	assert_int_equal(json_write_finish(&w, &len), -1); /* crossed */
	json_write_init(&w, buf, sizeof buf);
	json_write_object(&w, NULL);
	json_write_int(&w, NULL, 1); /* a key is missing */
	json_write_object_end(&w);
	assert_int_equal(json_write_finish(&w, &len), -1);
	json_write_init(&w, buf, sizeof buf);
	json_write_int(&w, NULL, 1);
	json_write_int(&w, NULL, 1); /* a second text */
	assert_int_equal(json_write_finish(&w, &len), -1);
	json_write_init(&w, buf, sizeof buf);
	for (int i = 0; i < JSON_WRITE_DEPTH_MAX + 1; i++)
		json_write_array(&w, NULL);
	for (int i = 0; i < JSON_WRITE_DEPTH_MAX + 1; i++)
		json_write_array_end(&w);
	assert_int_equal(json_write_finish(&w, &len), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_stay_in_order_and_levels_get_commas),
	    cmocka_unit_test(dangerous_characters_are_escaped),
	    cmocka_unit_test(bytes_that_are_no_text_become_visible),
	    cmocka_unit_test(random_bytes_always_parse),
	    cmocka_unit_test(every_short_buffer_is_an_error_and_stays_unharmed),
	    cmocka_unit_test(calls_that_do_not_nest_are_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
