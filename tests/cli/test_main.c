/* SPDX-License-Identifier: Apache-2.0 */
/* The built command: what comes before and after a noun. */

#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/unit.h"

static struct fake_run run;
static const char *output;

/* Beside the tests, wherever they were built: BUILD/tests/cli/test_main. */
static int
sallyport(int argc, char **argv)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 32);

	(void)argc;
	if (n < 0)
		return 97;
	path[n] = '\0';
	strcat(dirname(dirname(dirname(path))), "/sallyport");
	if (output && dup2(open(output, O_WRONLY | O_CLOEXEC), 1) < 0)
		return 97;
	execv(path, argv);
	return 97;
}

static void
version_and_help(void **state)
{
	RUN(&run, sallyport, "sallyport", "--version");
	assert_int_equal(run.status, 0);
	assert_string_equal(run.out, "sallyport " SALLYPORT_VERSION "\n");
	RUN(&run, sallyport, "sallyport", "help");
	assert_int_equal(run.status, 0);
	for (const struct cli_noun *n = nouns; n->name; n++)
		assert_non_null(strstr(run.out, n->summary));
	for (const struct cli_noun *n = nouns; n->name; n++) {
		char start[64];

		snprintf(start, sizeof start, "sallyport %s ", n->name);
		RUN(&run, sallyport, "sallyport", "help", n->name);
		assert_int_equal(run.status, 0);
		assert_int_equal(strncmp(run.out, start, strlen(start)), 0);
	}
	RUN(&run, sallyport, "sallyport", "-h");
	assert_int_equal(run.status, 0);
	RUN(&run, sallyport, "sallyport", "session", "-h");
	assert_int_equal(run.status, 0);
	RUN(&run, sallyport, "sallyport", "session", "end", "s1", "-h");
	assert_int_equal(run.status, 0);
	assert_int_equal(strncmp(run.out, "sallyport session end ", 22), 0);
	RUN(&run, sallyport, "sallyport", "help", "nothing");
	assert_int_equal(run.status, 2);
}

static void
usage_errors_say_what_to_do(void **state)
{
	RUN(&run, sallyport, "sallyport");
	assert_int_equal(run.status, 2);
	assert_string_equal(run.out, "");
	assert_non_null(strstr(run.err, "sallyport help"));
	RUN(&run, sallyport, "sallyport", "tokens");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "there is no noun \"tokens\""));
	assert_non_null(strstr(run.err, "did you mean \"token\"?"));
	RUN(&run, sallyport, "sallyport", "session", "lst");
	assert_int_equal(run.status, 2);
	assert_string_equal(run.err,
	    "sallyport session: there is no verb \"lst\"; did you mean "
	    "\"list\"?\n`sallyport help session` lists its verbs\n");
	RUN(&run, sallyport, "sallyport", "--conf", "x", "status");
	assert_int_equal(run.status, 2);
	RUN(&run, sallyport, "sallyport", "--config");
	assert_int_equal(run.status, 2);
}

static void
a_configuration_that_is_not_there_is_no_answer(void **state)
{
	RUN(&run, sallyport, "sallyport", "--config", "/nonexistent/conf",
	    "status");
	assert_int_equal(run.status, 2);
	assert_non_null(strstr(run.err, "/nonexistent/conf"));
	RUN(&run, sallyport, "sallyport", "--config=/nonexistent/conf", "key",
	    "init");
	assert_int_equal(run.status, 2);
}

/* A full disk must not look like a yes. */
static void
an_answer_that_cannot_be_written_is_none(void **state)
{
	output = "/dev/full";
	RUN(&run, sallyport, "sallyport", "--version");
	assert_int_equal(run.status, 2);
	RUN(&run, sallyport, "sallyport", "help", "token");
	assert_int_equal(run.status, 2);
	output = NULL;
}

static void
the_command_lists_its_nouns(void **state)
{
	static struct transcript t = {.noun = sallyport};

	t.program = true;
	TRANSCRIPT(&t, "help", "help session", "help tokens", "tokens",
	    "session lst", "--config /nonexistent/conf status",
	    "--config /nonexistent/conf status --json");
	transcript_compare(&t, "sallyport");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(version_and_help),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	    cmocka_unit_test(a_configuration_that_is_not_there_is_no_answer),
	    cmocka_unit_test(an_answer_that_cannot_be_written_is_none),
	    cmocka_unit_test(the_command_lists_its_nouns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
