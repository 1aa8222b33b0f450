/* SPDX-License-Identifier: Apache-2.0 */
/* What the policy verbs write for scripts. */

#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

static struct fake_run run;
static char *folder;
static char path[512];
static json_t *whole; /* the answer */
static const json_t *list;

static int
set_up(void **state)
{
	folder = fake_make_folder();
	whole = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	json_decref(whole);
	fake_remove_folder(folder);
	return 0;
}

static const char *
put(const char *name, const char *text)
{
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "we");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

/* Standard output is one object, and standard error is empty; what follows is
 * about the items of this member. */
static void
read_answer(int status, const char *member)
{
	assert_string_equal(run.err, "");
	assert_int_equal(run.status, status);
	whole = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	if (whole == NULL)
		fail_msg("%s", run.out);
	list = json_object_get(whole, member);
	assert_true(json_is_array(list));
}

static void
assert_bool_of(const json_t *object, const char *name, bool wanted)
{
	assert_true(json_equal(json_object_get(object, name),
	    wanted ? json_true() : json_false()));
}

static void
assert_sum(const char *name, int wanted)
{
	assert_int_equal(
	    json_integer_value(json_object_get(whole, name)), wanted);
}

static void
assert_text(size_t n, const char *name, const char *wanted)
{
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(list, n), name)),
	    wanted);
}

static void
assert_number(size_t n, const char *name, int wanted)
{
	assert_int_equal(
	    json_integer_value(json_object_get(json_array_get(list, n), name)),
	    wanted);
}

static void
check_names_each_error_by_its_place(void **state)
{
	put("one.policy", "permti any with password\n"
			  "deny ghosts \nend\n");
	RUN(&run, cmd_policy, "policy", "check", "--json", folder);
	read_answer(1, "findings");
	assert_int_equal(json_array_size(list), 2);
	assert_text(0, "finding", "error");
	assert_text(0, "file", "one.policy");
	assert_number(0, "line", 1);
	assert_number(0, "column", 1);
	assert_text(0, "text",
	    "expected a statement, found \"permti\", did you mean "
	    "\"permit\"?");
	assert_number(1, "line", 2);
	assert_number(1, "column", 6);
	assert_bool_of(whole, "ok", false);
	assert_sum("errors", 2);
}

static void
check_tells_what_does_not_hold_and_what_is_odd(void **state)
{
	put("one.policy", "permit any with password\n"
			  "assert never any without otp\nend\n");
	RUN(&run, cmd_policy, "policy", "check", "--json", folder);
	read_answer(1, "findings");
	assert_int_equal(json_array_size(list), 2);
	assert_text(0, "finding", "error");
	assert_text(0, "file", "one.policy");
	assert_number(0, "line", 2);
	assert_null(json_object_get(json_array_get(list, 0), "column"));
	assert_non_null(strstr(
	    json_string_value(json_object_get(json_array_get(list, 0), "text")),
	    "--proven password"));
	assert_text(1, "finding", "warning");
	assert_number(1, "line", 1);
	assert_bool_of(whole, "ok", false);
	assert_sum("warnings", 1);
	assert_sum("assertions", 1);
}

static void
check_of_a_good_policy_finds_nothing(void **state)
{
	put("one.policy", "permit any with password + otp\nend\n");
	RUN(&run, cmd_policy, "policy", "check", "--json", folder);
	read_answer(0, "findings");
	assert_int_equal(json_array_size(list), 0);
	assert_bool_of(whole, "ok", true);
	assert_sum("rules", 1);
}

static void
check_of_a_file_that_is_not_there_names_no_line(void **state)
{
	snprintf(path, sizeof path, "%s/none.policy", folder);
	RUN(&run, cmd_policy, "policy", "check", "--json", path);
	read_answer(1, "findings");
	assert_text(0, "file", path);
	assert_text(0, "text", "No such file or directory");
	assert_null(json_object_get(json_array_get(list, 0), "line"));
	assert_bool_of(whole, "ok", false);
}

static void
test_tells_each_row_with_what_was_expected_and_got(void **state)
{
	char policy[512];

	snprintf(policy, sizeof policy, "%s",
	    put("one.policy", "permit any with password + otp\nend\n"));
	put("one.test", "person ann\n"
			"permit ann with password + otp\n"
			"deny ann with password because no_rule\n"
			"allow ann\n");
	RUN(&run, cmd_policy, "policy", "test", "--json", "--policy", policy,
	    path);
	read_answer(1, "rows");
	assert_int_equal(json_array_size(list), 2);
	assert_bool_of(json_array_get(list, 0), "passed", true);
	assert_number(0, "line", 2);
	assert_text(0, "got", "permit");
	assert_text(0, "rule", "one.policy:1");
	assert_bool_of(json_array_get(list, 1), "passed", false);
	assert_number(1, "line", 3);
	assert_text(1, "file", path);
	assert_text(1, "expected", "deny");
	assert_text(1, "because", "no_rule");
	assert_text(1, "got", "deny");
	assert_text(1, "reason", "factors");
	list = json_object_get(whole, "findings");
	assert_text(0, "finding", "error");
	assert_number(0, "line", 4);
	assert_bool_of(whole, "ok", false);
	assert_sum("passed", 1);
	assert_sum("failed", 2);
}

static void
test_that_passes_says_so(void **state)
{
	char policy[512];

	snprintf(policy, sizeof policy, "%s",
	    put("one.policy", "permit any with password + otp\nend\n"));
	put("one.test", "person ann\npermit ann with password + otp\n");
	RUN(&run, cmd_policy, "policy", "test", "--json", "--policy", policy,
	    path);
	read_answer(0, "rows");
	assert_int_equal(json_array_size(list), 1);
	assert_bool_of(whole, "ok", true);
}

static void
test_with_a_broken_policy_could_not_tell(void **state)
{
	char policy[512];

	snprintf(
	    policy, sizeof policy, "%s", put("one.policy", "permit\nend\n"));
	put("one.test", "person ann\n");
	RUN(&run, cmd_policy, "policy", "test", "--json", "--policy", policy,
	    path);
	assert_int_equal(run.status, 2);
	whole = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(
	    strstr(json_string_value(json_object_get(whole, "error")),
		"the policy has 1 error; the first: one.policy:1: "));
}

#define ALICE " --policy FOLDER/good --user alice --from 10.20.1.1 --to web-1"
#define SRE " --group cn=sre,dc=example,dc=com --can password+otp"
#define BOB " --policy FOLDER/good --user bob --from 10.9.9.9 --to web-1"

static void
put_policies(void)
{
	put("good", "network corp 10.20.0.0/16\n"
		    "group sre \"cn=sre,dc=example,dc=com\"\n"
		    "person bob \"bob\"\n"
		    "permit sre from corp with password + otp for 8h\n"
		    "deny bob from 10.9.0.0/16\n"
		    "assert never any without otp\nend\n");
	put("new", "network corp 10.20.0.0/16\n"
		   "group sre \"cn=sre,dc=example,dc=com\"\n"
		   "person bob \"bob\"\n"
		   "permit sre from corp with password for 8h\n"
		   "deny bob from 10.9.0.0/16\nend\n");
	put("odd", "permit any with password + otp\n"
		   "permit any from 10.0.0.0/8 with password + otp\nend\n");
	put("bad", "permti any with password\ndeny ghosts \nend\n");
	put("false", "permit any with password\n"
		     "assert never any without otp\nend\n");
	put("rows", "person ann member sre\n"
		    "person bob\n"
		    "permit ann from 10.20.1.1 with password + otp\n"
		    "deny bob because no_rule\n"
		    "deny ann with password\n");
}

static void
the_command_prints_what_it_found(void **state)
{
	static struct transcript t = {.noun = cmd_policy};

	put_policies();
	t.folder = folder;
	TRANSCRIPT(&t, "policy help", "policy check FOLDER/good",
	    "policy check --json FOLDER/good", "policy check FOLDER/odd",
	    "policy check --json FOLDER/odd", "policy check FOLDER/bad",
	    "policy check --json FOLDER/bad", "policy check FOLDER/false",
	    "policy check --json FOLDER/false", "policy check FOLDER/none",
	    "policy check --json FOLDER/none",
	    "policy test --policy FOLDER/good FOLDER/rows",
	    "policy test --json --policy FOLDER/good FOLDER/rows",
	    "policy check a b");
	transcript_compare(&t, "policy-check");
}

static void
the_command_prints_what_was_decided(void **state)
{
	static struct transcript t = {.noun = cmd_policy};

	put_policies();
	t.folder = folder;
	TRANSCRIPT(&t, "policy decide" ALICE SRE,
	    "policy decide --json" ALICE SRE, "policy decide" ALICE,
	    "policy decide --json" ALICE, "policy decide" BOB,
	    "policy decide --json" BOB, "policy explain" ALICE SRE,
	    "policy explain --json" ALICE SRE, "policy explain" BOB,
	    "policy explain --json" BOB,
	    "policy decide --policy FOLDER/good --from x",
	    "policy decide --policy FOLDER/bad --user alice",
	    "policy decide --policy FOLDER/good");
	transcript_compare(&t, "policy-decide");
}

static void
the_command_prints_who_gets_in_and_what_differs(void **state)
{
	static struct transcript t = {.noun = cmd_policy};

	put_policies();
	t.folder = folder;
	TRANSCRIPT(&t, "policy who --policy FOLDER/good web-1",
	    "policy who --json --policy FOLDER/good web-1",
	    "policy who --policy FOLDER/good --service sudo web-1",
	    "policy who --policy FOLDER/good",
	    "policy diff FOLDER/good FOLDER/new",
	    "policy diff --json FOLDER/good FOLDER/new",
	    "policy diff FOLDER/good FOLDER/good",
	    "policy diff --json FOLDER/good FOLDER/good",
	    "policy diff FOLDER/good FOLDER/bad", "policy diff FOLDER/good");
	transcript_compare(&t, "policy-diff");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(check_names_each_error_by_its_place),
	    TEST(check_tells_what_does_not_hold_and_what_is_odd),
	    TEST(check_of_a_good_policy_finds_nothing),
	    TEST(check_of_a_file_that_is_not_there_names_no_line),
	    TEST(test_tells_each_row_with_what_was_expected_and_got),
	    TEST(test_that_passes_says_so),
	    TEST(test_with_a_broken_policy_could_not_tell),
	    TEST(the_command_prints_what_it_found),
	    TEST(the_command_prints_what_was_decided),
	    TEST(the_command_prints_who_gets_in_and_what_differs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
