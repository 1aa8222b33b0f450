/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept between calls.  libpam lets only a module it has loaded touch
 * its data, so libpam's part is played here.
 */
#include <stdlib.h>
#include <string.h>

#include "pam_module/grant.h"
#include "tests/support/unit.h"

/* never looked into */
#define PAMH ((pam_handle_t *)(uintptr_t)&pam)
#define SESSION "AAAAAAAAAA-_0123456789"

/* one pam_set_data() entry */
static struct {
	void *data;
	void (*cleanup)(pam_handle_t *, void *, int);
	bool set_data_fails;
} pam;

int __wrap_pam_set_data(pam_handle_t *pamh, const char *name, void *data,
    void (*cleanup)(pam_handle_t *, void *, int));
int __wrap_pam_get_data(
    const pam_handle_t *pamh, const char *name, const void **data_r);
void __wrap_pam_syslog(
    const pam_handle_t *pamh, int level, const char *fmt, ...);

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
	memset(&pam, 0, sizeof pam);
	return 0;
}

static int
tear_down(void **state)
{
	clean(PAM_DATA_SILENT);
	return 0;
}

static void
a_grant_is_the_handle_s(void **state)
{
	struct grant *g;

	assert_null(grant_find(PAMH));
	g = grant_begin(PAMH);
	assert_non_null(g);
	assert_false(g->is_granted);
	assert_ptr_equal(grant_find(PAMH), g);
}

static void
a_new_attempt_takes_the_last_one_away(void **state)
{
	static const struct grant none;
	struct grant *g = grant_begin(PAMH);

	g->is_granted = g->is_open = true;
	strcpy(g->session, SESSION);
	strcpy(g->facts.username, "alice");
	/* without asking for memory: this cannot fail */
	pam.set_data_fails = true;
	assert_ptr_equal(grant_begin(PAMH), g);
	assert_memory_equal(g, &none, sizeof none);
}

static void
what_cannot_be_kept_is_no_grant(void **state)
{
	pam.set_data_fails = true;
	assert_null(grant_begin(PAMH));
	assert_null(grant_find(PAMH));
}

static void
a_session_that_was_not_opened_here_is_not_closed(void **state)
{
	struct grant_call call = {.pamh = PAMH, .grant = grant_begin(PAMH)};

	strcpy(call.grant->session, SESSION);
	/* with no socket to ask at */
	grant_session_close(&call);
	assert_false(call.grant->is_open);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_grant_is_the_handle_s),
	    T(a_new_attempt_takes_the_last_one_away),
	    T(what_cannot_be_kept_is_no_grant),
	    T(a_session_that_was_not_opened_here_is_not_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
