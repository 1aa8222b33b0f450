/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "gatewayd/directory/sid.h"
#include "tests/support/unit.h"

/* S-1-5-21-1-2-4294967295-1105, as Active Directory sends it */
static const uint8_t alice[] = {1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0,
    2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x51, 4, 0, 0};

static void
the_primary_group_is_of_the_accounts_domain(void **state)
{
	char out[SID_TEXT_MAX];

	assert_int_equal(sid_of_group(alice, sizeof alice, 513, out), 0);
	assert_string_equal(out, "S-1-5-21-1-2-4294967295-513");
}

static void
what_is_no_sid_of_an_account_is_refused(void **state)
{
	uint8_t longest[8 + 4 * 16], bad[sizeof alice];
	char out[SID_TEXT_MAX];

	for (size_t size = 0; size < sizeof alice; size++)
		assert_int_equal(sid_of_group(alice, size, 513, out), -1);
	memcpy(bad, alice, sizeof bad);
	bad[0] = 2;
	assert_int_equal(sid_of_group(bad, sizeof bad, 513, out), -1);
	memcpy(bad, alice, sizeof bad);
	bad[1] = 4;
	assert_int_equal(sid_of_group(bad, sizeof bad, 513, out), -1);
	bad[1] = 1;
	assert_int_equal(sid_of_group(bad, 12, 513, out), -1);
	assert_int_equal(sid_of_group(alice, sizeof alice, 0, out), -1);
	memset(longest, 0xff, sizeof longest);
	longest[0] = 1;
	longest[1] = 15;
	assert_int_equal(sid_of_group(longest, 8 + 4 * 15, UINT32_MAX, out), 0);
	longest[1] = 16;
	assert_int_equal(
	    sid_of_group(longest, sizeof longest, UINT32_MAX, out), -1);
}

static void
a_primary_group_is_a_number(void **state)
{
	static const char *const bad[] = {"", "0", "-1", "+513", "513 ", "5l3",
	    "4294967296", "99999999999999999999999"};
	uint32_t n = 0;

	assert_int_equal(sid_number("513", 3, &n), 0);
	assert_int_equal(n, 513);
	assert_int_equal(sid_number("4294967295", 10, &n), 0);
	assert_int_equal(n, UINT32_MAX);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(sid_number(bad[i], strlen(bad[i]), &n), -1);
	assert_int_equal(n, UINT32_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_primary_group_is_of_the_accounts_domain),
	    cmocka_unit_test(what_is_no_sid_of_an_account_is_refused),
	    cmocka_unit_test(a_primary_group_is_a_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
