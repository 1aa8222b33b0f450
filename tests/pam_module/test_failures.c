/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The n-th call of any kind that could fail does, for every n there is: in
 * none of those runs is anybody let in, though the gateway grants and the
 * module behind ours permits everything.  Only the run in which nothing
 * failed succeeds.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <security/pam_appl.h>
#include <string.h>

#include "tests/support/fail_nth.h"
#include "tests/support/fake_gateway.h"
#include "tests/support/pam_app.h"
#include "tests/support/unit.h"

enum call { AUTHENTICATE, ACCOUNT_AFTER, ACCOUNT_ALONE, OPEN_SESSION };

static struct fake_gateway gateway;
static struct pam_app app;
static int (*real_converse)(
    int, const struct pam_message **, struct pam_response **, void *);

/* The module's, and what libpam asks itself: an item that is not told is no
 * empty one. */
__attribute__((visibility("default"))) int
pam_get_item(const pam_handle_t *pamh, int type, const void **item_r)
{
	int (*real)(const pam_handle_t *, int, const void **) =
	    dlsym(RTLD_NEXT, "pam_get_item");

	if (fail_nth_here("pam_get_item"))
		return PAM_SYSTEM_ERR;
	return real(pamh, type, item_r);
}

static int
converse(int count, const struct pam_message **message,
    struct pam_response **response_r, void *arg)
{
	if (fail_nth_here("conversation"))
		return PAM_CONV_ERR;
	return real_converse(count, message, response_r, arg);
}

static int
set_up(void **state)
{
	char options[300];

	fake_start(&gateway);
	snprintf(options, sizeof options, "login=%s redeem=%s timeout=60",
	    gateway.login, gateway.redeem);
	pam_app_service(&app, options);
	real_converse = app.conv.conv;
	app.conv.conv = converse;
	return 0;
}

static int
tear_down(void **state)
{
	pam_app_remove(&app);
	fake_stop(&gateway);
	return 0;
}

static int
prepare_and_call(enum call call, int n)
{
	int result = PAM_SYSTEM_ERR;

	pam_app_start(&app);
	if (call == ACCOUNT_AFTER || call == OPEN_SESSION)
		assert_int_equal(pam_authenticate(app.pamh, 0), PAM_SUCCESS);
	if (call == OPEN_SESSION)
		assert_int_equal(pam_acct_mgmt(app.pamh, 0), PAM_SUCCESS);
	fail_nth_arm(n);
	switch (call) {
	case AUTHENTICATE:
		result = pam_authenticate(app.pamh, 0);
		break;
	case ACCOUNT_AFTER:
	case ACCOUNT_ALONE:
		result = pam_acct_mgmt(app.pamh, 0);
		break;
	case OPEN_SESSION:
		result = pam_open_session(app.pamh, 0);
		break;
	}
	fail_nth_disarm();
	pam_app_end(&app);
	return result;
}

static int
count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		count++;
	closedir(dir);
	return count;
}

static void
no_failure_lets_anybody_in(enum call call)
{
	int n = 0, before;

	assert_int_equal(prepare_and_call(call, 0), PAM_SUCCESS);
	before = count_fds();
	for (;;) {
		int result = prepare_and_call(call, ++n);

		if (!fail_nth_failed()) {
			assert_int_equal(result, PAM_SUCCESS);
			break;
		}
		if (result == PAM_SUCCESS || result == 25 /* ignore */)
			print_message("call %d: %s\n", n, fail_nth_name());
		assert_int_not_equal(result, PAM_SUCCESS);
		assert_int_not_equal(result, 25);
		assert_int_not_equal(result, PAM_SESSION_ERR);
		/* an fd that could not be looked at is not ours to close */
		if (strcmp(fail_nth_name(), "fstat") == 0)
			before = count_fds();
		assert_int_equal(count_fds(), before);
	}
	assert_in_range(n, 10, 100000);
	print_message("%d ways to fail\n", n - 1);
}

static void
authentication(void **state)
{
	no_failure_lets_anybody_in(AUTHENTICATE);
}

static void
account_after_authentication(void **state)
{
	no_failure_lets_anybody_in(ACCOUNT_AFTER);
}

static void
account_alone(void **state)
{
	no_failure_lets_anybody_in(ACCOUNT_ALONE);
}

static void
session(void **state)
{
	no_failure_lets_anybody_in(OPEN_SESSION);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(authentication),
	    T(account_after_authentication),
	    T(account_alone),
	    T(session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
