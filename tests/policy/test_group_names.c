/* SPDX-License-Identifier: Apache-2.0 */
/* A group's name becomes one value of a DN, whatever it holds. */
#include <string.h>

#include "lib/base/dn.h"
#include "tests/support/unit.h"

static void
a_name_is_one_value_whatever_it_holds(void **state)
{
	static const struct {
		const char *name, *dn;
	} rows[] = {
	    {"sre", "cn=sre,ou=g,dc=x"},
	    {"a,b", "cn=a\\,b,ou=g,dc=x"},
	    {"a+sn=b", "cn=a\\+sn\\=b,ou=g,dc=x"},
	    {"x,ou=admins", "cn=x\\,ou\\=admins,ou=g,dc=x"},
	    {"\\", "cn=\\\\,ou=g,dc=x"},
	    {"\\2c", "cn=\\\\2c,ou=g,dc=x"},
	    {"#1", "cn=\\#1,ou=g,dc=x"},
	    {"c#", "cn=c#,ou=g,dc=x"},
	    {" a b ", "cn=\\ a b\\ ,ou=g,dc=x"},
	    {" ", "cn=\\ ,ou=g,dc=x"},
	    {"\"<a>;", "cn=\\\"\\<a\\>\\;,ou=g,dc=x"},
	    {"*", "cn=*,ou=g,dc=x"},
	    {"M\xc3\xbcnchen", "cn=M\xc3\xbcnchen,ou=g,dc=x"},
	};
	char dn[DN_MAX], normal[DN_MAX];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		long size =
		    dn_of_name("cn=*,ou=g,dc=x", rows[i].name, dn, sizeof dn);

		assert_string_equal(dn, rows[i].dn);
		assert_int_equal(size, strlen(dn));
		size = dn_normalise(dn, normal, sizeof normal);
		assert_true(size > 11);
		assert_memory_equal(normal + size - 11, ",ou=g,dc=x,", 11);
	}
}

static void
a_pattern_has_one_star_in_its_first_part(void **state)
{
	static const char *const bad[] = {"", "*", "cn=", "cn=*", "cn=*,",
	    "cn=a,ou=*", "cn=*a,ou=g", "cn=a*,ou=g", "cn=*+sn=a,ou=g",
	    "ou=groups,dc=x", "cn=*,ou"};
	char dn[DN_MAX];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(dn_of_name(bad[i], "x", dn, sizeof dn), -1);
	assert_int_equal(dn_of_name("cn=*,ou=g", "", dn, sizeof dn), -1);
	assert_int_equal(dn_of_name("cn=*,ou=g", "sre", dn, 10), -1);
	assert_int_equal(dn_of_name("cn=*,ou=g", "sre", dn, 12), 11);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_name_is_one_value_whatever_it_holds),
	    cmocka_unit_test(a_pattern_has_one_star_in_its_first_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
