/* SPDX-License-Identifier: Apache-2.0 */
/* The policy as gatewayd keeps it for authority. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/parent/policies.h"
#include "lib/conf/lex.h"
#include "tests/parent/gateway_fixture.h"
#include "tests/support/unit.h"

static struct lex_errors errors;
static struct policies policies;

static void
load(struct gateway *g)
{
	char path[128];

	gateway_path(g, "policy.d", path, sizeof path);
	lex_errors_init(&errors);
	policies_load(&policies, path, "", "gatewayd.conf", &errors);
}

static void
assert_loads(struct gateway *g)
{
	load(g);
	if (errors.count != 0)
		fail_msg("%s", errors.text);
}

static void
assert_refused(struct gateway *g, const char *said)
{
	load(g);
	policies_close(&policies);
	assert_int_not_equal(errors.count, 0);
	if (strstr(errors.text, said) == NULL)
		fail_msg("wanted %s\ngot %s", said, errors.text);
}

/* The hash of what is kept. */
static void
hash_kept(char out[PROVED_HASH])
{
	static char text[POLICIES_MAX][4096];
	struct proved_text list[POLICIES_MAX];

	for (size_t i = 0; i < policies.count; i++) {
		ssize_t n =
		    pread(policies.text[i].fd, text[i], sizeof text[i], 0);

		assert_in_range(n, 0, (ssize_t)sizeof text[i] - 1);
		list[i] = (struct proved_text){
		    policies.text[i].name, text[i], (size_t)n};
	}
	assert_int_equal(proved_hash(list, policies.count, out), 0);
}

/* Between the proof and the load. */
static void
a_file_that_changes_later_changes_nothing(void **state)
{
	char before[PROVED_HASH], kept[PROVED_HASH];

	gateway_write(*state, "policy.d/one.policy",
	    "hours h mon 00:00-01:00 Etc/UTC\n"
	    "permit any during h with password + otp\nend\n");
	assert_loads(*state);
	assert_int_equal(policies.count, 2);
	memcpy(before, policies.proved, sizeof before);
	assert_true(policies_prove(&policies, &errors));
	gateway_write(
	    *state, "policy.d/one.policy", "permit any with password\nend\n");
	hash_kept(kept);
	assert_string_equal(kept, before);
	policies_close(&policies);
	/* that it is another one is seen at the next load */
	assert_loads(*state);
	hash_kept(kept);
	assert_string_equal(kept, policies.proved);
	assert_string_not_equal(kept, before);
	policies_close(&policies);
}

/* Whoever holds it cannot change what is in force. */
static void
a_policy_is_kept_in_memory_that_nobody_can_write(void **state)
{
	char text[6] = "";
	int fd;

	assert_loads(*state);
	assert_int_equal(policies.count, 1);
	assert_int_equal(policies.rules, 1);
	assert_string_equal(policies.text[0].name, "policy/one.policy");
	fd = policies.text[0].fd;
	assert_int_equal(pread(fd, text, 5, 0), 5);
	assert_string_equal(text, "group");
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(ftruncate(fd, 4096), -1);
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), -1);
	policies_close(&policies);
	assert_int_equal(fcntl(fd, F_GETFD), -1);
}

static void
time_zones_are_kept_beside_the_policy_that_names_them(void **state)
{
	struct gateway *g = *state;
	char text[5] = "";

	gateway_write(g, "policy.d/one.policy",
	    "group sre \"cn=sre,dc=example\"\n"
	    "hosts bastion bastion.example.test\n"
	    "hours office mon-fri 08:00-18:00 Etc/UTC\n"
	    "permit sre to bastion with password + otp during office\nend\n");
	assert_loads(g);
	assert_int_equal(policies.count, 2);
	assert_string_equal(policies.text[1].name, "zone/Etc/UTC");
	assert_int_equal(pread(policies.text[1].fd, text, 4, 0), 4);
	assert_string_equal(text, "TZif");
	policies_close(&policies);
	gateway_write(g, "policy.d/one.policy",
	    "hours office mon-fri 08:00-18:00 Europe/Atlantis\nend\n");
	assert_refused(g, "one.policy:1:");
}

static void
files_come_in_the_order_of_their_names(void **state)
{
	struct gateway *g = *state;

	gateway_write(g, "policy.d/20.policy", "end\n");
	gateway_write(g, "policy.d/10.policy", "end\n");
	assert_loads(g);
	assert_int_equal(policies.count, 3);
	assert_string_equal(policies.text[0].name, "policy/10.policy");
	assert_string_equal(policies.text[1].name, "policy/20.policy");
	assert_string_equal(policies.text[2].name, "policy/one.policy");
	policies_close(&policies);
}

/* Cut short, it could be another file's. */
static void
a_path_that_is_too_long_is_said(void **state)
{
	char directory[400], path[700];
	int fd;

	gateway_path(*state, "policy.d", path, sizeof path);
	snprintf(directory, sizeof directory, "%.100s/%0120d", path, 0);
	assert_int_equal(mkdir(directory, 0755), 0);
	snprintf(
	    directory, sizeof directory, "%.100s/%0120d/%0120d", path, 0, 0);
	assert_int_equal(mkdir(directory, 0755), 0);
	snprintf(path, sizeof path, "%s/%0248d.policy", directory, 0);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	close(fd);
	lex_errors_init(&errors);
	policies_load(&policies, directory, "", "gatewayd.conf", &errors);
	policies_close(&policies);
	if (strstr(errors.text, "the path is too long") == NULL)
		fail_msg("%s", errors.text);
}

static void
files_that_do_not_end_in_policy_are_no_policy(void **state)
{
	struct gateway *g = *state;

	gateway_write(g, "policy.d/two.policy~", "not a policy\n");
	gateway_write(g, "policy.d/.three.policy", "not a policy\n");
	gateway_write(g, "policy.d/four.policy.bak", "not a policy\n");
	assert_loads(g);
	assert_int_equal(policies.count, 1);
	policies_close(&policies);
}

static void
a_file_cut_short_is_a_fault(void **state)
{
	struct gateway *g = *state;

	gateway_write(g, "policy.d/two.policy", "group a \"cn=a\"\n");
	assert_refused(g, "two.policy:");
}

/* All that is handed over fits into what a role takes. */
static void
more_files_than_authority_takes_are_refused(void **state)
{
	struct gateway *g = *state;
	char name[64];

	for (int i = 0; i < POLICIES_MAX - 1; i++) {
		snprintf(name, sizeof name, "policy.d/a%03d.policy", i);
		gateway_write(g, name, "end\n");
	}
	assert_loads(g);
	assert_int_equal(policies.count, POLICIES_MAX);
	policies_close(&policies);
	gateway_write(g, "policy.d/b.policy", "end\n");
	assert_refused(g, "more than 80 files");
}

#define WITH(name) \
	cmocka_unit_test_setup_teardown(name, gateway_make, gateway_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH(a_file_that_changes_later_changes_nothing),
	    WITH(a_policy_is_kept_in_memory_that_nobody_can_write),
	    WITH(time_zones_are_kept_beside_the_policy_that_names_them),
	    WITH(files_come_in_the_order_of_their_names),
	    WITH(a_path_that_is_too_long_is_said),
	    WITH(files_that_do_not_end_in_policy_are_no_policy),
	    WITH(a_file_cut_short_is_a_fault),
	    WITH(more_files_than_authority_takes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
