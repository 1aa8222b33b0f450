/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept between calls.  libpam lets only a module it has loaded touch
 * its data, so libpam's part is played here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pam_module/grant.h"

/* never looked into */
#define PAMH ((pam_handle_t *)(uintptr_t)&pam)
#define SESSION "AAAAAAAAAA-_0123456789"

/* one pam_set_data() entry and one environment variable */
static struct {
	void *data;
	void (*cleanup)(pam_handle_t *, void *, int);
	char setting[64];
	bool set_data_fails, putenv_fails;
} pam;

int __wrap_pam_set_data(pam_handle_t *, const char *, void *,
    void (*)(pam_handle_t *, void *, int));
int __wrap_pam_get_data(const pam_handle_t *, const char *, const void **);
int __wrap_pam_putenv(pam_handle_t *, const char *);
const char *__wrap_pam_getenv(pam_handle_t *, const char *);
void __wrap_pam_syslog(const pam_handle_t *, int, const char *, ...);

static void
clean(int status)
{
	if (pam.cleanup != NULL)
		pam.cleanup(PAMH, pam.data, status);
	pam.data = NULL;
	pam.cleanup = NULL;
}

int
__wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *, void *, int))
{
	(void)pamh;
	assert_string_equal(name, "sallyport_grant");
	if (pam.set_data_fails)
		return PAM_BUF_ERR;
	clean(PAM_DATA_REPLACE);
	pam.data = data;
	pam.cleanup = cleanup;
	return PAM_SUCCESS;
}

int
__wrap_pam_get_data(
    const pam_handle_t *pamh, const char *name, const void **data_r)
{
	(void)pamh;
	(void)name;
	*data_r = pam.data;
	return pam.data == NULL ? PAM_NO_MODULE_DATA : PAM_SUCCESS;
}

int
__wrap_pam_putenv(pam_handle_t *pamh, const char *setting)
{
	(void)pamh;
	if (pam.putenv_fails)
		return PAM_BUF_ERR;
	pam.setting[0] = '\0';
	if (strchr(setting, '=') != NULL)
		strncpy(pam.setting, setting, sizeof pam.setting - 1);
	return PAM_SUCCESS;
}

const char *
__wrap_pam_getenv(pam_handle_t *pamh, const char *name)
{
	(void)pamh;
	(void)name;
	return pam.setting[0] == '\0' ? NULL : strchr(pam.setting, '=') + 1;
}

void
__wrap_pam_syslog(const pam_handle_t *pamh, int level, const char *fmt, ...)
{
	(void)pamh;
	(void)level;
	(void)fmt;
}

static int
set_up(void **state)
{
	(void)state;
	memset(&pam, 0, sizeof pam);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	clean(PAM_DATA_SILENT);
	return 0;
}

static const struct grant granted = {.attempt = {1}, .session = SESSION};

static void
a_grant_is_kept_and_named_in_the_environment(void **state)
{
	struct grant g;
	char session[PAMWIRE_SESSION + 1];

	(void)state;
	assert_int_equal(grant_state(PAMH, &g), GRANT_NOT_ASKED);
	assert_false(grant_session(PAMH, session));
	assert_int_equal(grant_begin(PAMH), 0);
	assert_int_equal(grant_state(PAMH, &g), GRANT_REFUSED);
	assert_false(grant_session(PAMH, session));
	assert_int_equal(grant_keep(PAMH, &granted), 0);
	assert_int_equal(grant_state(PAMH, &g), GRANT_KEPT);
	assert_memory_equal(&g, &granted, sizeof g);
	assert_string_equal(pam.setting, "SALLYPORT_SESSION=" SESSION);
	assert_true(grant_session(PAMH, session));
	assert_string_equal(session, SESSION);
}

static void
a_new_attempt_takes_it_away(void **state)
{
	char session[PAMWIRE_SESSION + 1];
	struct grant g;

	(void)state;
	assert_int_equal(grant_keep(PAMH, &granted), 0);
	assert_int_equal(grant_begin(PAMH), 0);
	assert_int_equal(grant_state(PAMH, &g), GRANT_REFUSED);
	assert_string_equal(pam.setting, "");
	/* whatever somebody else puts there */
	strncpy(pam.setting, "SALLYPORT_SESSION=" SESSION, 60);
	assert_false(grant_session(PAMH, session));
}

static void
what_cannot_be_kept_is_no_grant(void **state)
{
	struct grant g;

	(void)state;
	assert_int_equal(grant_begin(PAMH), 0);
	pam.set_data_fails = true;
	assert_int_equal(grant_keep(PAMH, &granted), -1);
	assert_int_equal(grant_state(PAMH, &g), GRANT_REFUSED);
	assert_int_equal(grant_begin(PAMH), -1);
	pam.set_data_fails = false;
	pam.putenv_fails = true;
	assert_int_equal(grant_keep(PAMH, &granted), -1);
	assert_int_equal(grant_state(PAMH, &g), GRANT_REFUSED);
	strncpy(pam.setting, "SALLYPORT_SESSION=" SESSION, 60);
	assert_int_equal(grant_begin(PAMH), -1);
}

/* sshd's monitor: nothing of ours in this process but the environment */
static void
elsewhere_the_environment_names_the_session(void **state)
{
	static const char *const bad[] = {
	    "SALLYPORT_SESSION=", "SALLYPORT_SESSION=AAAAAAAAAA-_012345678",
	    "SALLYPORT_SESSION=" SESSION "A",
	    "SALLYPORT_SESSION=AAAAAAAAAA-_012345678/"};
	char session[PAMWIRE_SESSION + 1];

	(void)state;
	strncpy(pam.setting, "SALLYPORT_SESSION=" SESSION, 60);
	assert_true(grant_session(PAMH, session));
	assert_string_equal(session, SESSION);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		strncpy(pam.setting, bad[i], sizeof pam.setting - 1);
		assert_false(grant_session(PAMH, session));
	}
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_grant_is_kept_and_named_in_the_environment),
	    T(a_new_attempt_takes_it_away),
	    T(what_cannot_be_kept_is_no_grant),
	    T(elsewhere_the_environment_names_the_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
