/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a configuration, as roles are given them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/parent/files.h"
#include "tests/support/unit.h"

static struct files files;

static int
tear_down(void **state)
{
	files_close(&files);
	memset(&files, 0, sizeof files);
	return 0;
}

static void
assert_opens(const char *path, const char *wanted)
{
	char text[64] = "";
	int fd = files_open(&files, path);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, text, sizeof text - 1), strlen(wanted));
	assert_string_equal(text, wanted);
	assert_int_equal(write(fd, "x", 1), -1);
	close(fd);
}

static void
each_is_opened_from_its_beginning(void **state)
{
	assert_int_equal(files_keep(&files, "/ca.pem", "one", 3, false), 0);
	assert_int_equal(files_keep(&files, "/key.pem", "two", 3, true), 0);
	for (int i = 0; i < 2; i++) {
		assert_opens("/ca.pem", "one");
		assert_opens("/key.pem", "two");
	}
	assert_int_equal(files_open(&files, "/other"), -1);
	assert_int_equal(errno, ENOENT);
}

/* Several parts of a configuration may name it. */
static void
a_second_copy_of_a_name_changes_nothing(void **state)
{
	assert_int_equal(files_keep(&files, "/ca.pem", "one", 3, false), 0);
	assert_int_equal(files_keep(&files, "/ca.pem", "two", 3, false), 0);
	assert_int_equal(files.count, 1);
	assert_opens("/ca.pem", "one");
}

static void
more_than_a_configuration_has_are_refused(void **state)
{
	char path[CONF_PATH + 1];

	memset(path, 'x', sizeof path);
	path[CONF_PATH] = '\0';
	assert_int_equal(files_keep(&files, path, "", 0, false), -1);
	assert_int_equal(errno, EMFILE);
	for (size_t i = 0; i < FILES_KEPT; i++) {
		snprintf(path, sizeof path, "/%zu", i);
		assert_int_equal(files_keep(&files, path, "x", 1, false), 0);
	}
	assert_int_equal(files_keep(&files, "/more", "x", 1, false), -1);
	assert_int_equal(errno, EMFILE);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(each_is_opened_from_its_beginning),
	    TEST(a_second_copy_of_a_name_changes_nothing),
	    TEST(more_than_a_configuration_has_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
