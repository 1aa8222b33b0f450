/* SPDX-License-Identifier: Apache-2.0 */
/* What gatewayd -t and a reload find, a fault at a time. */
#include "gatewayd/parent/check.h"

#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatewayd/parent/roles.h"
#include "tests/support/a_certificate.h"
#include "tests/parent/site.h"
#include "tests/support/unit.h"

static void
a_whole_site_is_accepted(void **state)
{
	struct site *s = *state;
	struct checked *c = site_check(s, true);

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

	site_configure(s, "nobody-has-this-name");
	c = site_check(s, false);
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
		site_configure(s, bad[i]);
		site_assert_refused(s, true, "does not exist, or is root");
	}
	site_configure(s, "61824");
	site_assert_refused(s, true, "store and audit have the same user");
	site_configure(s, "daemon");
	site_assert_accepted(s, true);
}

static void
groups_must_be_apart_too(void **state)
{
	struct site *s = *state;
	struct passwd *p = NULL;
	char text[SITE_TEXT], number[16];
	char *at;

	/* Debian's sync has the group of nobody */
	p = getpwnam("sync");
	if (p == NULL || p->pw_gid == 0 || p->pw_gid == p->pw_uid)
		skip();
	snprintf(number, sizeof number, "%05u", p->pw_gid);
	site_text(s, "sync", text);
	at = strstr(text, "61824");
	assert_non_null(at);
	assert_int_equal(strlen(number), 5);
	memcpy(at, number, 5);
	site_write(s, "gatewayd.conf", text);
	site_assert_refused(s, true, "store and audit have the same group");
}

/* More keys for gateway and for authority. */
static void
configure_with(struct site *s, const char *gateway, const char *authority)
{
	char plain[SITE_TEXT], text[SITE_TEXT];
	const char *rest, *last;

	site_text(s, "61825", plain);
	rest = strstr(plain, "\thost");
	last = strstr(rest, "authority {");
	snprintf(text, sizeof text, "gateway {\n%s%.*sauthority {\n%s%s",
	    gateway, (int)(last - rest), rest, authority,
	    last + strlen("authority {"));
	site_write(s, "gatewayd.conf", text);
}

static void
the_helpdesk_is_a_group_here_and_one_of_the_directory(void **state)
{
	static const char people[] =
	    "helpdesk-people \"CN=Desk, DC=Example\"\n";
	struct site *s = *state;
	struct checked *c;

	configure_with(s, "helpdesk-group adm\n", people);
	c = site_check(s, true);
	assert_non_null(c);
	assert_int_equal(c->conf.gateway.helpdesk_gid, getgrnam("adm")->gr_gid);
	assert_int_equal(c->conf.gateway.auditor_gid, 0);
	/* as authority compares it */
	assert_string_equal(
	    c->conf.authority.helpdesk_people[0], "cn=desk,dc=example,");
	checked_free(c);
	configure_with(s, "helpdesk-group adm\n", "");
	site_assert_refused(s, true, "helpdesk-group needs helpdesk-people");
	configure_with(s, "helpdesk-group nobody-has-this\n", people);
	site_assert_refused(s, true, "no such local group");
	configure_with(s, "auditor-group root\n", "");
	site_assert_refused(s, true, "or it is root's");
	configure_with(s, "", "protected admins\n");
	site_assert_refused(s, true, "protected \"admins\" is no DN");
}

static void
a_seal_key_has_exactly_32_bytes(void **state)
{
	struct site *s = *state;

	site_write(s, "keys/seal.key", "0123456789012345678901234567890");
	site_assert_refused(s, true, "exactly 32 random bytes");
	site_write(s, "keys/seal.key", "01234567890123456789012345678901\n");
	site_assert_refused(s, true, "exactly 32 random bytes");
	site_write(s, "keys/seal.key", "");
	site_assert_refused(s, true, "exactly 32 random bytes");
}

static void
faults_of_the_policy_have_their_place(void **state)
{
	struct site *s = *state;

	site_write(s, "policy.d/two.policy",
	    "permit nobody-knows to bastion with password\nend\n");
	site_assert_refused(s, true, "policy.d/two.policy:1:8: unknown group");
	site_write(s, "policy.d/two.policy", "permit sre\n");
	assert_null(site_check(s, true));
	assert_non_null(strstr(s->errors.text, "two.policy:"));
	/* what does not end in .policy is not read */
	assert_int_equal(unlink(site_path(s, "policy.d/two.policy")), 0);
	site_write(s, "policy.d/two.policy~", "permit sre\n");
	site_write(s, "policy.d/.two.policy", "permit sre\n");
	site_assert_accepted(s, true);
}

static void
directory_is_told_what_attributes_the_policy_names(void **state)
{
	struct site *s = *state;
	char text[2048] = "";
	struct checked *c = site_check(s, true);
	size_t used = 0;

	assert_non_null(c);
	assert_int_equal(c->conf.directory.policy_attribute_count, 0);
	checked_free(c);
	site_write(s, "policy.d/two.policy",
	    "group night attribute Shift night\ndeny night\nend\n");
	c = site_check(s, true);
	assert_non_null(c);
	assert_int_equal(c->conf.directory.policy_attribute_count, 1);
	assert_string_equal(c->conf.directory.policy_attribute[0], "shift");
	checked_free(c);
	for (int i = 0; i < CONF_ATTRIBUTES; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "group g%d attribute a%d x\n", i, i);
	snprintf(text + used, sizeof text - used, "end\n");
	site_write(s, "policy.d/one.policy", text);
	site_assert_refused(s, true,
	    "policy.d/two.policy:1:23: the policy names more than 16 "
	    "attributes");
}

static void
an_assertion_that_does_not_hold_is_a_fault(void **state)
{
	struct site *s = *state;

	site_write(s, "policy.d/assert.policy",
	    "assert always 3 factors from any\nend\n");
	assert_null(site_check(s, true));
	assert_non_null(strstr(s->errors.text, "assert.policy:1:"));
}

static void
a_policy_that_cannot_be_read_is_a_fault(void **state)
{
	struct site *s = *state;

	assert_int_equal(
	    symlink("/nonexistent", site_path(s, "policy.d/gone.policy")), 0);
	site_assert_refused(s, true, "gone.policy: No such file");
	assert_int_equal(unlink(site_path(s, "policy.d/gone.policy")), 0);
	assert_int_equal(mkdir(site_path(s, "policy.d/sub.policy"), 0700), 0);
	assert_null(site_check(s, true));
	assert_non_null(strstr(s->errors.text, "sub.policy: "));
}

static void
without_policies_nothing_is_permitted(void **state)
{
	struct site *s = *state;
	struct checked *c;

	assert_int_equal(unlink(site_path(s, "policy.d/one.policy")), 0);
	c = site_check(s, true);
	assert_non_null(c);
	assert_int_equal(c->policies.rules, 0);
	checked_free(c);
	assert_int_equal(rmdir(site_path(s, "policy.d")), 0);
	site_assert_refused(s, true, "policy.d: No such file");
}

static void
faults_of_all_kinds_show_in_one_run(void **state)
{
	struct site *s = *state;

	site_configure(s, "nobody-has-this-name");
	chmod(site_path(s, "keys/token.pem"), 0644);
	site_write(s, "policy.d/one.policy", "permit sre\nend\n");
	assert_null(site_check(s, true));
	assert_non_null(strstr(s->errors.text, "nobody-has-this-name"));
	assert_non_null(strstr(s->errors.text, "chmod 600 /"));
	assert_non_null(strstr(s->errors.text, "one.policy:1:"));
	/* the policy's too when gatewayd.conf itself is broken */
	site_write(s, "gatewayd.conf", "nonsense\n");
	assert_null(site_check(s, true));
	assert_non_null(strstr(s->errors.text, "gatewayd.conf:1:1:"));
}

static void
no_configuration_at_all_is_a_fault(void **state)
{
	struct site *s = *state;

	assert_int_equal(unlink(site_path(s, "gatewayd.conf")), 0);
	site_assert_refused(s, true, "gatewayd.conf: No such file");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, site_make, site_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_whole_site_is_accepted),
	    TEST(without_root_all_roles_are_the_caller),
	    TEST(users_must_exist_be_apart_and_not_be_root),
	    TEST(groups_must_be_apart_too),
	    TEST(the_helpdesk_is_a_group_here_and_one_of_the_directory),
	    TEST(a_seal_key_has_exactly_32_bytes),
	    TEST(faults_of_the_policy_have_their_place),
	    TEST(directory_is_told_what_attributes_the_policy_names),
	    TEST(an_assertion_that_does_not_hold_is_a_fault),
	    TEST(a_policy_that_cannot_be_read_is_a_fault),
	    TEST(without_policies_nothing_is_permitted),
	    TEST(faults_of_all_kinds_show_in_one_run),
	    TEST(no_configuration_at_all_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
