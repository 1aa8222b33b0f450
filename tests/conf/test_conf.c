/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/conf_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/conf/lex.h"
#include "tests/support/unit.h"

static const char good[] =
    "gateway {\n"
    "\thost    bastion1.prod.example.com\n"
    "\tissuer  https://sallyport.example.com\n"
    "\tstate   /srv/sallyport # ours\n"
    "}\n"
    "login { one-line yes }\n"
    "directory {\n"
    "\turi ldaps://dc1.example.com ldaps://dc2.example.com\n"
    "\turi ldaps://dc3.example.com\n"
    "\tbind-dn \"cn=gateway,dc=example,dc=com\"\n"
    "\tbind-password-file /etc/sallyport/ldap.password\n"
    "\tbase \"ou=people,dc=example,dc=com\"\n"
    "\toperation-timeout 1500ms\n"
    "\tconnect-timeout 2s\n"
    "\tca /etc/sallyport/ldap-ca.pem\n"
    "}\n"
    "authority {\n"
    "\tlockout 30m\n"
    "\ttoken-key /etc/sallyport/a.pem\n"
    "\ttoken-key /etc/sallyport/b.pem\n"
    "}\n"
    "store { }\n"
    "audit { segment 16M }\n"
    "forward {\n"
    "\tsink siem {\n"
    "\t\tkind relp\n"
    "\t\thost 192.0.2.9\n"
    "\t\tca /etc/sallyport/ca.pem\n"
    "\t}\n"
    "}\n";

struct fixture {
	struct conf conf;
	struct lex_errors errors;
};

static int
parse(struct fixture *f, const char *text, size_t size)
{
	lex_errors_init(&f->errors);
	return conf_parse(&f->conf, "gatewayd.conf", text, size, &f->errors);
}

static void
values_and_defaults(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_int_equal(parse(f, good, strlen(good)), 0);
	assert_string_equal(f->conf.gateway.host, "bastion1.prod.example.com");
	assert_string_equal(f->conf.gateway.runtime, "/run/sallyport");
	assert_string_equal(f->conf.gateway.state, "/srv/sallyport");
	assert_true(f->conf.login.one_line);
	assert_int_equal(f->conf.login.max_per_client, 64);
	assert_int_equal(f->conf.directory.uri_count, 3);
	assert_string_equal(
	    f->conf.directory.uri[2], "ldaps://dc3.example.com");
	assert_int_equal(f->conf.directory.operation_timeout, 1500);
	assert_int_equal(f->conf.directory.connect_timeout, 2000);
	assert_string_equal(f->conf.directory.id_attribute, "entryUUID");
	assert_int_equal(f->conf.authority.lockout_seconds, 1800);
	assert_int_equal(f->conf.authority.token_key_count, 2);
	assert_string_equal(
	    f->conf.authority.token_key[1], "/etc/sallyport/b.pem");
	assert_string_equal(
	    f->conf.authority.seal_key, "/srv/sallyport/keys/seal.key");
	assert_string_equal(
	    f->conf.authority.host, "bastion1.prod.example.com");
	assert_int_equal(f->conf.audit.segment_bytes, 16 << 20);
	assert_string_equal(
	    f->conf.audit.origin, "bastion1.prod.example.com/sallyport");
	assert_int_equal(f->conf.forward.sink_count, 1);
	assert_string_equal(f->conf.forward.sink[0].name, "siem");
	assert_int_equal(f->conf.forward.sink[0].port, 2514);
	assert_string_equal(f->conf.forward.sink[0].server_name, "192.0.2.9");
	free(f);
}

/* one line of the good file replaced, and the first line of what is said */
static const struct {
	const char *from, *to, *said;
} faults[] = {
    {"\thost    bastion1.prod.example.com\n", "\thots x\n",
	"gatewayd.conf:2:2: gateway has no key \"hots\"; did you mean "
	"\"host\"?"},
    {"\thost    bastion1.prod.example.com\n", "",
	"gatewayd.conf:1:1: gateway needs host"},
    {"\thost    bastion1.prod.example.com\n", "\thost\n",
	"gatewayd.conf:2:6: host needs a value"},
    {"\thost    bastion1.prod.example.com\n", "\thost \"\"\n",
	"gatewayd.conf:2:7: host must not be empty"},
    {"\thost    bastion1.prod.example.com\n", "\thost a b\n",
	"gatewayd.conf:2:9: host takes one value"},
    {"\thost    bastion1.prod.example.com\n", "\thost a\n\thost b\n",
	"gatewayd.conf:3:2: host was given before: give it once"},
    {"/srv/sallyport", "srv/sallyport",
	"gatewayd.conf:4:10: state must be an absolute path"},
    {"\tconnect-timeout 2s\n", "\tprofile activedirectory\n",
	"gatewayd.conf:7:1: profile is openldap, 389ds or ad, not "
	"\"activedirectory\""},
    {"\tconnect-timeout 2s\n", "\tcontractor Extern Staff\n",
	"gatewayd.conf:7:1: \"staff\" is in two of employee, contractor and "
	"vendor"},
    {"\tconnect-timeout 2s\n", "\taccount-state ad solaris\n",
	"gatewayd.conf:7:1: account-state takes openldap, 389ds, ad, edirectory "
	"and shadow, or none alone, not \"solaris\""},
    {"\tconnect-timeout 2s\n", "\taccount-state ad none\n",
	"gatewayd.conf:7:1: account-state takes openldap, 389ds, ad, edirectory "
	"and shadow, or none alone, not \"none\""},
    {"one-line yes", "one-line maybe",
	"gatewayd.conf:6:18: one-line takes yes or no"},
    {"1500ms", "1500",
	"gatewayd.conf:13:20: operation-timeout takes a time such as 300ms, 5s, 10m, 8h"},
    {"1500ms", "-5s",
	"gatewayd.conf:13:20: operation-timeout takes a time such as 300ms, 5s, 10m, 8h"},
    {"1500ms", "5w",
	"gatewayd.conf:13:20: operation-timeout takes a time such as 300ms, 5s, 10m, 8h"},
    {"1500ms", "99999999999999999999h",
	"gatewayd.conf:13:20: operation-timeout takes a time such as 300ms, 5s, 10m, 8h"},
    {"1500ms", "1ms",
	"gatewayd.conf:13:20: operation-timeout must be from 100 to 60000 "
	"milliseconds"},
    {"16M", "16X",
	"gatewayd.conf:23:17: segment takes a size such as 512K, 64M, 1G"},
    {"16M", "1K",
	"gatewayd.conf:23:17: segment must be from 65536 to 4294967296 bytes"},
    {"store { }\n", "stor { }\n",
	"gatewayd.conf:22:1: \"stor\" is no block of gatewayd.conf; did you "
	"mean \"store\"?"},
    {"store { }\n", "", "gatewayd.conf: the block store is missing"},
    {"\tstate   /srv/sallyport # ours\n", "\tlanguage tlh\n",
	"gatewayd.conf:1:1: there are no words in the language \"tlh\""},
    {"store { }\n", "store { }\nstore { }\n",
	"gatewayd.conf:23:1: there is a block store before this one: keep one of them"},
    {"store { }\n", "store {\n",
	"gatewayd.conf:23:1: store has no key \"audit\"; is a \"}\" missing "
	"before it?"},
    {"store { }\n", "store\n", "gatewayd.conf:22:6: expected \"{\""},
    {"kind relp", "kind kafka",
	"gatewayd.conf:25:2: a sink's kind is relp, not \"kafka\""},
    {"\t\tca /etc/sallyport/ca.pem\n", "", "gatewayd.conf:25:2: sink needs ca"},
    {"sink siem", "sink ../siem",
	"gatewayd.conf:25:7: a sink's name has letters, digits, \"-\" and "
	"\"_\", 64 at most"},
    {"\t\tkind relp\n", "\t\tkind relp\n\t\tkey /k.pem\n",
	"gatewayd.conf:25:2: certificate and key go together"},
    {"\tca /etc/sallyport/ldap-ca.pem\n", "",
	"gatewayd.conf:7:1: uri ldaps://dc1.example.com needs the key ca: the file"},
    {"ldaps://dc3", "ldap://dc3",
	"gatewayd.conf:7:1: uri ldap://dc3.example.com: passwords would "
	"cross the network in plaintext; use ldaps:// or start-tls"},
    /* also where they go over no net: who takes the port has them */
    {"ldaps://dc3", "ldap://127.0.0.1 ldaps://dc3",
	"gatewayd.conf:7:1: uri ldap://127.0.0.1: passwords would be in "
	"plaintext, and a program that takes that port of this machine could "
	"read them; use ldaps:// or start-tls, or say \"insecure yes\""},
    {"ldaps://dc3", "http://dc3",
	"gatewayd.conf:7:1: uri http://dc3.example.com: write it as "
	"ldaps://HOST[:PORT]"},
    {"\tconnect-timeout 2s\n", "\tstart-tls yes\n",
	"gatewayd.conf:7:1: uri ldaps://dc1.example.com: start-tls is for "
	"ldap://, ldaps:// has TLS already"},
    {"\tconnect-timeout 2s\n",
	"\tgroup-attribute memberOf\n\tgroup-base dc=example\n",
	"gatewayd.conf:7:1: give group-attribute or group-base, not both"},
    {"one-line yes", "deadline 94s",
	"gatewayd.conf:17:1: attempt-deadline must not be more than login's "
	"deadline"},
    {"segment 16M", "origin \"our log\"",
	"gatewayd.conf:23:1: origin must not contain a blank or \"+\""},
    {"one-line yes", "one-line \"yes", "gatewayd.conf:6:18: "},
    {"store { }\n", "shop {\n\tuser x\n\tother {\n\t}\n}\n",
	"gatewayd.conf:22:1: \"shop\" is no block of gatewayd.conf\n"
	"  shop {\n  ^~~~\n"
	"gatewayd.conf: the block store is missing\n"},
};

static char *
changed(const char *from, const char *to)
{
	const char *at = strstr(good, from);
	size_t room = sizeof good + strlen(to);
	char *text = malloc(room);

	assert_non_null(at);
	snprintf(text, room, "%.*s%s%s", (int)(at - good), good, to,
	    at + strlen(from));
	return text;
}

static void
groups_are_searched_where_a_base_is_given(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	char *text = changed("\tconnect-timeout 2s\n",
	    "\tgroup-base \"ou=groups,dc=example\"\n");

	assert_int_equal(parse(f, good, strlen(good)), 0);
	assert_string_equal(f->conf.directory.group_attribute, "memberOf");
	assert_int_equal(parse(f, text, strlen(text)), 0);
	assert_string_equal(f->conf.directory.group_attribute, "");
	assert_string_equal(
	    f->conf.directory.group_base, "ou=groups,dc=example");
	free(text);
	free(f);
}

static void
a_profile_has_defaults_that_keys_override(void **state)
{
	static const struct {
		const char *lines, *class, *name, *id, *vendor;
	} cases[] = {
	    {"", "posixAccount", "uid", "entryUUID", "vendor"},
	    {"\tprofile openldap\n", "posixAccount", "uid", "entryUUID",
		"vendor"},
	    {"\tprofile 389ds\n", "posixAccount", "uid", "nsUniqueId",
		"vendor"},
	    {"\tprofile ad\n", "user", "sAMAccountName", "objectGUID",
		"vendor"},
	    {"\tvendor Extern\n\tprofile ad\n\tobject-class person\n"
	     "\tusername-attribute uid\n\tid-attribute employeeNumber\n",
		"person", "uid", "employeeNumber", "Extern"},
	};
	struct fixture *f = calloc(1, sizeof *f);
	const struct conf_directory *d = &f->conf.directory;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char *text = changed("\tconnect-timeout 2s\n", cases[i].lines);

		assert_int_equal(parse(f, text, strlen(text)), 0);
		assert_string_equal(d->object_class, cases[i].class);
		assert_string_equal(d->username_attribute, cases[i].name);
		assert_string_equal(d->id_attribute, cases[i].id);
		assert_string_equal(d->vendor.value[0], cases[i].vendor);
		assert_string_equal(d->employee.value[0], "employee");
		free(text);
	}
	free(f);
}

static void
each_fault_is_named_with_its_place(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		char *text = changed(faults[i].from, faults[i].to);

		assert_int_equal(parse(f, text, strlen(text)), -1);
		if (strncmp(f->errors.text, faults[i].said,
			strlen(faults[i].said)) != 0)
			fail_msg("wanted %s\ngot %s", faults[i].said,
			    f->errors.text);
		free(text);
	}
	free(f);
}

static void
all_faults_show_in_one_run(void **state)
{
	static const char text[] = "gateway {\n\thots a\n\tstate x\n}\n"
				   "login { deadline 5 }\n"
				   "directry { }\n";
	struct fixture *f = calloc(1, sizeof *f);

	assert_int_equal(parse(f, text, strlen(text)), -1);
	assert_non_null(strstr(f->errors.text, "gatewayd.conf:2:2:"));
	assert_non_null(strstr(f->errors.text, "gatewayd.conf:3:8:"));
	assert_non_null(strstr(f->errors.text, "gatewayd.conf:5:18:"));
	assert_non_null(strstr(f->errors.text, "gatewayd.conf:6:1:"));
	assert_non_null(strstr(f->errors.text, "the block audit is missing"));
	free(f);
}

static void
a_file_cut_short_is_never_accepted(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	/* the last newline may be missing */
	for (size_t size = 0; size < strlen(good) - 1; size++)
		assert_int_equal(parse(f, good, size), -1);
	free(f);
}

static void
bytes_that_do_not_belong_never_crash(void **state)
{
	static const char bytes[] = {'\0', '\n', '{', '}', '"', '(', ')', '#',
	    '\\', '\x7f', '\xff', ','};
	struct fixture *f = calloc(1, sizeof *f);
	char *text = strdup(good);

	for (size_t i = 0; i < strlen(good); i++) {
		char was = text[i];

		for (size_t b = 0; b < sizeof bytes; b++) {
			text[i] = bytes[b];
			parse(f, text, sizeof good - 1);
		}
		text[i] = was;
	}
	free(text);
	free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_and_defaults),
	    cmocka_unit_test(groups_are_searched_where_a_base_is_given),
	    cmocka_unit_test(a_profile_has_defaults_that_keys_override),
	    cmocka_unit_test(each_fault_is_named_with_its_place),
	    cmocka_unit_test(all_faults_show_in_one_run),
	    cmocka_unit_test(a_file_cut_short_is_never_accepted),
	    cmocka_unit_test(bytes_that_do_not_belong_never_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
