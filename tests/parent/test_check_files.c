/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a configuration names, and who may read and write them. */
#include "gatewayd/parent/check.h"
#include <fcntl.h>
#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/parent/roles.h"
#include "tests/support/a_certificate.h"
#include "tests/support/patience.h"
#include "tests/parent/site.h"
#include "tests/support/unit.h"

static void
a_file_that_is_not_there_is_named(void **state)
{
	static const struct {
		const char *name, *said;
	} files[] = {
	    {"ca.pem", NULL}, /* two keys name it */
	    {"own.pem", "sink certificate "},
	    {"own.key", "sink key "},
	    {"password", "bind-password-file "},
	    {"keys/seal.key", "(sallyport key init makes it)"},
	    {"keys/token.pem", "(sallyport key init makes it)"},
	    {"keys/checkpoint.pem", "(sallyport key init makes it)"},
	};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		char away[128];

		snprintf(away, sizeof away, "%s/away", s->directory);
		assert_int_equal(rename(site_path(s, files[i].name), away), 0);
		if (files[i].said != NULL) {
			site_assert_refused(s, true, files[i].said);
			assert_non_null(strstr(s->errors.text, "No such file"));
		} else {
			assert_null(site_check(s, true));
			assert_int_equal(s->errors.count, 2);
		}
		assert_int_equal(rename(away, site_path(s, files[i].name)), 0);
	}
	site_assert_accepted(s, true);
}

static void
secrets_that_others_may_read_are_refused(void **state)
{
	static const char *const secrets[] = {"password", "own.key",
	    "keys/seal.key", "keys/token.pem", "keys/checkpoint.pem"};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		const char *path = site_path(s, secrets[i]);

		chmod(path, 0640);
		site_assert_refused(s, true, "others may read it (mode 06");
		chmod(site_path(s, secrets[i]), 0604);
		site_assert_refused(s, true, "others may read it (mode 06");
		chmod(site_path(s, secrets[i]), 0400);
		site_assert_accepted(s, true);
	}
	chmod(site_path(s, "ca.pem"), 0644);
	site_assert_accepted(s, true);
}

static void
a_secret_of_somebody_else_is_refused(void **state)
{
	struct site *s = *state;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(site_path(s, "keys/token.pem"), 61829, 0), 0);
	site_assert_refused(s, true, "belongs to uid 61829");
}

/* A TLS library would take each of these for no certificate, and be silent. */
static void
a_ca_that_is_none_is_found_before_it_is_needed(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		const char *said;
	} files[] = {
	    {"", 0, "ca.pem: is empty"},
	    {"\xef\xbb\xbf" A_CERTIFICATE, sizeof A_CERTIFICATE + 2,
		"ca.pem: begins with a byte order mark"},
	    {"\xff\xfe-\0-\0", 6, "ca.pem: is UTF-16"},
	    {"0\x82\x01\x00\x00", 5, "ca.pem: is binary"},
	    {"certificate\n", 12, "ca.pem: holds no PEM certificate"},
	    {A_CERTIFICATE "-----BEGIN CERTIFICATE-----\nMIIB\n",
		sizeof A_CERTIFICATE - 1 + 33,
		"ca.pem: its certificate 2 of 2 cannot be read"},
	};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		site_write_bytes(s, "ca.pem", files[i].bytes, files[i].size);
		site_assert_says(s, files[i].said);
	}
	site_write(s, "ca.pem", "# two of them\n" A_CERTIFICATE A_CERTIFICATE);
	site_assert_accepted(s, true);
}

/* of nobody; it is never asked */
static const char a_list[] =
    "-----BEGIN X509 CRL-----\n"
    "MIGnME4CAQEwCgYIKoZIzj0EAwIwDzENMAsGA1UEAwwEcm9vdBcNMjYxMTI4MTEw\n"
    "MTI4WhcNMjYxMTI5MTEwMTI4WqAOMAwwCgYDVR0UBAMCAQEwCgYIKoZIzj0EAwID\n"
    "SQAwRgIhALT6saAMbBBS2PYGj/6vAiHi2PKd5io8FdJX2I9IUFknAiEAnIPSIvLT\n"
    "hLB2v1zcIFvUBmVAdZ+epYE4gwuUQ0Y0pTA=\n"
    "-----END X509 CRL-----\n";

/* One that cannot be read would revoke nobody. */
static void
a_list_of_revoked_certificates_is_one(void **state)
{
	static const char begin[] = "directory {\n";
	char text[SITE_TEXT], with[2 * SITE_TEXT];
	struct site *s = *state;
	const char *at;

	site_text(s, "sync", text);
	at = strstr(text, begin);
	assert_non_null(at);
	at += sizeof begin - 1;
	snprintf(with, sizeof with, "%.*s\tcrl %s\n%s", (int)(at - text), text,
	    site_path(s, "list.crl"), at);
	site_write(s, "gatewayd.conf", with);
	site_assert_says(s, "list.crl: No such file");
	site_write(s, "list.crl", A_CERTIFICATE);
	site_assert_says(
	    s, "list.crl: holds no PEM list of revoked certificates");
	site_write_bytes(s, "list.crl", a_list, sizeof a_list / 2);
	site_assert_says(s,
	    "list.crl: its list of revoked certificates 1 of 1 cannot be read");
	site_write(s, "list.crl", a_list);
	site_assert_accepted(s, true);
}

/* The configuration, the policy's folder and files, CA, keys, programs, and the
 * folder that all of it lies in. */
static void
what_others_may_write_decides_nothing(void **state)
{
	static const char *const names[] = {"gatewayd.conf", "policy.d",
	    "policy.d/one.policy", "ca.pem", "own.pem", "keys/token.pem",
	    "keys", "libexec", "libexec/authority", ""};
	struct site *s = *state;
	struct stat st;

	site_assert_accepted(s, true);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(stat(site_path(s, names[i]), &st), 0);
		chmod(site_path(s, names[i]), (st.st_mode | 002) & 07777);
		site_assert_says(s, "can be written by other users");
		chmod(site_path(s, names[i]), st.st_mode & 07777);
		site_assert_accepted(s, true);
		if (geteuid() != 0)
			continue;
		assert_int_equal(chown(site_path(s, names[i]), 61829, 0), 0);
		site_assert_says(s, "chown -h root /");
		assert_int_equal(chown(site_path(s, names[i]), 0, 0), 0);
	}
}

static void
each_role_has_its_program(void **state)
{
	struct site *s = *state;

	for (size_t i = 0; i < role_rows; i++) {
		char name[64], said[96];

		snprintf(
		    name, sizeof name, "libexec/%s", role_name(roles[i].role));
		assert_int_equal(chmod(site_path(s, name), 0644), 0);
		snprintf(said, sizeof said, "%s: Permission denied", name);
		site_assert_says(s, said);
		assert_int_equal(unlink(site_path(s, name)), 0);
		snprintf(said, sizeof said, "%s: No such file", name);
		site_assert_says(s, said);
		site_write(s, name, "");
		assert_int_equal(chmod(site_path(s, name), 0755), 0);
	}
	site_assert_accepted(s, true);
}

static void
what_is_no_file_is_refused_and_not_waited_for(void **state)
{
	static const struct {
		const char *name, *said;
	} places[] = {
	    {"password", "not a file"},
	    {"keys/token.pem", "not a file"},
	    {"policy.d/one.policy", "not a file"},
	};
	struct site *s = *state;

	alarm(PATIENCE_MS / 1000);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char away[128];

		snprintf(away, sizeof away, "%s/away", s->directory);
		assert_int_equal(rename(site_path(s, places[i].name), away), 0);
		assert_int_equal(mkfifo(site_path(s, places[i].name), 0600), 0);
		site_assert_refused(s, true, places[i].said);
		assert_int_equal(rename(away, site_path(s, places[i].name)), 0);
	}
	alarm(0);
	site_assert_accepted(s, true);
}

static void
a_password_is_one_text_of_bounded_size(void **state)
{
	struct site *s = *state;
	char longest[257];

	memset(longest, 'p', sizeof longest);
	site_write_bytes(s, "password", "", 0);
	site_assert_refused(s, true, "must hold one password");
	site_write_bytes(s, "password", "\n", 1);
	site_assert_refused(s, true, "must hold one password");
	site_write_bytes(s, "password", "se\0cret", 7);
	site_assert_refused(s, true, "must hold one password");
	site_write_bytes(s, "password", longest, 256);
	site_assert_refused(s, true, "must hold one password");
	site_write_bytes(s, "password", longest, 255);
	site_assert_accepted(s, true);
	site_write_bytes(s, "password", "no newline", 10);
	site_assert_accepted(s, true);
	/* never in a message */
	site_write_bytes(s, "password", "hush\0", 5);
	assert_null(site_check(s, true));
	assert_null(strstr(s->errors.text, "hush"));
}

static unsigned
descriptors(void)
{
	unsigned open = 0;

	for (int fd = 0; fd < 256; fd++)
		open += fcntl(fd, F_GETFD) >= 0;
	return open;
}

static void
no_descriptor_is_lost_by_good_and_bad_ones(void **state)
{
	struct site *s = *state;
	unsigned before = descriptors();

	for (int i = 0; i < 20; i++) {
		checked_free(site_check(s, true));
		site_write(s, "policy.d/two.policy", "permit x\nend\n");
		assert_null(site_check(s, true));
		assert_int_equal(
		    unlink(site_path(s, "policy.d/two.policy")), 0);
	}
	assert_int_equal(descriptors(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, site_make, site_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_file_that_is_not_there_is_named),
	    TEST(secrets_that_others_may_read_are_refused),
	    TEST(a_secret_of_somebody_else_is_refused),
	    TEST(a_ca_that_is_none_is_found_before_it_is_needed),
	    TEST(a_list_of_revoked_certificates_is_one),
	    TEST(what_others_may_write_decides_nothing),
	    TEST(each_role_has_its_program),
	    TEST(what_is_no_file_is_refused_and_not_waited_for),
	    TEST(a_password_is_one_text_of_bounded_size),
	    TEST(no_descriptor_is_lost_by_good_and_bad_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
