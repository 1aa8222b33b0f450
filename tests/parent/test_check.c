/* SPDX-License-Identifier: Apache-2.0 */
/* What gatewayd -t and a reload find, a fault at a time. */
#include "gatewayd/parent/check.h"

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/parent/roles.h"
#include "tests/support/a_certificate.h"
#include "tests/support/patience.h"
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

struct site {
	char directory[64];
	struct lex_errors errors;
};

static const char *
path_of(const struct site *s, const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", s->directory, name);
	return path;
}

static void
write_file(const struct site *s, const char *name, const char *text)
{
	FILE *f = fopen(path_of(s, name), "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path_of(s, name), 0600), 0);
}

static void
configure(const struct site *s, const char *audit_user)
{
	char text[4096];

	snprintf(text, sizeof text, configuration, s->directory, audit_user);
	write_file(s, "gatewayd.conf", text);
}

static int
make_site(void **state)
{
	struct site *s = calloc(1, sizeof *s);

	assert_non_null(s);
	snprintf(
	    s->directory, sizeof s->directory, "/tmp/sallyport-check-XXXXXX");
	assert_non_null(mkdtemp(s->directory));
	assert_int_equal(mkdir(path_of(s, "keys"), 0700), 0);
	assert_int_equal(mkdir(path_of(s, "policy.d"), 0700), 0);
	assert_int_equal(mkdir(path_of(s, "libexec"), 0755), 0);
	for (size_t i = 0; i < role_rows; i++) {
		char name[64];

		snprintf(
		    name, sizeof name, "libexec/%s", role_name(roles[i].role));
		write_file(s, name, "");
		assert_int_equal(chmod(path_of(s, name), 0755), 0);
	}
	write_file(s, "ca.pem", A_CERTIFICATE);
	write_file(s, "own.pem", A_CERTIFICATE);
	write_file(s, "own.key", "key\n");
	write_file(s, "password", "secret\n");
	write_file(s, "keys/seal.key", "01234567890123456789012345678901");
	write_file(s, "keys/token.pem", "key\n");
	write_file(s, "keys/checkpoint.pem", "key\n");
	write_file(s, "policy.d/one.policy", policy);
	configure(s, "61825");
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

static int
remove_site(void **state)
{
	struct site *s = *state;

	nftw(s->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(s);
	return 0;
}

static struct checked *
check(struct site *s, bool root)
{
	char path[128];

	snprintf(path, sizeof path, "%s/gatewayd.conf", s->directory);
	lex_errors_init(&s->errors);
	return check_configuration(path, root, &s->errors);
}

/* One fault, and this is what is said of it. */
static void
assert_refused(struct site *s, bool root, const char *said)
{
	struct checked *c = check(s, root);

	assert_null(c);
	if (s->errors.count != 1 || strstr(s->errors.text, said) == NULL)
		fail_msg("wanted \"%s\", got %u:\n%s", said, s->errors.count,
		    s->errors.text);
}

static void
assert_accepted(struct site *s, bool root)
{
	struct checked *c = check(s, root);

	if (c == NULL)
		fail_msg("refused:\n%s", s->errors.text);
	checked_free(c);
}

static void
a_whole_site_is_accepted(void **state)
{
	struct site *s = *state;
	struct checked *c = check(s, true);

	assert_non_null(c);
	assert_int_equal(c->policies.rules, 1);
	assert_int_equal(c->policies.count, 2); /* and Europe/Paris */
	assert_string_equal(c->conf.directory.bind_password, "secret");
	assert_int_equal(c->conf.audit.role.uid, 61825);
	assert_int_equal(c->conf.audit.role.gid, 61825);
	assert_true(c->conf.audit.role.drop);
	assert_int_equal(c->conf.directory.peer_uid, 61821);
	checked_free(c);
}

static void
without_root_all_roles_are_the_caller(void **state)
{
	struct site *s = *state;
	struct checked *c;

	configure(s, "nobody-has-this-name");
	c = check(s, false);
	assert_non_null(c);
	assert_int_equal(c->conf.audit.role.uid, getuid());
	assert_int_equal(c->conf.login.role.gid, getgid());
	assert_false(c->conf.login.role.drop);
	checked_free(c);
}

static void
users_must_exist_be_apart_and_not_be_root(void **state)
{
	static const char *const bad[] = {"nobody-has-this-name", "root", "0",
	    "4294967295", "4294967296", "99999999999999999999"};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		configure(s, bad[i]);
		assert_refused(s, true, "does not exist, or is root");
	}
	configure(s, "61824");
	assert_refused(s, true, "store and audit have the same user");
	configure(s, "daemon");
	assert_accepted(s, true);
}

static void
groups_must_be_apart_too(void **state)
{
	struct site *s = *state;
	struct passwd *p = NULL;
	char text[4096], number[16];
	char *at;

	/* Debian's sync has the group of nobody */
	p = getpwnam("sync");
	if (p == NULL || p->pw_gid == 0 || p->pw_gid == p->pw_uid)
		skip();
	snprintf(number, sizeof number, "%05u", p->pw_gid);
	snprintf(text, sizeof text, configuration, s->directory, "sync");
	at = strstr(text, "61824");
	assert_non_null(at);
	assert_int_equal(strlen(number), 5);
	memcpy(at, number, 5);
	write_file(s, "gatewayd.conf", text);
	assert_refused(s, true, "store and audit have the same group");
}

/* More keys for gateway and for authority. */
static void
configure_with(struct site *s, const char *gateway, const char *authority)
{
	char plain[4096], text[4096];
	const char *rest, *last;

	snprintf(plain, sizeof plain, configuration, s->directory, "61825");
	rest = strstr(plain, "\thost");
	last = strstr(rest, "authority {");
	snprintf(text, sizeof text, "gateway {\n%s%.*sauthority {\n%s%s",
	    gateway, (int)(last - rest), rest, authority,
	    last + strlen("authority {"));
	write_file(s, "gatewayd.conf", text);
}

static void
the_helpdesk_is_a_group_here_and_one_of_the_directory(void **state)
{
	static const char people[] =
	    "helpdesk-people \"CN=Desk, DC=Example\"\n";
	struct site *s = *state;
	struct checked *c;

	configure_with(s, "helpdesk-group adm\n", people);
	c = check(s, true);
	assert_non_null(c);
	assert_int_equal(c->conf.gateway.helpdesk_gid, getgrnam("adm")->gr_gid);
	assert_int_equal(c->conf.gateway.auditor_gid, 0);
	/* as authority compares it */
	assert_string_equal(
	    c->conf.authority.helpdesk_people[0], "cn=desk,dc=example,");
	checked_free(c);
	configure_with(s, "helpdesk-group adm\n", "");
	assert_refused(s, true, "helpdesk-group needs helpdesk-people");
	configure_with(s, "helpdesk-group nobody-has-this\n", people);
	assert_refused(s, true, "no such local group");
	configure_with(s, "auditor-group root\n", "");
	assert_refused(s, true, "or it is root's");
	configure_with(s, "", "protected admins\n");
	assert_refused(s, true, "protected \"admins\" is no DN");
}

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
		assert_int_equal(rename(path_of(s, files[i].name), away), 0);
		if (files[i].said != NULL) {
			assert_refused(s, true, files[i].said);
			assert_non_null(strstr(s->errors.text, "No such file"));
		} else {
			assert_null(check(s, true));
			assert_int_equal(s->errors.count, 2);
		}
		assert_int_equal(rename(away, path_of(s, files[i].name)), 0);
	}
	assert_accepted(s, true);
}

static void
secrets_that_others_may_read_are_refused(void **state)
{
	static const char *const secrets[] = {"password", "own.key",
	    "keys/seal.key", "keys/token.pem", "keys/checkpoint.pem"};
	struct site *s = *state;

	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		const char *path = path_of(s, secrets[i]);

		chmod(path, 0640);
		assert_refused(s, true, "others may read it (mode 06");
		chmod(path_of(s, secrets[i]), 0604);
		assert_refused(s, true, "others may read it (mode 06");
		chmod(path_of(s, secrets[i]), 0400);
		assert_accepted(s, true);
	}
	chmod(path_of(s, "ca.pem"), 0644);
	assert_accepted(s, true);
}

static void
a_secret_of_somebody_else_is_refused(void **state)
{
	struct site *s = *state;

	if (geteuid() != 0)
		skip();
	assert_int_equal(chown(path_of(s, "keys/token.pem"), 61829, 0), 0);
	assert_refused(s, true, "belongs to uid 61829");
}

static void
assert_says(struct site *s, const char *text)
{
	assert_null(check(s, true));
	if (strstr(s->errors.text, text) == NULL)
		fail_msg("wanted %s\ngot %s", text, s->errors.text);
}

static void
write_bytes(struct site *s, const char *name, const void *bytes, size_t size)
{
	FILE *f = fopen(path_of(s, name), "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
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
		write_bytes(s, "ca.pem", files[i].bytes, files[i].size);
		assert_says(s, files[i].said);
	}
	write_file(s, "ca.pem", "# two of them\n" A_CERTIFICATE A_CERTIFICATE);
	assert_accepted(s, true);
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

	assert_accepted(s, true);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		assert_int_equal(stat(path_of(s, names[i]), &st), 0);
		chmod(path_of(s, names[i]), (st.st_mode | 002) & 07777);
		assert_says(s, "can be written by others");
		chmod(path_of(s, names[i]), st.st_mode & 07777);
		assert_accepted(s, true);
		if (geteuid() != 0)
			continue;
		assert_int_equal(chown(path_of(s, names[i]), 61829, 0), 0);
		assert_says(s, "chown -h root /");
		assert_int_equal(chown(path_of(s, names[i]), 0, 0), 0);
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
		assert_int_equal(chmod(path_of(s, name), 0644), 0);
		snprintf(said, sizeof said, "%s: Permission denied", name);
		assert_says(s, said);
		assert_int_equal(unlink(path_of(s, name)), 0);
		snprintf(said, sizeof said, "%s: No such file", name);
		assert_says(s, said);
		write_file(s, name, "");
		assert_int_equal(chmod(path_of(s, name), 0755), 0);
	}
	assert_accepted(s, true);
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
		assert_int_equal(rename(path_of(s, places[i].name), away), 0);
		assert_int_equal(mkfifo(path_of(s, places[i].name), 0600), 0);
		assert_refused(s, true, places[i].said);
		assert_int_equal(rename(away, path_of(s, places[i].name)), 0);
	}
	alarm(0);
	assert_accepted(s, true);
}

static void
a_seal_key_has_exactly_32_bytes(void **state)
{
	struct site *s = *state;

	write_file(s, "keys/seal.key", "0123456789012345678901234567890");
	assert_refused(s, true, "exactly 32 random bytes");
	write_file(s, "keys/seal.key", "01234567890123456789012345678901\n");
	assert_refused(s, true, "exactly 32 random bytes");
	write_file(s, "keys/seal.key", "");
	assert_refused(s, true, "exactly 32 random bytes");
}

static void
a_password_is_one_text_of_bounded_size(void **state)
{
	struct site *s = *state;
	char longest[257];

	memset(longest, 'p', sizeof longest);
	write_bytes(s, "password", "", 0);
	assert_refused(s, true, "must hold one password");
	write_bytes(s, "password", "\n", 1);
	assert_refused(s, true, "must hold one password");
	write_bytes(s, "password", "se\0cret", 7);
	assert_refused(s, true, "must hold one password");
	write_bytes(s, "password", longest, 256);
	assert_refused(s, true, "must hold one password");
	write_bytes(s, "password", longest, 255);
	assert_accepted(s, true);
	write_bytes(s, "password", "no newline", 10);
	assert_accepted(s, true);
	/* never in a message */
	write_bytes(s, "password", "hush\0", 5);
	assert_null(check(s, true));
	assert_null(strstr(s->errors.text, "hush"));
}

static void
faults_of_the_policy_have_their_place(void **state)
{
	struct site *s = *state;

	write_file(s, "policy.d/two.policy",
	    "permit nobody-knows to bastion with password\nend\n");
	assert_refused(s, true, "policy.d/two.policy:1:8: unknown group");
	write_file(s, "policy.d/two.policy", "permit sre\n");
	assert_null(check(s, true));
	assert_non_null(strstr(s->errors.text, "two.policy:"));
	/* what does not end in .policy is not read */
	assert_int_equal(unlink(path_of(s, "policy.d/two.policy")), 0);
	write_file(s, "policy.d/two.policy~", "permit sre\n");
	write_file(s, "policy.d/.two.policy", "permit sre\n");
	assert_accepted(s, true);
}

static void
directory_is_told_what_attributes_the_policy_names(void **state)
{
	struct site *s = *state;
	char text[2048] = "";
	struct checked *c = check(s, true);
	size_t used = 0;

	assert_non_null(c);
	assert_int_equal(c->conf.directory.policy_attribute_count, 0);
	checked_free(c);
	write_file(s, "policy.d/two.policy",
	    "group night attribute Shift night\ndeny night\nend\n");
	c = check(s, true);
	assert_non_null(c);
	assert_int_equal(c->conf.directory.policy_attribute_count, 1);
	assert_string_equal(c->conf.directory.policy_attribute[0], "shift");
	checked_free(c);
	for (int i = 0; i < CONF_ATTRIBUTES; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "group g%d attribute a%d x\n", i, i);
	snprintf(text + used, sizeof text - used, "end\n");
	write_file(s, "policy.d/one.policy", text);
	assert_refused(s, true,
	    "policy.d/two.policy:1:23: the policy names more than 16 "
	    "attributes");
}

static void
an_assertion_that_does_not_hold_is_a_fault(void **state)
{
	struct site *s = *state;

	write_file(s, "policy.d/assert.policy",
	    "assert always 3 factors from any\nend\n");
	assert_null(check(s, true));
	assert_non_null(strstr(s->errors.text, "assert.policy:1:"));
}

static void
a_policy_that_cannot_be_read_is_a_fault(void **state)
{
	struct site *s = *state;

	assert_int_equal(
	    symlink("/nonexistent", path_of(s, "policy.d/gone.policy")), 0);
	assert_refused(s, true, "gone.policy: No such file");
	assert_int_equal(unlink(path_of(s, "policy.d/gone.policy")), 0);
	assert_int_equal(mkdir(path_of(s, "policy.d/sub.policy"), 0700), 0);
	assert_null(check(s, true));
	assert_non_null(strstr(s->errors.text, "sub.policy: "));
}

static void
without_policies_nothing_is_permitted(void **state)
{
	struct site *s = *state;
	struct checked *c;

	assert_int_equal(unlink(path_of(s, "policy.d/one.policy")), 0);
	c = check(s, true);
	assert_non_null(c);
	assert_int_equal(c->policies.rules, 0);
	checked_free(c);
	assert_int_equal(rmdir(path_of(s, "policy.d")), 0);
	assert_refused(s, true, "policy.d: No such file");
}

static void
faults_of_all_kinds_show_in_one_run(void **state)
{
	struct site *s = *state;

	configure(s, "nobody-has-this-name");
	chmod(path_of(s, "keys/token.pem"), 0644);
	write_file(s, "policy.d/one.policy", "permit sre\nend\n");
	assert_null(check(s, true));
	assert_non_null(strstr(s->errors.text, "nobody-has-this-name"));
	assert_non_null(strstr(s->errors.text, "chmod 600 /"));
	assert_non_null(strstr(s->errors.text, "one.policy:1:"));
	/* the policy's too when gatewayd.conf itself is broken */
	write_file(s, "gatewayd.conf", "nonsense\n");
	assert_null(check(s, true));
	assert_non_null(strstr(s->errors.text, "gatewayd.conf:1:1:"));
}

static void
no_configuration_at_all_is_a_fault(void **state)
{
	struct site *s = *state;

	assert_int_equal(unlink(path_of(s, "gatewayd.conf")), 0);
	assert_refused(s, true, "gatewayd.conf: No such file");
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
		checked_free(check(s, true));
		write_file(s, "policy.d/two.policy", "permit x\nend\n");
		assert_null(check(s, true));
		assert_int_equal(unlink(path_of(s, "policy.d/two.policy")), 0);
	}
	assert_int_equal(descriptors(), before);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_site, remove_site)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_site_is_accepted),
	    TEST(without_root_all_roles_are_the_caller),
	    TEST(users_must_exist_be_apart_and_not_be_root),
	    TEST(groups_must_be_apart_too),
	    TEST(the_helpdesk_is_a_group_here_and_one_of_the_directory),
	    TEST(a_file_that_is_not_there_is_named),
	    TEST(secrets_that_others_may_read_are_refused),
	    TEST(a_secret_of_somebody_else_is_refused),
	    TEST(a_ca_that_is_none_is_found_before_it_is_needed),
	    TEST(what_others_may_write_decides_nothing),
	    TEST(each_role_has_its_program),
	    TEST(what_is_no_file_is_refused_and_not_waited_for),
	    TEST(a_seal_key_has_exactly_32_bytes),
	    TEST(a_password_is_one_text_of_bounded_size),
	    TEST(faults_of_the_policy_have_their_place),
	    TEST(directory_is_told_what_attributes_the_policy_names),
	    TEST(an_assertion_that_does_not_hold_is_a_fault),
	    TEST(a_policy_that_cannot_be_read_is_a_fault),
	    TEST(without_policies_nothing_is_permitted),
	    TEST(faults_of_all_kinds_show_in_one_run),
	    TEST(no_configuration_at_all_is_a_fault),
	    TEST(no_descriptor_is_lost_by_good_and_bad_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
