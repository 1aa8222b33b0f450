/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "lib/base/reason.h"
#include "tests/cli/fake.h"
#include "tests/cli/transcript.h"
#include "tests/record/log_fixture.h"

#include <jansson.h>
#include <string.h>

#include "tests/support/unit.h"

static struct log_fixture f;

static int
set_up(void **state)
{
	log_fixture_open(&f);
	log_fixture_write(&f, 30, 30, 10000);
	return 0;
}

static int
tear_down(void **state)
{
	log_fixture_close(&f);
	return 0;
}

static struct fake_run run;

static void
show_says_in_words_what_happened(void **state)
{
	RUN(&run, cmd_attempt, "attempt", "show", "--dir", f.path, "k7qx-2m9p");
	assert_int_equal(run.status, 0);
	assert_non_null(strstr(run.out, "2026-01-01T00:00:00Z  granted: "
					"alice from 10.20.0.5 by sshd\n"
					"  reason         "));
	RUN(&run, cmd_attempt, "attempt", "show", "--dir", f.path, "nobody");
	assert_int_equal(run.status, 1);
}

static void
scripts_get_an_array_of_the_records(void **state)
{
	json_t *all;

	RUN(&run, cmd_attempt, "attempt", "show", "--dir", f.path, "k7qx-2m9p",
	    "--json");
	assert_int_equal(run.status, 0);
	all = json_loads(run.out, JSON_REJECT_DUPLICATES, NULL);
	assert_true(json_array_size(all) > 0);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(all, 0), "time")),
	    "2026-01-01T00:00:00Z");
	json_decref(all);
	RUN(&run, cmd_attempt, "attempt", "show", "--dir", f.path, "nobody",
	    "--json");
	assert_int_equal(run.status, 1);
	assert_string_equal(run.out,
	    "{\"error\":\"there is no record of nobody\",\"status\":1}\n");
}

static void
each_reason_is_explained(void **state)
{
	for (unsigned i = 1; i < REASON_COUNT; i++) {
		char word[REASON_MAX + 1];

		reason_write(i, word);
		RUN(&run, cmd_attempt, "attempt", "explain", word);
		assert_int_equal(run.status, 0);
		assert_non_null(strstr(run.out, word));
		assert_true(*reason_meaning(i) != '\0');
		assert_non_null(strstr(run.out, reason_meaning(i)));
		assert_non_null(strstr(run.out, reason_help(i)));
	}
	RUN(&run, cmd_attempt, "attempt", "explain", "lease_account_disabled");
	assert_int_equal(run.status, 0);
	assert_non_null(
	    strstr(run.out, reason_meaning(REASON_ACCOUNT_DISABLED)));
	RUN(&run, cmd_attempt, "attempt", "explain", "bad_luck");
	assert_int_equal(run.status, 1);
}

static void
usage_errors_say_what_to_do(void **state)
{
	RUN(&run, cmd_attempt, "attempt", "show", "--dir", f.path);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_attempt, "attempt", "list");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_attempt, "attempt", "show", "1", "2");
	assert_int_equal(run.status, 2);
}

/* One record of thirty: the others differ in nothing that is printed. */
static void
the_command_prints_what_happened(void **state)
{
	static struct transcript t = {.noun = cmd_attempt};
	struct log_fixture one;

	log_fixture_open(&one);
	log_fixture_write(&one, 1, 1, 10000);
	t.folder = one.path;
	TRANSCRIPT(&t, "attempt help", "attempt show --dir FOLDER k7qx-2m9p",
	    "attempt show --dir FOLDER k7qx-2m9p --json",
	    "attempt show --dir FOLDER nobody",
	    "attempt show --dir FOLDER nobody --json",
	    "attempt show --dir FOLDER", "attempt explain wrong_code",
	    "attempt explain --json wrong_code", "attempt explain wrong_cod",
	    "attempt explain --json wrong_cod");
	transcript_compare(&t, "attempt");
	log_fixture_close(&one);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(show_says_in_words_what_happened),
	    cmocka_unit_test(scripts_get_an_array_of_the_records),
	    cmocka_unit_test(each_reason_is_explained),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	    cmocka_unit_test(the_command_prints_what_happened),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
