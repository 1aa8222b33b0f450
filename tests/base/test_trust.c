/* SPDX-License-Identifier: Apache-2.0 */
/* Who could have written what decides, and the way to it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/trust.h"
#include "tests/support/unit.h"

#define OTHER 61831

static char base[64];
static char why[TRUST_WHY];

static const char *
path_of(const char *name)
{
	static char path[4][256];
	static unsigned n;

	n = (n + 1) % 4;
	snprintf(path[n], sizeof path[n], "%s/%s", base, name);
	return path[n];
}

static void
make_file(const char *name)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static int
make(void **state)
{
	snprintf(base, sizeof base, "/tmp/sallyport-trust-XXXXXX");
	assert_non_null(mkdtemp(base));
	assert_int_equal(mkdir(path_of("etc"), 0755), 0);
	assert_int_equal(mkdir(path_of("etc/deep"), 0755), 0);
	make_file("etc/deep/file");
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

static int
undo(void **state)
{
	return nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
assert_trusted(const char *name)
{
	if (trust_path(path_of(name), why) != 0)
		fail_msg("%s", why);
}

static void
assert_refused(const char *name, const char *place, const char *mends)
{
	char wanted[512];

	assert_int_equal(trust_path(path_of(name), why), -1);
	snprintf(wanted, sizeof wanted, "%s %s", mends, path_of(place));
	if (strstr(why, wanted) == NULL)
		fail_msg("wanted %s\ngot %s", wanted, why);
}

static void
each_part_of_the_way_counts(void **state)
{
	static const char *const parts[] = {
	    "etc/deep/file", "etc/deep", "etc", ""};
	static const mode_t bad[] = {0020, 0002, 0022};

	assert_trusted("etc/deep/file");
	for (size_t i = 0; i < 3; i++)
		for (size_t b = 0; b < 3; b++) {
			chmod(path_of(parts[i]), 0700 | bad[b]);
			assert_refused("etc/deep/file", parts[i], "chmod go-w");
			assert_non_null(strstr(why, "(owner 0, mode 07"));
			chmod(path_of(parts[i]), 0700);
			assert_trusted("etc/deep/file");
			assert_int_equal(chown(path_of(parts[i]), OTHER, 0), 0);
			assert_refused(
			    "etc/deep/file", parts[i], "chown -h root");
			assert_non_null(strstr(why, "uid 61831"));
			assert_int_equal(chown(path_of(parts[i]), 0, 0), 0);
		}
}

/* In /tmp nobody replaces what belongs to another; /tmp itself is on the way
 * here. */
static void
a_sticky_folder_may_be_on_the_way_and_a_sticky_file_is_none(void **state)
{
	chmod(path_of("etc"), 01777);
	assert_trusted("etc/deep/file");
	chmod(path_of("etc/deep/file"), 01666);
	assert_refused("etc/deep/file", "etc/deep/file", "chmod go-w");
	chmod(path_of("etc/deep/file"), 0644);
	/* a sticky folder of somebody else is his */
	assert_int_equal(chown(path_of("etc"), OTHER, 0), 0);
	assert_refused("etc/deep/file", "etc", "chown -h root");
}

static void
links_are_followed_and_each_place_of_one_counts(void **state)
{
	assert_int_equal(mkdir(path_of("open"), 0777), 0);
	chmod(path_of("open"), 0777);
	assert_int_equal(symlink("../etc/deep", path_of("open/middle")), 0);
	assert_int_equal(
	    symlink(path_of("open/middle"), path_of("etc/link")), 0);
	/* both ends are root's; the middle is not */
	assert_refused("etc/link/file", "open", "chmod go-w");
	chmod(path_of("open"), 0755);
	assert_trusted("etc/link/file");
	assert_int_equal(lchown(path_of("open/middle"), OTHER, 0), 0);
	assert_refused("etc/link/file", "open/middle", "chown -h root");
	assert_int_equal(symlink("self", path_of("etc/self")), 0);
	assert_int_equal(trust_path(path_of("etc/self"), why), -1);
	assert_non_null(strstr(why, "Too many levels"));
}

static void
dots_and_slashes_lead_where_they_lead(void **state)
{
	assert_int_equal(mkdir(path_of("open"), 0777), 0);
	chmod(path_of("open"), 0777);
	assert_trusted("etc//./deep/../deep/file");
	assert_refused("etc/../open/../etc/deep/file", "open", "chmod go-w");
	assert_int_equal(chdir(path_of("etc")), 0);
	assert_int_equal(trust_path("deep/file", why), 0);
	chmod(path_of("etc"), 0777);
	assert_int_equal(trust_path("deep/file", why), -1);
	assert_int_equal(chdir("/"), 0);
}

static void
what_is_not_there_is_not_trusted(void **state)
{
	char *long_path = malloc(10000);

	assert_int_equal(trust_path(path_of("etc/nothing/here"), why), -1);
	assert_int_equal(errno, ENOENT);
	assert_non_null(strstr(why, "/etc/nothing: No such file"));
	assert_non_null(long_path);
	memset(long_path, 'x', 9999);
	long_path[0] = '/';
	long_path[9999] = '\0';
	assert_int_equal(trust_path(long_path, why), -1);
	free(long_path);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make, undo)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(each_part_of_the_way_counts),
	    TEST(a_sticky_folder_may_be_on_the_way_and_a_sticky_file_is_none),
	    TEST(links_are_followed_and_each_place_of_one_counts),
	    TEST(dots_and_slashes_lead_where_they_lead),
	    TEST(what_is_not_there_is_not_trusted),
	};

	if (geteuid() != 0)
		return 0; /* whose a file is only root can change */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
