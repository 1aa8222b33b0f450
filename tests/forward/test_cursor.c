/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/forward/cursor.h"
#include "tests/record/log_fixture.h"
#include "tests/support/unit.h"

static struct cursor_place
place(uint64_t sequence)
{
	struct cursor_place p = {.sequence = sequence};

	memset(p.leaf, (int)(sequence % 251) + 1, sizeof p.leaf);
	return p;
}

static void
a_cursor_is_what_was_saved(void **state)
{
	struct cursor c = {0}, read;
	struct cursor_place p;
	struct log_fixture f;
	unsigned format;

	log_fixture_open(&f);
	assert_int_equal(cursor_load(f.dir, "siem", &read, &format), 0);
	assert_int_equal(cursor_sequence(&read), 0);
	for (uint64_t i = 1; i < UINT64_MAX / 101; i += i / 3 + 1) {
		p = place(i);
		cursor_advance(&c, &p);
		assert_int_equal(cursor_save(f.dir, "siem", &c), 0);
		assert_int_equal(cursor_load(f.dir, "siem", &read, &format), 0);
		assert_int_equal(cursor_sequence(&read), i);
		assert_int_equal(read.count, c.count);
		assert_memory_equal(
		    read.place, c.place, c.count * sizeof c.place[0]);
	}
	assert_int_equal(cursor_load(f.dir, "other", &read, &format), 0);
	assert_int_equal(cursor_sequence(&read), 0);
	assert_int_equal(faccessat(f.dir, "siem.cursor.new", F_OK, 0), -1);
	log_fixture_close(&f);
}

/* Whatever the steps are: a log that went back by N records has a place not
 * further back than some times N and a step. */
static void
places_stand_at_distances_that_double(void **state)
{
	static const uint64_t steps[] = {1, 2, 7, 100};

	for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
		struct cursor c = {0};
		struct cursor_place p;
		uint64_t newest = 0;

		for (int i = 0; i < 20000; i++) {
			newest += steps[s];
			p = place(newest);
			cursor_advance(&c, &p);
		}
		assert_true(c.count <= 40);
		for (uint64_t back = 1; back < newest / 8; back += back) {
			size_t i = 0;

			while (
			    i < c.count && c.place[i].sequence + back > newest)
				i++;
			assert_true(i < c.count);
			assert_true(newest - c.place[i].sequence <=
				    4 * back + 2 * steps[s]);
		}
	}
}

static void
a_cursor_of_format_1_has_a_place_without_a_hash(void **state)
{
	static const uint8_t none[MERKLE_HASH_SIZE];
	struct log_fixture f;
	struct cursor c;
	unsigned format;

	log_fixture_open(&f);
	log_fixture_put(&f, "siem.cursor", "sequence 4711\n", 14);
	assert_int_equal(cursor_load(f.dir, "siem", &c, &format), 0);
	assert_int_equal(c.count, 1);
	assert_int_equal(cursor_sequence(&c), 4711);
	assert_memory_equal(c.place[0].leaf, none, sizeof none);
	log_fixture_put(&f, "siem.cursor", "sequence 0\n", 11);
	assert_int_equal(cursor_load(f.dir, "siem", &c, &format), 0);
	assert_int_equal(c.count, 0);
	log_fixture_close(&f);
}

#define LEAF "000102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"

/* as long as one */
#define NO_LEAF \
	"g00102030405060708090a0b0c0d0e0f000102030405060708090a0b0c0d0e0f"

static void
another_file_is_no_cursor(void **state)
{
	static const char *const bad[] = {"", "sequence", "sequence \n",
	    "sequence 5", "sequence 5\n\n", "sequence -5\n", "sequence 5x\n",
	    "Sequence 5\n", "sequence 99999999999999999999999\n", " \n",
	    "cursor 2", "cursor\n", "cursor \n", "cursor x\n", "cursor 2\n5\n",
	    "cursor 2\n5 \n", "cursor 2\n5 00\n", "cursor 2\n5 " LEAF,
	    "cursor 2\n5 " LEAF "\n\n", "cursor 2\n0 " LEAF "\n",
	    "cursor 2\n5 " LEAF "0\n", "cursor 2\n5  " LEAF "\n",
	    "cursor 2\n-5 " LEAF "\n", "cursor 2\n5 " LEAF "\n5 " LEAF "\n",
	    "cursor 2\n5 " LEAF "\n6 " LEAF "\n",
	    "cursor 2\n5 " LEAF "\nsequence 4\n", "cursor 2\n5 " NO_LEAF "\n",
	    "cursor 2\n: " LEAF "\n", "cursor 4294967298\n5 " LEAF "\n"};
	struct log_fixture f;
	struct cursor c;
	unsigned format;

	log_fixture_open(&f);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		log_fixture_put(&f, "siem.cursor", bad[i], strlen(bad[i]));
		errno = 0;
		if (cursor_load(f.dir, "siem", &c, &format) == 0)
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(errno, EBADMSG);
	}
	log_fixture_close(&f);
}

static void
more_places_than_there_may_be_are_refused(void **state)
{
	static char text[(CURSOR_PLACES + 1) * 80];
	size_t len = (size_t)snprintf(text, sizeof text, "cursor 2\n");
	struct log_fixture f;
	struct cursor c;
	unsigned format;

	log_fixture_open(&f);
	for (int i = CURSOR_PLACES + 1; i > 0; i--) {
		len += (size_t)snprintf(
		    text + len, sizeof text - len, "%d " LEAF "\n", i);
		if (i == 2)
			log_fixture_put(&f, "most.cursor", text, len);
	}
	log_fixture_put(&f, "siem.cursor", text, len);
	assert_int_equal(cursor_load(f.dir, "most", &c, &format), 0);
	assert_int_equal(c.count, CURSOR_PLACES);
	assert_int_equal(cursor_load(f.dir, "siem", &c, &format), -1);
	log_fixture_close(&f);
}

static void
a_cursor_of_a_later_release_is_known_as_one(void **state)
{
	static const char later[] = "cursor 7\nsequence 5\n";
	struct log_fixture f;
	struct cursor c;
	unsigned found;

	log_fixture_open(&f);
	log_fixture_put(&f, "siem.cursor", later, strlen(later));
	assert_int_equal(cursor_load(f.dir, "siem", &c, &found), -1);
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
	    cmocka_unit_test(places_stand_at_distances_that_double),
	    cmocka_unit_test(a_cursor_of_format_1_has_a_place_without_a_hash),
	    cmocka_unit_test(more_places_than_there_may_be_are_refused),
	    cmocka_unit_test(another_file_is_no_cursor),
	    cmocka_unit_test(a_cursor_of_a_later_release_is_known_as_one),
	    cmocka_unit_test(names_cannot_lead_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
