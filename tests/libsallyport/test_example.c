/* SPDX-License-Identifier: Apache-2.0 */
/* doc/examples/verify_token, linked as an application would be. */

#include "tests/cli/fake.h"
#include "tests/libsallyport/forge.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/unit.h"

static struct fake_run run;

/* BUILD/tests/libsallyport/test_example is where we are. */
static int
verify_token(int argc, char **argv)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 32);

	(void)argc;
	if (n < 0)
		return 97;
	path[n] = '\0';
	strcat(dirname(dirname(dirname(path))), "/examples/verify_token");
	execv(path, argv);
	return 97;
}

static void
the_example_does_what_it_says(void **state)
{
	struct forge *forge = forge_new();
	long long now = (long long)time(NULL);
	char *payload = forge_text(
	    "{\"iss\":\"i\",\"sub\":\"6f0c\",\"aud\":\"a\",\"jti\":\"j\","
	    "\"client_id\":\"c\",\"iat\":%lld,\"exp\":%lld,"
	    "\"preferred_username\":\"zoe\",\"groups\":[\"sre\",\"dba\"]}",
	    now, now + 60);
	char *token = forge_good(forge, FORGE_ED, payload);
	char *line = forge_text("%s\n", token);
	char *folder = fake_make_folder();
	char *path = forge_text("%s/jwks", folder);
	char *jwks = forge_jwks(forge);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(jwks, file);
	fclose(file);
	RUN_INPUT(&run, verify_token, line, "verify_token", "i", "a", path);
	assert_string_equal(run.err, "");
	assert_string_equal(run.out, "zoe is in, with groups sre, dba\n");
	assert_int_equal(run.status, 0);
	RUN_INPUT(&run, verify_token, line, "verify_token", "i", "b", path);
	assert_int_equal(run.status, 1);
	assert_string_equal(run.err, "verify_token: for another audience\n");
	RUN_INPUT(&run, verify_token, line, "verify_token", "i", "a",
	    "/nonexistent/jwks");
	assert_int_equal(run.status, 1);
	RUN(&run, verify_token, "verify_token");
	assert_int_equal(run.status, 2);
	fake_remove_folder(folder);
	forge_free(forge);
	free(payload);
	free(token);
	free(line);
	free(path);
	free(jwks);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_example_does_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
