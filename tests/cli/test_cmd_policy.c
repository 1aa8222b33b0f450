/* SPDX-License-Identifier: Apache-2.0 */
/* What the policy verbs write for scripts. */

#include "cli/nouns.h"
#include "tests/cli/fake.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#define LINES_MAX 32

static struct fake_run run;
static char *folder;
static char path[512];
static json_t *line[LINES_MAX];
static size_t lines;

static int
set_up(void **state)
{
	folder = fake_make_folder();
	lines = 0;
	return 0;
}

static int
tear_down(void **state)
{
	for (size_t i = 0; i < lines; i++)
		json_decref(line[i]);
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

/* Every line of standard output is an object, and standard error is empty. */
static void
read_lines(int status)
{
	char *rest = run.out, *one;

	assert_string_equal(run.err, "");
	assert_int_equal(run.status, status);
	while ((one = strsep(&rest, "\n")) != NULL && rest != NULL) {
		assert_true(lines < LINES_MAX);
		line[lines] = json_loads(one, JSON_REJECT_DUPLICATES, NULL);
		if (line[lines] == NULL)
			fail_msg("%s", one);
		lines++;
	}
}

static void
assert_text(size_t n, const char *name, const char *wanted)
{
	assert_true(n < lines);
	assert_string_equal(
	    json_string_value(json_object_get(line[n], name)), wanted);
}

static void
assert_number(size_t n, const char *name, int wanted)
{
	assert_true(n < lines);
	assert_int_equal(
	    json_integer_value(json_object_get(line[n], name)), wanted);
}

static void
assert_bool(size_t n, const char *name, bool wanted)
{
	assert_true(n < lines);
	assert_true(json_equal(json_object_get(line[n], name),
	    wanted ? json_true() : json_false()));
}

static void
check_names_each_error_by_its_place(void **state)
{
	put("one.policy", "permti any with password\n"
			  "deny ghosts \nend\n");
	RUN(&run, cmd_policy, "policy", "check", "--json", folder);
	read_lines(1);
	assert_int_equal(lines, 3);
	assert_text(0, "finding", "error");
	assert_text(0, "file", "one.policy");
	assert_number(0, "line", 1);
	assert_number(0, "column", 1);
	assert_text(0, "text",
	    "expected a statement, found \"permti\", did you mean "
	    "\"permit\"?");
	assert_number(1, "line", 2);
	assert_number(1, "column", 6);
	assert_bool(2, "ok", false);
	assert_number(2, "errors", 2);
}

static void
check_tells_what_does_not_hold_and_what_is_odd(void **state)
{
	put("one.policy", "permit any with password\n"
			  "assert never any without otp\nend\n");
	RUN(&run, cmd_policy, "policy", "check", "--json", folder);
	read_lines(1);
	assert_int_equal(lines, 3);
	assert_text(0, "finding", "error");
	assert_text(0, "file", "one.policy");
	assert_number(0, "line", 2);
	assert_null(json_object_get(line[0], "column"));
	assert_non_null(
	    strstr(json_string_value(json_object_get(line[0], "text")),
		"--proven password"));
	assert_text(1, "finding", "warning");
	assert_number(1, "line", 1);
	assert_bool(2, "ok", false);
	assert_number(2, "warnings", 1);
	assert_number(2, "assertions", 1);
}

static void
check_of_a_good_policy_is_one_line(void **state)
{
	put("one.policy", "permit any with password + otp\nend\n");
	RUN(&run, cmd_policy, "policy", "check", "--json", folder);
	read_lines(0);
	assert_int_equal(lines, 1);
	assert_bool(0, "ok", true);
	assert_number(0, "rules", 1);
}

static void
check_of_a_file_that_is_not_there_names_no_line(void **state)
{
	snprintf(path, sizeof path, "%s/none.policy", folder);
	RUN(&run, cmd_policy, "policy", "check", "--json", path);
	read_lines(1);
	assert_text(0, "file", path);
	assert_text(0, "text", "No such file or directory");
	assert_null(json_object_get(line[0], "line"));
	assert_bool(1, "ok", false);
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
	read_lines(1);
	assert_int_equal(lines, 4);
	assert_bool(0, "passed", true);
	assert_number(0, "line", 2);
	assert_text(0, "got", "permit");
	assert_text(0, "rule", "one.policy:1");
	assert_bool(1, "passed", false);
	assert_number(1, "line", 3);
	assert_text(1, "file", path);
	assert_text(1, "expected", "deny");
	assert_text(1, "because", "no_rule");
	assert_text(1, "got", "deny");
	assert_text(1, "reason", "factors");
	assert_text(2, "finding", "error");
	assert_number(2, "line", 4);
	assert_bool(3, "ok", false);
	assert_number(3, "passed", 1);
	assert_number(3, "failed", 2);
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
	read_lines(0);
	assert_int_equal(lines, 2);
	assert_bool(1, "ok", true);
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
	read_lines(2);
	assert_int_equal(lines, 2);
	assert_text(0, "finding", "error");
	assert_bool(1, "ok", false);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    TEST(check_names_each_error_by_its_place),
	    TEST(check_tells_what_does_not_hold_and_what_is_odd),
	    TEST(check_of_a_good_policy_is_one_line),
	    TEST(check_of_a_file_that_is_not_there_names_no_line),
	    TEST(test_tells_each_row_with_what_was_expected_and_got),
	    TEST(test_that_passes_says_so),
	    TEST(test_with_a_broken_policy_could_not_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
