/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/options.h"
#include "tests/support/pam_app.h"
#include "tests/support/unit.h"

static struct pam_app app;

static int
parse(struct options *o, const char *one, const char *two)
{
	const char *argv[] = {one, two};
	int argc = (one != NULL) + (two != NULL);

	return options_parse(o, app.pamh, argc, argv);
}

static void
nothing_said_is_the_usual_place(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, NULL, NULL), 0);
	assert_string_equal(o.login, "/run/sallyport/login.sock");
	assert_string_equal(o.redeem, "/run/sallyport/redeem.sock");
	assert_int_equal(o.timeout, 100000);
}

static void
what_is_said_counts(void **state)
{
	struct options o;

	assert_int_equal(parse(&o, "login=/a", "redeem=/b"), 0);
	assert_string_equal(o.login, "/a");
	assert_string_equal(o.redeem, "/b");
	assert_int_equal(parse(&o, "timeout=1", NULL), 0);
	assert_int_equal(o.timeout, 1000);
	assert_int_equal(parse(&o, "timeout=600", NULL), 0);
	assert_int_equal(o.timeout, 600000);
	assert_string_equal(o.people->language, "en");
	assert_int_equal(parse(&o, "language=de", NULL), 0);
	assert_string_equal(o.people->language, "de");
}

static void
what_has_no_sense_is_an_error(void **state)
{
	static const char *const bad[] = {"", "login", "login=", "login=a/b",
	    "redeem=./x", "timeout=", "timeout=0", "timeout=00", "timeout=601",
	    "timeout=-1", "timeout=+1", "timeout= 1", "timeout=1s",
	    "timeout=0x1", "timeout=9999999999", "timeout=4294967297",
	    "timeout=1/", "timeout=1:", "Login=/a", "debug", "nullok",
	    "use_first_pass", "login =/a", "language=", "language=tlh"};
	struct options o;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(parse(&o, bad[i], NULL), -1);
		assert_int_equal(parse(&o, "timeout=5", bad[i]), -1);
	}
}

static int
set_up(void **state)
{
	pam_app_service(&app, "");
	pam_app_start(&app);
	return 0;
}

static int
tear_down(void **state)
{
	pam_app_end(&app);
	pam_app_remove(&app);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_said_is_the_usual_place),
	    cmocka_unit_test(what_is_said_counts),
	    cmocka_unit_test(what_has_no_sense_is_an_error),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
