/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/parent/site.h"

#include <ftw.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gatewayd/parent/check.h"
#include "gatewayd/parent/roles.h"
#include "tests/support/a_certificate.h"
#include "tests/support/unit.h"

static const char configuration[] = "gateway {\n"
				    "\thost bastion.example.test\n"
				    "\tissuer https://bastion.example.test\n"
				    "\truntime %1$s/run\n"
				    "\tstate %1$s\n"
				    "\tpolicy %1$s/policy.d\n"
				    "\tlibexec %1$s/libexec\n"
				    "}\n"
				    "login { user 61821 }\n"
				    "directory {\n"
				    "\tuser 61822\n"
				    "\turi ldaps://127.0.0.1\n"
				    "\tca %1$s/ca.pem\n"
				    "\tbind-dn cn=gateway\n"
				    "\tbind-password-file %1$s/password\n"
				    "\tbase dc=example\n"
				    "}\n"
				    "authority { user 61823 }\n"
				    "store { user 61824 }\n"
				    "audit { user %2$s }\n"
				    "forward {\n"
				    "\tuser 61826\n"
				    "\tsink siem {\n"
				    "\t\tkind relp\n"
				    "\t\thost 127.0.0.1\n"
				    "\t\tca %1$s/ca.pem\n"
				    "\t\tcertificate %1$s/own.pem\n"
				    "\t\tkey %1$s/own.key\n"
				    "\t}\n"
				    "}\n";

static const char policy[] = "hosts bastion bastion.example.test\n"
			     "group sre \"cn=sre,dc=example\"\n"
			     "hours office mon-fri 08:00-18:00 Europe/Paris\n"
			     "permit sre to bastion with password + otp "
			     "during office\n"
			     "end\n";

const char *
site_path(const struct site *s, const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", s->directory, name);
	return path;
}

void
site_write(const struct site *s, const char *name, const char *text)
{
	FILE *f = fopen(site_path(s, name), "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(site_path(s, name), 0600), 0);
}

void
site_text(const struct site *s, const char *audit_user, char text_r[SITE_TEXT])
{
	snprintf(text_r, SITE_TEXT, configuration, s->directory, audit_user);
}

void
site_configure(const struct site *s, const char *audit_user)
{
	char text[SITE_TEXT];

	site_text(s, audit_user, text);
	site_write(s, "gatewayd.conf", text);
}

int
site_make(void **state)
{
	struct site *s = calloc(1, sizeof *s);

	assert_non_null(s);
	snprintf(
	    s->directory, sizeof s->directory, "/tmp/sallyport-check-XXXXXX");
	assert_non_null(mkdtemp(s->directory));
	assert_int_equal(mkdir(site_path(s, "keys"), 0700), 0);
	assert_int_equal(mkdir(site_path(s, "policy.d"), 0700), 0);
	assert_int_equal(mkdir(site_path(s, "libexec"), 0755), 0);
	for (size_t i = 0; i < role_rows; i++) {
		char name[64];

		snprintf(
		    name, sizeof name, "libexec/%s", role_name(roles[i].role));
		site_write(s, name, "");
		assert_int_equal(chmod(site_path(s, name), 0755), 0);
	}
	site_write(s, "ca.pem", A_CERTIFICATE);
	site_write(s, "own.pem", A_CERTIFICATE);
	site_write(s, "own.key", "key\n");
	site_write(s, "password", "secret\n");
	site_write(s, "keys/seal.key", "01234567890123456789012345678901");
	site_write(s, "keys/token.pem", "key\n");
	site_write(s, "keys/checkpoint.pem", "key\n");
	site_write(s, "policy.d/one.policy", policy);
	site_configure(s, "61825");
	*state = s;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

int
site_remove(void **state)
{
	struct site *s = *state;

	nftw(s->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(s);
	return 0;
}

struct checked *
site_check(struct site *s, bool root)
{
	char path[128];

	snprintf(path, sizeof path, "%s/gatewayd.conf", s->directory);
	lex_errors_init(&s->errors);
	return check_configuration(path, root, true, &s->errors);
}

void
site_assert_refused(struct site *s, bool root, const char *said)
{
	struct checked *c = site_check(s, root);

	assert_null(c);
	if (s->errors.count != 1 || strstr(s->errors.text, said) == NULL)
		fail_msg("wanted \"%s\", got %u:\n%s", said, s->errors.count,
		    s->errors.text);
}

void
site_assert_accepted(struct site *s, bool root)
{
	struct checked *c = site_check(s, root);

	if (c == NULL)
		fail_msg("refused:\n%s", s->errors.text);
	checked_free(c);
}

void
site_assert_says(struct site *s, const char *text)
{
	assert_null(site_check(s, true));
	if (strstr(s->errors.text, text) == NULL)
		fail_msg("wanted %s\ngot %s", text, s->errors.text);
}

void
site_write_bytes(
    struct site *s, const char *name, const void *bytes, size_t size)
{
	FILE *f = fopen(site_path(s, name), "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}
