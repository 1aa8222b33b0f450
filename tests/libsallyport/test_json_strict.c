/* SPDX-License-Identifier: Apache-2.0 */
/* What is counted before jansson recurses: brackets that open something, not
 * those in strings. */
#include <stdbool.h>
#include <string.h>

#include "libsallyport/json_strict.h"
#include "tests/support/unit.h"

static const struct {
	const char *text;
	bool is_taken;
} rows[] = {
    {"{}", true},
    {"[]", false},
    {"", false},
    {"{\"a\":[[[[[[[]]]]]]]}", true}, /* eight levels */
    {"{\"a\":[[[[[[[[]]]]]]]]}", false},
    {"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}", true},
    {"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}",
	false},
    /* one beside the other is not deep */
    {"{\"a\":[[],[],[],[],[],[],[],[],[],[]]}", true},
    {"{\"a\":[{},{},{},{},{},{},{},{},{},{}]}", true},
    {"{\"a\":\"[[[[[[[[[[\"}", true},
    {"{\"a\":\"{{{{{{{{{{\"}", true},
    {"{\"[[[[[[[[[[\":1}", true},
    {"{\"a\":\"\\\"[[[[[[[[[[\"}", true},
    {"{\"a\":\"\\\\\",\"b\":[[[[[[[[]]]]]]]]}", false},
    /* closing more than was open makes no room for more */
    {"]]]]]]]]{\"a\":1}", false},
    {"{\"a\":1,\"a\":1}", false},
    {"{\"a\":1}x", false},
};

static void
depth_is_that_of_what_is_open(void **state)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		json_t *object =
		    json_strict_object(rows[i].text, strlen(rows[i].text));

		if ((object != NULL) != rows[i].is_taken)
			fail_msg("%s", rows[i].text);
		json_decref(object);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(depth_is_that_of_what_is_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
