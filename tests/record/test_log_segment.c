/* SPDX-License-Identifier: Apache-2.0 */
/* Which files of a directory are a log's: whoever can write there may put
 * others beside them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/record/log_segment.h"
#include "tests/support/unit.h"

static const struct {
	const char *name;
	uint64_t first; /* 0: it is no segment */
} names[] = {
    {"000000000001.log", 1},
    {"000000001024.log", 1024},
    {"999999999999.log", LOG_SEGMENT_SEQUENCE_MAX},
    {"000000000000.log", 0},
    {"00000000001.log", 0},
    {"0000000000001.log", 0},
    {"000000000002.lo", 0},
    {"000000000002.lod", 0},
    {"000000000002.head", 0},
    {"000000000002.logs", 0},
    {"00000000000a.log", 0},
    {"00000000000:.log", 0},
    {"00000000000-.log", 0},
    {"+00000000002.log", 0},
    {" 00000000002.log", 0},
    {".log", 0},
};
#define NAMES (sizeof names / sizeof names[0])

static void
only_names_of_twelve_digits_are_segments(void **state)
{
	for (size_t i = 0; i < NAMES; i++) {
		char path[] = "/tmp/sallyport-log-XXXXXX";
		struct log_segments list;
		int dir, fd;

		assert_non_null(mkdtemp(path));
		dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		assert_true(dir >= 0);
		fd = openat(dir, names[i].name, O_WRONLY | O_CREAT, 0600);
		if (fd >= 0)
			close(fd);
		assert_int_equal(log_segment_list(dir, &list), 0);
		if (list.count != (names[i].first != 0) ||
		    (list.count > 0 && list.first[0] != names[i].first))
			fail_msg("%s", names[i].name);
		log_segment_list_free(&list);
		unlinkat(dir, names[i].name, 0);
		close(dir);
		assert_int_equal(rmdir(path), 0);
	}
}

static void
a_segment_has_a_name_of_twelve_digits(void **state)
{
	char name[LOG_SEGMENT_NAME_SIZE];

	assert_int_equal(log_segment_name(0, name), -1);
	assert_int_equal(
	    log_segment_name(LOG_SEGMENT_SEQUENCE_MAX + 1, name), -1);
	assert_int_equal(log_segment_name(LOG_SEGMENT_SEQUENCE_MAX, name), 0);
	assert_string_equal(name, "999999999999.log");
	assert_int_equal(log_segment_name(1, name), 0);
	assert_string_equal(name, "000000000001.log");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_names_of_twelve_digits_are_segments),
	    cmocka_unit_test(a_segment_has_a_name_of_twelve_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
