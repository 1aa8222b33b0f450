/* SPDX-License-Identifier: Apache-2.0 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <pwd.h>
#include <unistd.h>

#include "pam_module/host_facts.h"
#include "tests/support/pam_app.h"
#include "tests/support/unit.h"

/* Stands before the C library's: what the database says; 0: what it has. */
static int passwd_error;

int
getpwnam_r(const char *name, struct passwd *pw, char *room, size_t size,
    struct passwd **found_r)
{
	int (*real)(
	    const char *, struct passwd *, char *, size_t, struct passwd **);

	*(void **)&real = dlsym(RTLD_NEXT, "getpwnam_r");
	if (passwd_error == 0)
		return real(name, pw, room, size, found_r);
	*found_r = NULL;
	return passwd_error;
}

static int
set_up(void **state)
{
	struct pam_app *a = calloc(1, sizeof *a);

	pam_app_service(a, "");
	pam_app_start_as(a, pam_app_user());
	*state = a;
	return 0;
}

static int
tear_down(void **state)
{
	struct pam_app *a = *state;

	pam_app_end(a);
	pam_app_remove(a);
	free(a);
	return 0;
}

static void
set_connection(struct pam_app *a, const char *value)
{
	char setting[2000];

	snprintf(setting, sizeof setting, "SSH_CONNECTION=%s", value);
	assert_int_equal(pam_putenv(a->pamh, setting), PAM_SUCCESS);
}

static void
set_item(struct pam_app *a, int item, size_t size)
{
	char value[2000];

	memset(value, 'x', size);
	value[size] = '\0';
	assert_int_equal(pam_set_item(a->pamh, item, value), PAM_SUCCESS);
}

static void
sshds_address_is_taken_in_one_form(void **state)
{
	static const struct {
		const char *value, *client;
		uint16_t port;
	} row[] = {
	    {"192.0.2.7 4711 192.0.2.1 22", "192.0.2.7", 4711},
	    {"2001:DB8:0:0::7 1 ::1 22", "2001:db8::7", 1},
	    {"::ffff:192.0.2.7 65535 ::1 22", "192.0.2.7", 65535},
	    {"::1 22 ::1 22", "::1", 22},
	    {"fe80::1%eth0 22 fe80::2%eth0 22", "fe80::1", 22},
	};
	struct pam_app *a = *state;
	struct host_facts f;

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		set_connection(a, row[i].value);
		/* it holds beside a name, and beside itself */
		pam_set_item(a->pamh, PAM_RHOST,
		    i % 2 == 0 ? "host.example" : row[i].client);
		assert_int_equal(host_facts_gather(&f, a->pamh), 0);
		assert_string_equal(f.client, row[i].client);
		assert_int_equal(f.port, row[i].port);
	}
}

static void
an_address_that_is_none_is_marked_as_such(void **state)
{
	static const char *const bad[] = {"", " ",
	    "UNKNOWN 65535 UNKNOWN 65535", "host.example 22 ::1 22",
	    "192.0.2.7", "192.0.2.7 ", "192.0.2.7 x ::1 22",
	    "192.0.2.7 65536 ::1 22", "192.0.2.7 -1 ::1 22", "192.0.2.7 22",
	    "192.0.2.7 +22 ::1 22", "192.0.2.7  22 ::1 22", "192.0.2 22 ::1 22",
	    "192.0.2.007 22 ::1 22", "2001:db8::1%eth0 22 ::1 22",
	    "192.0.2.7%eth0 22 ::1 22", "192.0.2.7 99999999999999999999 ::1 22",
	    "1111111111111111111111111111111111111111111111111111111111111111111"
	    " 22 ::1 22"};
	struct pam_app *a = *state;
	struct host_facts f;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		set_connection(a, bad[i]);
		assert_int_equal(host_facts_gather(&f, a->pamh), 0);
		assert_int_equal(f.client[0], '?');
		assert_int_equal(f.port, 0);
		if (strlen(bad[i]) < PAMWIRE_MAX_ADDRESS)
			assert_string_equal(f.client + 1, bad[i]);
		else
			assert_string_equal(
			    f.client + PAMWIRE_MAX_ADDRESS - 3, "...");
	}
}

/* pam_env lets people write into it; sshd says PAM_RHOST too. */
static void
an_address_that_is_another_one_is_marked_too(void **state)
{
	struct pam_app *a = *state;
	struct host_facts f;

	set_connection(a, "10.20.1.2 22 ::1 22");
	pam_set_item(a->pamh, PAM_RHOST, "192.0.2.7");
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_string_equal(f.client, "?10.20.1.2 22 ::1 22");
	assert_int_equal(f.port, 0);
	pam_set_item(a->pamh, PAM_RHOST, "::ffff:10.20.1.2");
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_string_equal(f.client, "10.20.1.2");
}

static void
without_sshd_a_number_in_rhost_counts(void **state)
{
	struct pam_app *a = *state;
	struct host_facts f;

	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_string_equal(f.client, "");
	assert_int_equal(f.port, 0);
	pam_set_item(a->pamh, PAM_RHOST, "");
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_string_equal(f.client, "");
	pam_set_item(a->pamh, PAM_RHOST, "::ffff:192.0.2.7");
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_string_equal(f.client, "192.0.2.7");
	/* a name is not looked up, and is not "local" either */
	pam_set_item(a->pamh, PAM_RHOST, "localhost");
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_string_equal(f.client, "?localhost");
	set_item(a, PAM_RHOST, 300);
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_int_equal(strlen(f.client), PAMWIRE_MAX_ADDRESS);
	assert_int_equal(f.client[0], '?');
	assert_string_equal(f.client + PAMWIRE_MAX_ADDRESS - 3, "...");
}

/* PAM's environment is sshd's word; the process's own is not. */
static void
the_process_environment_is_not_asked(void **state)
{
	struct pam_app *a = *state;
	struct host_facts f;

	setenv("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 2", 1);
	setenv("SSH_AUTH_INFO_0", "publickey x", 1);
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_string_equal(f.client, "");
	assert_string_equal(f.auth_info, "");
	unsetenv("SSH_CONNECTION");
	unsetenv("SSH_AUTH_INFO_0");
}

static void
names_are_looked_up_once(void **state)
{
	struct pam_app *a = *state;
	struct host_facts f;

	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_true(f.local);
	assert_int_equal(f.uid, getpwuid(getuid())->pw_uid);
	assert_true(host_facts_same_user(&f, a->pamh));
	pam_set_item(a->pamh, PAM_USER, "no-such-name-here");
	assert_false(host_facts_same_user(&f, a->pamh));
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_false(f.local);
	assert_int_equal(f.uid, PAMWIRE_NO_UID);
}

/* Long after it could be anybody's, and it is nobody's when PAM is asked. */
static void
a_name_that_does_not_fit_is_marked(void **state)
{
	struct pam_app *a = *state;
	struct host_facts f;

	set_item(a, PAM_USER, PAMWIRE_MAX_USERNAME);
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_int_equal(f.username[PAMWIRE_MAX_USERNAME - 1], 'x');
	assert_true(host_facts_same_user(&f, a->pamh));
	set_item(a, PAM_USER, PAMWIRE_MAX_USERNAME + 1);
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_int_equal(strlen(f.username), PAMWIRE_MAX_USERNAME);
	assert_string_equal(f.username + PAMWIRE_MAX_USERNAME - 4, "x...");
	assert_false(f.local);
	assert_false(host_facts_same_user(&f, a->pamh));
}

static void
whatever_does_not_fit_is_cut_and_marked(void **state)
{
	static const struct {
		int item;
		size_t max;
	} row[] = {{PAM_SERVICE, PAMWIRE_MAX_SERVICE},
	    {PAM_TTY, PAMWIRE_MAX_TTY}, {PAM_RUSER, PAMWIRE_MAX_USERNAME}};
	char setting[PAMWIRE_MAX_AUTH_INFO + 32] = "SSH_AUTH_INFO_0=";
	size_t name = strlen(setting);
	struct pam_app *a = *state;
	struct host_facts f;

	const char *const fact[] = {f.service, f.tty, f.ruser};

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		set_item(a, row[i].item, row[i].max);
		assert_int_equal(host_facts_gather(&f, a->pamh), 0);
		assert_int_equal(strlen(fact[i]), row[i].max);
		assert_int_equal(strspn(fact[i], "x"), row[i].max);
		set_item(a, row[i].item, row[i].max + 1);
		assert_int_equal(host_facts_gather(&f, a->pamh), 0);
		assert_int_equal(strlen(fact[i]), row[i].max);
		assert_string_equal(fact[i] + row[i].max - 3, "...");
		set_item(a, row[i].item, 1);
	}
	assert_string_equal(f.service, "x");
	memset(setting + name, 'k', PAMWIRE_MAX_AUTH_INFO);
	assert_int_equal(pam_putenv(a->pamh, setting), PAM_SUCCESS);
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_int_equal(strlen(f.auth_info), PAMWIRE_MAX_AUTH_INFO);
	setting[name + PAMWIRE_MAX_AUTH_INFO] = 'k';
	assert_int_equal(pam_putenv(a->pamh, setting), PAM_SUCCESS);
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_int_equal(strlen(f.auth_info), PAMWIRE_MAX_AUTH_INFO);
	assert_string_equal(f.auth_info + PAMWIRE_MAX_AUTH_INFO - 4, "k...");
}

/* BEGIN is sent all the same, so that there is a record. */
static void
a_database_that_does_not_answer_knows_nobody(void **state)
{
	struct pam_app *a = *state;
	struct host_facts f;

	passwd_error = EIO;
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_false(f.local);
	assert_int_equal(f.uid, PAMWIRE_NO_UID);
	assert_string_equal(f.username, pam_app_user());
	passwd_error = 0;
	assert_int_equal(host_facts_gather(&f, a->pamh), 0);
	assert_true(f.local);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(sshds_address_is_taken_in_one_form),
	    T(an_address_that_is_none_is_marked_as_such),
	    T(an_address_that_is_another_one_is_marked_too),
	    T(without_sshd_a_number_in_rhost_counts),
	    T(the_process_environment_is_not_asked),
	    T(names_are_looked_up_once),
	    T(a_database_that_does_not_answer_knows_nobody),
	    T(a_name_that_does_not_fit_is_marked),
	    T(whatever_does_not_fit_is_cut_and_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
