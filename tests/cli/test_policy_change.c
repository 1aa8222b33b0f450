/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"
#include "cli/nouns.h"
#include "lib/bundle/bundle.h"
#include "tests/cli/policy_site.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define KILLED 66

static bool no_exchange; /* a file system that cannot */
static time_t ahead;	 /* of the true time */

/* Killed at the n-th change of files; 0: never. */
static unsigned kill_at;

static void
change(void)
{
	if (kill_at > 0 && --kill_at == 0)
		_exit(KILLED);
}

/* libc's, but for what a test wants */
int
rename(const char *old, const char *new)
{
	change();
	return (int)syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, 0);
}

int
renameat(int olddir, const char *old, int newdir, const char *new)
{
	change();
	return (int)syscall(SYS_renameat2, olddir, old, newdir, new, 0);
}

int
symlink(const char *target, const char *link)
{
	change();
	return (int)syscall(SYS_symlinkat, target, AT_FDCWD, link);
}

int
mkdir(const char *path, mode_t mode)
{
	change();
	return (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int
fsync(int fd)
{
	change();
	return (int)syscall(SYS_fsync, fd);
}

int
renameat2(int olddir, const char *old, int newdir, const char *new,
    unsigned int flags)
{
	change();
	if (no_exchange && flags != 0) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_renameat2, olddir, old, newdir, new, flags);
}

/* Nobody waits for a gateway that never answers. */
int
usleep(useconds_t microseconds)
{
	return 0;
}

time_t
time(time_t *seconds_r)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (seconds_r != NULL)
		*seconds_r = t.tv_sec + ahead;
	return t.tv_sec + ahead;
}

static int
set_up(void **state)
{
	site_set_up(state);
	return mkdir(site_in_folder("state"), 0711);
}

static int
tear_down(void **state)
{
	kill_at = 0;
	no_exchange = false;
	ahead = 0;
	return site_tear_down(state);
}

static void
a_policy_takes_the_place_of_a_folder_that_nobody_signed(void **state)
{
	site_make("policy.d", "not signed");
	site_make_signed("a");
	site_apply("a");
	site_assert_done();
	site_assert_in_force("a");
	site_make_signed("b");
	site_apply("b");
	site_assert_done();
	site_assert_in_force("b");
	site_rollback();
	site_assert_done();
	site_assert_in_force("a");
}

static void
so_it_does_where_names_cannot_change_places(void **state)
{
	no_exchange = true;
	site_make("policy.d", "not signed");
	site_make_signed("a");
	site_apply("a");
	site_assert_done();
	site_assert_in_force("a");
	assert_false(site_is_there("policy.d.new"));
}

/* Killed when the folder had its link's name, and when there was a link. */
static void
what_a_killed_apply_left_is_no_obstacle(void **state)
{
	site_make_signed("a");
	site_make("policy.d.new", "not signed");
	site_apply("a");
	site_assert_done();
	site_assert_in_force("a");
	assert_false(site_is_there("policy.d.new"));
	assert_int_equal(symlink("nowhere", site_in_folder("policy.d.new")), 0);
	site_make_signed("b");
	site_apply("b");
	site_assert_done();
	site_assert_in_force("b");
}

/* It is applied, unless it was. */
static void
apply_again(const char *name)
{
	site_apply(name);
	if (site_run.status != 0)
		site_assert_said(1, "was applied already");
}

/* One of both, whole. */
static void
assert_old_or_new(const char *old, const char *new)
{
	char now[HASH_SHOWN], a[HASH_SHOWN], b[HASH_SHOWN], text[256];
	bool is_old;
	FILE *file;

	site_hash_of("policy.d", now);
	site_hash_of(old, a);
	site_hash_of(new, b);
	is_old = strcmp(now, a) == 0;
	assert_true(is_old || strcmp(now, b) == 0);
	file = fopen(site_in_folder("policy.d/one.policy"), "re");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof text, file));
	fclose(file);
	assert_memory_equal(text + 2, is_old ? old : new, 1);
}

/* Each time it is the old policy or the new one, and the next try does it. */
static void
an_apply_that_is_killed_anywhere_can_be_repeated(void **state)
{
	bool done = false;

	for (unsigned at = 1; !done; at++) {
		site_make_signed("a");
		site_apply("a");
		site_make_signed("b");
		kill_at = at;
		site_apply("b");
		kill_at = 0;
		done = site_run.status == 0;
		assert_true(done || site_run.status == KILLED);
		assert_old_or_new("a", "b");
		apply_again("b");
		site_assert_in_force("b");
		site_rollback();
		site_assert_done();
		site_assert_in_force("a");
		tear_down(state);
		set_up(state);
		assert_true(at < 100);
	}
}

/* Also in place of a folder that nobody signed. */
static void
so_can_the_first_one(void **state)
{
	bool done = false;

	for (unsigned at = 1; !done; at++) {
		site_make("policy.d", "not signed");
		site_make_signed("a");
		no_exchange = at % 2 == 0;
		kill_at = at / 2 + 1;
		site_apply("a");
		kill_at = 0;
		done = site_run.status == 0;
		assert_true(done || site_run.status == KILLED);
		assert_true(
		    no_exchange || site_is_there("policy.d/one.policy"));
		apply_again("a");
		site_assert_in_force("a");
		assert_false(site_is_there("policy.d.new"));
		tear_down(state);
		set_up(state);
		assert_true(at < 100);
	}
}

/* It was killed before it noted b, and b is in force. */
static void
rollback_goes_back_from_what_is_in_force(void **state)
{
	char hash[HASH_SHOWN], target[128];

	site_make_signed("z");
	site_apply("z");
	site_make_signed("a");
	site_apply("a");
	site_make_signed("b");
	site_hash_of("b", hash);
	snprintf(target, sizeof target, "policy.d.bundles/%s", hash);
	assert_int_equal(
	    rename(site_in_folder("b"), site_in_folder(target)), 0);
	assert_int_equal(unlink(site_in_folder("policy.d")), 0);
	assert_int_equal(symlink(target, site_in_folder("policy.d")), 0);
	site_rollback();
	site_assert_done();
	site_assert_in_force("a");
}

/* Two people signed c, and it never was in force. */
static void
rollback_takes_nothing_else_by_the_name_of_an_earlier_one(void **state)
{
	char hash[HASH_SHOWN], path[128];

	site_make_signed("a");
	site_apply("a");
	site_make_signed("b");
	site_apply("b");
	site_make_signed("c");
	site_hash_of("a", hash);
	snprintf(path, sizeof path, "policy.d.bundles/%s", hash);
	assert_int_equal(
	    rename(site_in_folder(path), site_in_folder("away")), 0);
	assert_int_equal(rename(site_in_folder("c"), site_in_folder(path)), 0);
	site_rollback();
	site_assert_said(1, "holds another bundle");
	site_assert_in_force("b");
}

static void
the_history_names_no_folder_elsewhere(void **state)
{
	site_make_signed("a");
	site_apply("a");
	site_put("policy.d.bundles/history",
	    "1782900000 applied "
	    "../../../../../../../../../../../../../../../../../../../../a/b/"
	    " ben ann\n");
	site_rollback();
	site_assert_said(2, "history:1: the line is malformed");
}

/* A disk that was full, or a machine that lost its power. */
static void
a_line_of_the_history_that_was_cut_does_not_spoil_it(void **state)
{
	FILE *file;

	site_make_signed("a");
	site_apply("a");
	file = fopen(site_in_folder("policy.d.bundles/history"), "ae");
	assert_non_null(file);
	fputs("1782900000 appl", file);
	fclose(file);
	site_make_signed("b");
	site_apply("b");
	site_assert_done();
	site_rollback();
	site_assert_done();
	site_assert_in_force("a");
}

/* It is the environment's: root's, and of what root was started by. */
static void
an_actor_is_one_line_of_the_history(void **state)
{
	if (geteuid() != 0)
		skip();
	site_make_signed("a");
	setenv("SUDO_USER", "eve\n1782900000 applied \033[2Jx", 1);
	site_apply("a");
	unsetenv("SUDO_USER");
	site_assert_done();
	RUN(&site_run, site_policy, "policy", "history");
	site_assert_done();
	assert_non_null(
	    strstr(site_run.out, "  eve?1782900000 applied ?[2Jx  "));
	site_make_signed("b");
	site_apply("b");
	site_assert_done();
	site_rollback();
	site_assert_done();
	site_assert_in_force("a");
}

static void
one_changes_the_policy_at_a_time(void **state)
{
	int fd;

	site_make_signed("a");
	assert_int_equal(mkdir(site_in_folder("policy.d.bundles"), 0755), 0);
	fd = open(site_in_folder("policy.d.bundles"),
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	site_apply("a");
	site_assert_said(2, "another change of the policy is under way");
	site_rollback();
	site_assert_said(2, "another change of the policy is under way");
	assert_false(site_is_there("policy.d"));
	close(fd);
	site_apply("a");
	site_assert_done();
}

/* Nobody knows whether this is the first one. */
static void
a_manifest_in_force_that_cannot_be_read_is_not_none(void **state)
{
	site_make_signed("a");
	site_apply("a");
	site_make_signed("b");
	site_put("policy.d/bundle", "");
	site_apply("b");
	site_assert_said(2, "is not a policy bundle");
	site_make("c", "c");
	site_propose("c");
	site_assert_said(2, "is not a policy bundle");
}

/* A rule that is left out in silence might have been a refusal. */
static void
a_file_that_a_bundle_cannot_name_is_an_error(void **state)
{
	site_make("a", "a");
	site_put("a/no contractors.policy", "deny any\nend\n");
	site_propose("a");
	site_assert_said(1, "no contractors.policy: is no name for a file");
	site_make("b", "b");
	site_put("b/\xc3\xa9.test", "");
	site_propose("b");
	site_assert_said(1, "is no name for a file");
}

/* It would be in place, and gatewayd would not start with it. */
static void
more_files_than_the_gateway_takes_are_refused(void **state)
{
	char name[32];

	site_make("a", "a");
	for (int i = 0; i < BUNDLE_POLICIES - 1; i++) {
		snprintf(name, sizeof name, "a/%03d.policy", i);
		site_put(name, "end\n");
	}
	site_propose("a");
	site_assert_done();
	site_put(
	    "a/000.policy", "hours day mon-fri 08:00-18:00 Etc/UTC\nend\n");
	site_propose("a");
	site_assert_said(
	    1, "81 policy files and time zones; gatewayd takes at most 80");
}

static void
a_key_that_others_may_read_signs_nothing(void **state)
{
	site_make("a", "a");
	assert_int_equal(chmod(site_in_folder("ann.pem"), 0640), 0);
	site_propose("a");
	site_assert_said(1, "other users can read this key, and sign as ann");
	assert_false(site_is_there("a/bundle"));
}

/* Its review would never be too old. */
static void
a_bundle_of_times_to_come_is_refused(void **state)
{
	site_make("a", "a");
	ahead = 100000;
	site_propose("a");
	ahead = 0;
	site_approve("a");
	site_assert_said(1, "at a time in the future");
	ahead = 100000;
	site_approve("a");
	site_assert_done();
	ahead = 0;
	site_apply("a");
	site_assert_said(1, "at a time in the future");
}

static void
an_author_elsewhere_says_which_policy_it_changes(void **state)
{
	char hash[HASH_SHOWN];

	site_make_signed("a");
	site_make("b", "b");
	RUN(&site_run, site_policy, "policy", "propose", "--key",
	    site_in_folder("ann.pem"), "--reference", "CHG-2", "--parent",
	    "none", site_in_folder("b"));
	site_assert_done();
	site_approve("b");
	site_apply("a");
	site_assert_done();
	site_hash_of("a", hash);
	site_apply("b");
	site_assert_said(1, hash);
	RUN(&site_run, site_policy, "policy", "propose", "--key",
	    site_in_folder("ann.pem"), "--reference", "CHG-2", "--parent", hash,
	    site_in_folder("b"));
	site_assert_done();
	site_approve("b");
	site_apply("b");
	site_assert_done();
	site_assert_in_force("b");
	RUN(&site_run, site_policy, "policy", "propose", "--key",
	    site_in_folder("ann.pem"), "--reference", "CHG-2", "--parent", "a",
	    site_in_folder("b"));
	site_assert_said(2, "--parent is either none or the 64 digits");
}

/* --offline looks whether the gateway runs: not at another one's socket. */
static void
offline_names_no_socket(void **state)
{
	site_make_signed("a");
	RUN(&site_run, site_policy, "policy", "apply", "--offline", "--socket",
	    site_in_folder("s"), site_in_folder("a"));
	site_assert_said(2, "--offline and --socket cannot");
	assert_false(site_is_there("policy.d"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(a_policy_takes_the_place_of_a_folder_that_nobody_signed),
	    TEST(so_it_does_where_names_cannot_change_places),
	    TEST(what_a_killed_apply_left_is_no_obstacle),
	    TEST(an_apply_that_is_killed_anywhere_can_be_repeated),
	    TEST(so_can_the_first_one),
	    TEST(rollback_goes_back_from_what_is_in_force),
	    TEST(rollback_takes_nothing_else_by_the_name_of_an_earlier_one),
	    TEST(the_history_names_no_folder_elsewhere),
	    TEST(a_line_of_the_history_that_was_cut_does_not_spoil_it),
	    TEST(an_actor_is_one_line_of_the_history),
	    TEST(one_changes_the_policy_at_a_time),
	    TEST(a_manifest_in_force_that_cannot_be_read_is_not_none),
	    TEST(a_file_that_a_bundle_cannot_name_is_an_error),
	    TEST(more_files_than_the_gateway_takes_are_refused),
	    TEST(a_key_that_others_may_read_signs_nothing),
	    TEST(a_bundle_of_times_to_come_is_refused),
	    TEST(an_author_elsewhere_says_which_policy_it_changes),
	    TEST(offline_names_no_socket),
	};

	signal(SIGHUP, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
