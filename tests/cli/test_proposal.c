/* SPDX-License-Identifier: Apache-2.0 */
/* What needs two people, and what one person tries. */

#include "cli/cli.h"
#include "cli/nouns.h"
#include "lib/bundle/bundle.h"
#include "tests/cli/policy_site.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit.h"

#define KILLED 66

static time_t ahead;	 /* of the true time */
static unsigned kill_at; /* the n-th change of files; 0: never */

/* libc's, but for what a test wants */
static void
change(void)
{
	if (kill_at > 0 && --kill_at == 0)
		_exit(KILLED);
}

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
	ahead = 0;
	return site_tear_down(state);
}

/* What the list says of the only one that it shows. */
static void
assert_listed(const char *text)
{
	RUN(&site_run, site_proposal, "proposal", "list");
	site_assert_done();
	if (strstr(site_run.out, text) == NULL)
		fail_msg("wanted %s in %s", text, site_run.out);
}

static void
assert_nothing_open(void)
{
	RUN(&site_run, site_proposal, "proposal", "list");
	if (site_run.status != 1 ||
	    strstr(site_run.out, "no proposal is open") == NULL)
		fail_msg("%d: %s", site_run.status, site_run.out);
}

/* The first digits of the hash that was printed first. */
static const char *
printed(void)
{
	static char start[13];

	snprintf(start, sizeof start, "%.12s", site_run.out);
	return start;
}

static void
assert_comment(const char *comment)
{
	char text[256];
	FILE *file = fopen(site_in_folder("policy.d/one.policy"), "re");

	assert_non_null(file);
	assert_non_null(fgets(text, sizeof text, file));
	fclose(file);
	assert_memory_equal(text + 2, comment, strlen(comment));
}

/* The text of the proposal in FOLDER, changed by REPLACE, written back. */
static void
tamper(const char *folder, const char *old, const char *new)
{
	static char text[BUNDLE_TEXT_MAX + 1], out[BUNDLE_TEXT_MAX + 64];
	char name[128];
	FILE *file;
	char *at;

	snprintf(name, sizeof name, "%s/" BUNDLE_FILE, folder);
	file = fopen(site_in_folder(name), "re");
	assert_non_null(file);
	text[fread(text, 1, BUNDLE_TEXT_MAX, file)] = '\0';
	fclose(file);
	at = strstr(text, old);
	assert_non_null(at);
	snprintf(out, sizeof out, "%.*s%s%s", (int)(at - text), text, new,
	    at + strlen(old));
	site_put(name, out);
}

static void
it_goes_from_open_to_signed_to_applied(void **state)
{
	char hash[13];

	assert_nothing_open();
	site_make("a", "a");
	site_propose("a");
	site_assert_done();
	snprintf(hash, sizeof hash, "%s", printed());
	assert_listed("  policy  open   ann     ann");
	site_sign("ben", hash);
	site_assert_done();
	assert_listed("  policy  signed  ann     ann ben");
	RUN(&site_run, site_proposal, "proposal", "show", hash);
	site_assert_done();
	assert_non_null(strstr(site_run.out, "signed     ann ben of 2 needed"));
	assert_non_null(strstr(site_run.out, "parent     none"));
	assert_non_null(strstr(site_run.out, " one.policy"));
	site_apply_named(hash);
	site_assert_done();
	assert_comment("a");
	assert_nothing_open();
	RUN(&site_run, site_proposal, "proposal", "list", "--all");
	assert_non_null(strstr(site_run.out, "  applied  "));
}

static void
it_is_applied_once(void **state)
{
	site_make_signed("a");
	site_apply("a");
	site_assert_done();
	site_apply("a");
	site_assert_said(1, "was applied already");
	site_make_signed("b");
	site_apply("b");
	site_assert_done();
	site_rollback();
	site_assert_done();
	/* b was made of a, and a is in force again */
	site_apply("b");
	site_assert_said(1, "was applied already");
	assert_comment("a");
}

static void
it_expires(void **state)
{
	site_make("a", "a");
	RUN(&site_run, site_policy, "policy", "propose", "--key",
	    site_in_folder("ann.pem"), "--reference", "CHG-1", "--expires",
	    "1h", site_in_folder("a"));
	site_assert_done();
	ahead = 3601;
	site_approve("a");
	site_assert_said(1, "has expired");
	ahead = 0;
	site_approve("a");
	site_assert_done();
	ahead = 3601;
	site_apply("a");
	site_assert_said(1, "has expired");
	assert_nothing_open();
	assert_false(site_is_there("policy.d"));
	ahead = 0;
	tamper("a", "\nexpires 1", "\nexpires 2");
	site_apply("a");
	assert_int_equal(site_run.status, 1);
	assert_false(site_is_there("policy.d"));
}

static void
one_person_is_not_two(void **state)
{
	site_make("a", "a");
	site_propose("a");
	site_sign("ann", site_in_folder("a"));
	site_assert_said(1, "ann is the author: another person");
	RUN(&site_run, site_proposal, "proposal", "sign", "--key",
	    site_in_folder("ann.pem"), "--name", "ben", site_in_folder("a"));
	site_assert_said(1, "is not the key of ben");
	site_sign("ben", site_in_folder("a"));
	site_assert_done();
	site_sign("ben", site_in_folder("a"));
	site_assert_said(1, "ben has signed it already");
}

/* A second key of ann's, under a name that is hers to whoever reads it, or
 * ann's key under another name. */
static void
two_keys_of_one_person_are_no_list(void **state)
{
	site_make("a", "a");
	site_propose("a");
	site_make_person("Ann");
	site_sign("Ann", site_in_folder("a"));
	site_assert_said(1, "Ann is the author");
	site_apply("a");
	site_assert_said(2, "look like one name");
}

static void
all_of_it_is_signed(void **state)
{
	static const char *const words[][2] = {{"verb policy", "verb review"},
	    {"author ann", "author ben"},
	    {"reference CHG-1", "reference CHG-2"},
	    {"parent none",
		"parent 39466fbc7fd10f4360631b574253799f1994b15e0f673cfd2e492"
		"dc61c1fa12f"},
	    {"\nexpires 1", "\nexpires 2"}, {"\ntime 1", "\ntime 0"}};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		site_make_signed("a");
		tamper("a", words[i][0], words[i][1]);
		site_apply("a");
		assert_int_not_equal(site_run.status, 0);
		assert_false(site_is_there("policy.d"));
		tear_down(state);
		set_up(state);
	}
}

/* Each has a copy: the signatures come together on the gateway. */
static void
signatures_of_two_copies_come_together(void **state)
{
	char hash[13];

	site_make("a", "a");
	site_propose("a");
	snprintf(hash, sizeof hash, "%s", printed());
	assert_int_equal(
	    rename(site_in_folder("state"), site_in_folder("away")), 0);
	site_approve("a");
	site_assert_done();
	assert_int_equal(
	    rename(site_in_folder("away"), site_in_folder("state")), 0);
	assert_listed("  open   ann     ann ");
	site_apply_named(hash);
	site_assert_said(1, "nobody but its author ann");
	site_apply("a");
	site_assert_done();
	RUN(&site_run, site_proposal, "proposal", "list", "--all");
	assert_non_null(strstr(site_run.out, "ann ben"));
}

static void
of_the_release_before_it_stays_and_is_not_applied(void **state)
{
	site_make_signed("a");
	tamper("a", "sallyport proposal 2\nverb policy\n",
	    "sallyport policy bundle 1\nparent none\n");
	site_apply("a");
	assert_int_not_equal(site_run.status, 0);
	assert_false(site_is_there("policy.d"));
}

static void
what_is_none_is_said(void **state)
{
	site_sign("ben", "0123456789ab");
	site_assert_said(1, "is neither a folder nor a proposal here");
	site_make("a", "a");
	site_sign("ben", site_in_folder("a"));
	site_assert_said(1, "was not proposed yet");
	site_put("a/" BUNDLE_FILE, "sallyport proposal 2\nverb erase\n");
	site_apply("a");
	site_assert_said(1, "is no proposal of this release");
}

/* ---- an earlier policy ---- */

static void
apply_two(void)
{
	site_make_signed("a");
	site_apply("a");
	site_assert_done();
	site_make_signed("b");
	site_apply("b");
	site_assert_done();
}

static void
an_earlier_policy_takes_two_people(void **state)
{
	char hash[13];

	apply_two();
	RUN(&site_run, site_policy, "policy", "rollback");
	site_assert_said(2, "give --key FILE");
	RUN(&site_run, site_policy, "policy", "rollback", "--key",
	    site_in_folder("ann.pem"));
	site_assert_said(2, "give --reference TEXT");
	RUN(&site_run, site_policy, "policy", "rollback", "--key",
	    site_in_folder("ann.pem"), "--reference", "CHG-9");
	site_assert_done();
	snprintf(hash, sizeof hash, "%s", printed());
	assert_comment("b");
	site_apply_named(hash);
	site_assert_said(1, "nobody but its author ann");
	site_sign("ben", hash);
	site_assert_done();
	site_apply_named(hash);
	site_assert_done();
	assert_comment("a");
	RUN(&site_run, site_policy, "policy", "history");
	assert_non_null(strstr(site_run.out, "  restored  "));
	assert_non_null(strstr(site_run.out, "CHG-9"));
}

static void
an_emergency_is_listed_until_two_people_reviewed_it(void **state)
{
	char hash[13];

	apply_two();
	RUN(&site_run, site_policy, "policy", "rollback", "--emergency",
	    "--offline");
	site_assert_said(2, "give --reference TEXT");
	site_rollback();
	site_assert_done();
	assert_comment("a");
	RUN(&site_run, site_policy, "policy", "history");
	assert_non_null(strstr(site_run.out, "  emergency  "));
	assert_non_null(strstr(site_run.out, "  to do"));
	RUN(&site_run, site_policy, "policy", "review", "--key",
	    site_in_folder("ann.pem"), "--reference", "PM-1");
	site_assert_done();
	snprintf(hash, sizeof hash, "%s", printed());
	site_apply_named(hash);
	site_assert_said(1, "nobody but its author ann");
	site_sign("ben", hash);
	site_assert_done();
	site_apply_named(hash);
	site_assert_done();
	RUN(&site_run, site_policy, "policy", "history");
	assert_non_null(strstr(site_run.out, "  reviewed  "));
	assert_null(strstr(site_run.out, "to do"));
	site_apply_named(hash);
	site_assert_said(1, "was applied already");
	RUN(&site_run, site_policy, "policy", "review", "--key",
	    site_in_folder("ann.pem"), "--reference", "PM-1");
	site_assert_said(1, "there is no emergency to review");
}

/* ---- killed ---- */

/* Whatever was written, the same command does it. */
static void
a_proposal_that_is_killed_anywhere_can_be_made_again(void **state)
{
	bool done = false;

	for (unsigned at = 1; !done; at++) {
		site_make("a", "a");
		kill_at = at;
		site_propose("a");
		kill_at = 0;
		done = site_run.status == 0;
		assert_true(done || site_run.status == KILLED);
		site_propose("a");
		site_assert_done();
		kill_at = at;
		site_approve("a");
		kill_at = 0;
		if (site_run.status == KILLED)
			site_approve("a");
		/* signed, and killed before it was kept here */
		if (site_run.status != 0)
			site_assert_said(1, "ben has signed it already");
		site_apply("a");
		site_assert_done();
		assert_comment("a");
		tear_down(state);
		set_up(state);
		assert_true(at < 100);
	}
}

/* Then it is applied, or it is not; and never a second time. */
static void
an_apply_that_is_killed_anywhere_is_applied_once(void **state)
{
	bool done = false;

	for (unsigned at = 1; !done; at++) {
		site_make_signed("c");
		kill_at = at;
		site_apply("c");
		kill_at = 0;
		done = site_run.status == 0;
		assert_true(done || site_run.status == KILLED);
		site_apply("c");
		assert_comment("c");
		site_apply("c");
		site_assert_said(1, "was applied already");
		tear_down(state);
		set_up(state);
		assert_true(at < 100);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(it_goes_from_open_to_signed_to_applied),
	    TEST(it_is_applied_once),
	    TEST(it_expires),
	    TEST(one_person_is_not_two),
	    TEST(two_keys_of_one_person_are_no_list),
	    TEST(all_of_it_is_signed),
	    TEST(signatures_of_two_copies_come_together),
	    TEST(of_the_release_before_it_stays_and_is_not_applied),
	    TEST(what_is_none_is_said),
	    TEST(an_earlier_policy_takes_two_people),
	    TEST(an_emergency_is_listed_until_two_people_reviewed_it),
	    TEST(a_proposal_that_is_killed_anywhere_can_be_made_again),
	    TEST(an_apply_that_is_killed_anywhere_is_applied_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
