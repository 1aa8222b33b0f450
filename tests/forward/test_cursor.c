/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/forward/cursor.h"
#include "tests/record/log_fixture.h"
#include "tests/support/unit.h"

static void
a_cursor_is_what_was_saved(void **state)
{
	struct log_fixture f;
	uint64_t sequence = 7;

	log_fixture_open(&f);
	assert_int_equal(cursor_load(f.dir, "siem", &sequence), 0);
	assert_int_equal(sequence, 0);
	for (uint64_t i = 1; i < 999999999999ULL; i = i * 10 + 3) {
		assert_int_equal(cursor_save(f.dir, "siem", i), 0);
		assert_int_equal(cursor_load(f.dir, "siem", &sequence), 0);
		assert_int_equal(sequence, i);
	}
	assert_int_equal(cursor_load(f.dir, "other", &sequence), 0);
	assert_int_equal(sequence, 0);
	assert_int_equal(faccessat(f.dir, "siem.cursor.new", F_OK, 0), -1);
	log_fixture_close(&f);
}

static void
another_file_is_no_cursor(void **state)
{
	static const char *const bad[] = {"", "sequence", "sequence \n",
	    "sequence 5", "sequence 5\n\n", "sequence -5\n", "sequence 5x\n",
	    "Sequence 5\n", "sequence 99999999999999999999999\n", " \n"};
	struct log_fixture f;
	uint64_t sequence;

	log_fixture_open(&f);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		log_fixture_put(&f, "siem.cursor", bad[i], strlen(bad[i]));
		errno = 0;
		assert_int_equal(cursor_load(f.dir, "siem", &sequence), -1);
		assert_int_equal(errno, EBADMSG);
	}
	log_fixture_close(&f);
}

static void
a_cursor_of_a_later_release_is_known_as_one(void **state)
{
	static const char later[] = "cursor 7\nsequence 5\n";
	struct log_fixture f;
	uint64_t found;

	log_fixture_open(&f);
	log_fixture_put(&f, "siem.cursor", later, strlen(later));
	assert_int_equal(cursor_load(f.dir, "siem", &found), -1);
	assert_int_equal(errno, ENOTSUP);
	assert_int_equal(found, 7);
	log_fixture_close(&f);
}

static void
names_cannot_lead_elsewhere(void **state)
{
	assert_true(cursor_name_ok("siem-1_a"));
	assert_false(cursor_name_ok(""));
	assert_false(cursor_name_ok("../x"));
	assert_false(cursor_name_ok("a/b"));
	assert_false(cursor_name_ok("a.b"));
	assert_false(cursor_name_ok(
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "aa"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cursor_is_what_was_saved),
	    cmocka_unit_test(another_file_is_no_cursor),
	    cmocka_unit_test(a_cursor_of_a_later_release_is_known_as_one),
	    cmocka_unit_test(names_cannot_lead_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
