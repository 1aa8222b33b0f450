/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/conf_renamed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/conf/conf_parse.h"
#include "lib/conf/lex.h"
#include "tests/support/unit.h"

/* the list of a release that renamed two keys and dropped one */
const struct conf_renamed conf_renamed[] = {
    {"gateway", "name", "host"},
    {"gateway", "colour", NULL},
    {"authority", "tries", "max-tries"},
    {NULL, NULL, NULL},
};

struct fixture {
	struct conf conf;
	struct lex_errors errors;
};

/* A whole configuration with these lines in gateway and in authority. */
static int
parse(struct fixture *f, const char *gateway, const char *authority)
{
	char text[2048];
	int size = snprintf(text, sizeof text,
	    "gateway {\n%s\nissuer https://sallyport.example.com\n}\n"
	    "login { }\n"
	    "directory {\n"
	    "\turi ldaps://dc1.example.com\n"
	    "\tbind-dn \"cn=gateway,dc=example,dc=com\"\n"
	    "\tbind-password-file /etc/sallyport/ldap.password\n"
	    "\tbase \"ou=people,dc=example,dc=com\"\n"
	    "\tca /etc/sallyport/ldap-ca.pem\n"
	    "}\n"
	    "authority {\n%s\n}\n"
	    "store { }\naudit { }\nforward { }\n",
	    gateway, authority);

	lex_errors_init(&f->errors);
	return conf_parse(
	    &f->conf, "gatewayd.conf", text, (size_t)size, &f->errors);
}

static void
a_key_of_before_is_read_with_a_warning(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_int_equal(parse(f, "name bastion.example.com", "tries 7"), 0);
	assert_string_equal(f->conf.gateway.host, "bastion.example.com");
	assert_int_equal(f->conf.authority.max_tries, 7);
	assert_int_equal(f->errors.count, 0);
	assert_int_equal(f->errors.warnings, 2);
	assert_non_null(strstr(f->errors.text,
	    "gatewayd.conf:2:1: warning: gateway: \"name\" is \"host\" now; "
	    "write that: the next release does not know \"name\""));
	assert_non_null(strstr(f->errors.text, "\"tries\" is \"max-tries\""));
	free(f);
}

static void
a_key_that_is_gone_has_no_effect_and_a_warning(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_int_equal(
	    parse(f, "host bastion.example.com\ncolour red green", ""), 0);
	assert_int_equal(f->errors.count, 0);
	assert_int_equal(f->errors.warnings, 1);
	assert_non_null(strstr(f->errors.text,
	    "gatewayd.conf:3:1: warning: gateway: \"colour\" has no effect any "
	    "more; remove it"));
	free(f);
}

static void
its_value_is_looked_at_as_ever_and_twice_is_twice(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_int_equal(parse(f, "name a.example.com", "tries 0"), -1);
	assert_non_null(strstr(f->errors.text, "max-tries must be from 1"));
	assert_int_equal(
	    parse(f, "name a.example.com\nhost b.example.com", ""), -1);
	assert_non_null(strstr(f->errors.text, "host was given before"));
	free(f);
}

static void
in_another_block_it_is_unknown(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_int_equal(parse(f, "host a.example.com", "colour red"), -1);
	assert_non_null(
	    strstr(f->errors.text, "authority has no key \"colour\""));
	free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_key_of_before_is_read_with_a_warning),
	    cmocka_unit_test(a_key_that_is_gone_has_no_effect_and_a_warning),
	    cmocka_unit_test(its_value_is_looked_at_as_ever_and_twice_is_twice),
	    cmocka_unit_test(in_another_block_it_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
