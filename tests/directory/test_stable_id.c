/* SPDX-License-Identifier: Apache-2.0 */
/* Stable ids.  What an answer means is tested with real ones:
 * test_hostile_ldap.c, test_slapd.c. */
#include <string.h>

#include "gatewayd/directory/stable_id.h"
#include "tests/support/unit.h"

static void
assert_subject(
    const char *attribute, const void *value, size_t size, const char *expected)
{
	char out[SUBJECT_MAX + 1] = "";
	int result = stable_id(attribute, value, size, out);

	assert_int_equal(result, expected != NULL ? 0 : -1);
	if (expected != NULL)
		assert_string_equal(out, expected);
}

static void
an_object_guid_is_written_as_windows_writes_it(void **state)
{
	static const uint8_t guid[] = {0x04, 0x03, 0x02, 0x01, 0x06, 0x05, 0x08,
	    0x07, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0xff};

	assert_subject(
	    "objectGUID", guid, 16, "01020304-0506-0708-090a-0b0c0d0e0fff");
	assert_subject(
	    "objectguid", guid, 16, "01020304-0506-0708-090a-0b0c0d0e0fff");
	assert_subject("objectGUID", guid, 15, NULL);
	assert_subject("objectGUID", guid, 0, NULL);
	assert_subject(
	    "objectGUID", "01020304-0506-0708-090a-0b0c0d0e0fff", 36, NULL);
}

static void
an_entry_uuid_has_one_spelling(void **state)
{
	static const char good[] = "0A1b2C3d-0000-4000-8000-00000000000f";

	assert_subject(
	    "entryUUID", good, 36, "0a1b2c3d-0000-4000-8000-00000000000f");
	assert_subject("entryUUID", good, 35, NULL);
	assert_subject(
	    "entryUUID", "0a1b2c3d-0000-4000-8000-00000000000f ", 37, NULL);
	for (size_t i = 0; i < 36; i++) {
		char bad[37];

		memcpy(bad, good, sizeof bad);
		bad[i] = 'g';
		assert_subject("entryUUID", bad, 36, NULL);
		bad[i] = '\0';
		assert_subject("entryUUID", bad, 36, NULL);
	}
}

static void
a_389_unique_id_has_one_spelling(void **state)
{
	assert_subject("nsUniqueId", "907FE49f-eaa511f1-9860d1ba-65dfe268", 35,
	    "907fe49f-eaa511f1-9860d1ba-65dfe268");
	assert_subject(
	    "nsuniqueid", "907fe49f-eaa511f1-9860d1ba-65dfe26", 34, NULL);
	assert_subject(
	    "nsUniqueId", "907fe49f-eaa511f1-9860d1ba-65dfe26g", 35, NULL);
	assert_subject(
	    "nsUniqueId", "907fe49f-eaa5-11f1-9860-d1ba65dfe268", 36, NULL);
}

static void
any_other_id_is_printable_and_bounded(void **state)
{
	char longest[SUBJECT_MAX + 2];

	memset(longest, 'x', sizeof longest);
	assert_subject("employeeNumber", "4711", 4, "4711");
	assert_subject("employeeNumber", "", 0, NULL);
	assert_subject("employeeNumber", "47 11", 5, NULL);
	assert_subject("employeeNumber", "4711\0", 5, NULL);
	assert_subject("employeeNumber", "47\x7f", 3, NULL);
	assert_subject("employeeNumber", "\xc3\xa9", 2, NULL);
	assert_subject("employeeNumber", longest, SUBJECT_MAX + 1, NULL);
	longest[SUBJECT_MAX] = '\0';
	assert_subject("employeeNumber", longest, SUBJECT_MAX, longest);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_object_guid_is_written_as_windows_writes_it),
	    cmocka_unit_test(an_entry_uuid_has_one_spelling),
	    cmocka_unit_test(a_389_unique_id_has_one_spelling),
	    cmocka_unit_test(any_other_id_is_printable_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
