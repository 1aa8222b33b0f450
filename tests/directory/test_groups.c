/* SPDX-License-Identifier: Apache-2.0 */
/* The groups that the built role finds in a real slapd. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "tests/directory/rig.h"
#include "tests/directory/slapd.h"
#include "tests/support/unit.h"

static const char *program;
static struct slapd slapd;
static bool slapd_runs, rig_runs;
static struct rig rig;

static void
group_conf(struct conf_directory *c)
{
	if (!slapd_runs) {
		print_message("skipped: %s\n", slapd_missing());
		skip();
	}
	rig_conf(c);
	snprintf(c->base, CONF_TEXT, "ou=people,dc=example,dc=test");
	c->uri_count = 1;
	snprintf(c->uri[0], CONF_TEXT, "ldaps://127.0.0.1:%u", slapd.tls_port);
	snprintf(c->ca, sizeof c->ca, "%s/ca.pem", slapd.dir);
	c->group_attribute[0] = '\0';
	snprintf(c->group_base, CONF_TEXT, "ou=groups,dc=example,dc=test");
}

static void
begin(const struct conf_directory *c)
{
	assert_int_equal(rig_start(&rig, program, c), 0);
	rig_runs = true;
}

static void
end(void)
{
	rig_runs = false;
	assert_int_equal(rig_stop(&rig), 0);
}

static int
clean(void **state)
{
	if (rig_runs)
		rig_stop(&rig);
	rig_runs = false;
	return 0;
}

/* alice is in sre, which is in middle; middle and outer are in each other. */
static void
groups_of_groups_are_walked(void **state)
{
	static const char *const names[] = {
	    "CN=Outer, OU=Groups, DC=example,DC=test",
	    "cn=sre,ou=groups,dc=example,dc=test",
	    "cn=nobodys,ou=groups,dc=example,dc=test", NULL};
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	const char *const *before = rig_groups;
	struct conf_directory c;

	group_conf(&c);
	rig_groups = names;
	begin(&c);
	assert_int_equal(rig_lookup(&rig, 1, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 1);
	snprintf(c.nested_groups, sizeof c.nested_groups, "walk");
	assert_int_equal(rig_reload(&rig, &c), 0);
	assert_int_equal(rig_lookup(&rig, 2, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 2);
	assert_string_equal(a.group[0], "cn=sre,ou=groups,dc=example,dc=test");
	assert_string_equal(
	    a.group[1], "cn=outer,ou=groups,dc=example,dc=test");
	assert_int_equal(rig_lookup(&rig, 3, "victim", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 0);
	rig_groups = before;
	end();
}

static void
groups_can_be_searched_for_instead(void **state)
{
	static struct msg_DIRECTORY_LOOKUP_ANS a;
	struct conf_directory c;

	group_conf(&c);
	begin(&c);
	assert_int_equal(rig_lookup(&rig, 1, "alice", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 2);
	assert_int_equal(rig_lookup(&rig, 2, "bob", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 1);
	assert_string_equal(a.group[0], "cn=sre,ou=groups,dc=example,dc=test");
	assert_int_equal(rig_lookup(&rig, 3, "victim", &a), LOOKUP_FOUND);
	assert_int_equal(a.group_count, 0);
	end();
}

#define TEST(name) cmocka_unit_test_teardown(name, clean)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    TEST(groups_can_be_searched_for_instead),
	    TEST(groups_of_groups_are_walked),
	};
	int failed;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	signal(SIGPIPE, SIG_IGN);
	program = rig_program(argv[0]);
	if (slapd_missing() == NULL) {
		if (slapd_start(&slapd, argv[0], 0) < 0) {
			fprintf(stderr, "slapd did not start\n");
			return 1;
		}
		slapd_runs = true;
	}
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (slapd_runs)
		slapd_stop(&slapd);
	return failed;
}
