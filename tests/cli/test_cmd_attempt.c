/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/nouns.h"
#include "tests/cli/fake.h"
#include "tests/record/log_fixture.h"

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

static void
show_is_what_audit_show_says(void **state)
{
	static struct fake_run here;
	static struct fake_run there;

	RUN(&here, cmd_attempt, "attempt", "show", "--dir", f.path, "k7qx-2m9p",
	    "--json");
	RUN(&there, cmd_audit, "audit", "show", "--dir", f.path, "k7qx-2m9p",
	    "--json");
	assert_int_equal(here.status, 0);
	assert_true(here.out_len > 0);
	assert_string_equal(here.out, there.out);
	RUN(&here, cmd_attempt, "attempt", "show", "--dir", f.path, "nobody");
	assert_int_equal(here.status, 1);
}

static void
usage_errors_say_what_to_do(void **state)
{
	static struct fake_run run;

	RUN(&run, cmd_attempt, "attempt", "show", "--dir", f.path);
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_attempt, "attempt", "list");
	assert_int_equal(run.status, 2);
	RUN(&run, cmd_attempt, "attempt", "show", "1", "2", "3", "4", "5", "6",
	    "7", "8", "9", "10", "11", "12", "13", "14", "15", "16");
	assert_int_equal(run.status, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(show_is_what_audit_show_says),
	    cmocka_unit_test(usage_errors_say_what_to_do),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
