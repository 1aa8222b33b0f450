/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/base64url.h"

#include <string.h>

#include "tests/support/unit.h"

/* RFC 4648 section 10, without padding; RFC 7515 appendix C. */
static const struct {
	const char *plain;
	size_t len;
	const char *coded;
} vectors[] = {
    {"", 0, ""},
    {"f", 1, "Zg"},
    {"fo", 2, "Zm8"},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg"},
    {"fooba", 5, "Zm9vYmE"},
    {"foobar", 6, "Zm9vYmFy"},
    {"\x03\xec\xff\xe0\xc1", 5, "A-z_4ME"},
};

static void
vectors_go_both_ways(void **state)
{
	char text[16];
	char plain[16];

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		size_t coded = strlen(vectors[i].coded);

		assert_int_equal(base64url_encode(vectors[i].plain,
				     vectors[i].len, text, sizeof text),
		    coded);
		assert_memory_equal(text, vectors[i].coded, coded);
		assert_int_equal(base64url_decode(vectors[i].coded, coded,
				     plain, sizeof plain),
		    vectors[i].len);
		assert_memory_equal(plain, vectors[i].plain, vectors[i].len);
	}
}

static void
every_other_spelling_is_refused(void **state)
{
	static const char *const bad[] = {"Zg==", "Zh", "Zm9", "Z", "Zm9vY",
	    "Zm9v ", " Zm9v", "Zm9v\n", "Zm+v", "Zm/v", "Zm.v", "Zm\xc3v",
	    "Zm9vYmF"};
	char out[16];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		if (base64url_decode(bad[i], strlen(bad[i]), out, sizeof out) >=
		    0)
			fail_msg("taken: %s", bad[i]);
	assert_int_equal(base64url_decode("Zg\0A", 4, out, sizeof out), -1);
}

static void
buffers_are_never_overrun(void **state)
{
	char out[4] = "___";

	assert_int_equal(base64url_encode("foo", 3, out, 3), -1);
	assert_int_equal(base64url_decode("Zm9v", 4, out, 2), -1);
	assert_string_equal(out, "___");
	assert_int_equal(base64url_encode("foo", SIZE_MAX, out, 3), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(vectors_go_both_ways),
	    cmocka_unit_test(every_other_spelling_is_refused),
	    cmocka_unit_test(buffers_are_never_overrun),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
