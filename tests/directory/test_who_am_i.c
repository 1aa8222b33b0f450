/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "gatewayd/directory/who_am_i.h"
#include "tests/support/unit.h"

#define DN "uid=alice,ou=people,dc=example,dc=test"

static void
only_the_person_is_the_person(void **state)
{
	static const struct {
		const char *id;
		bool names;
	} rows[] = {
	    {"dn:" DN, true},
	    {"DN:UID=Alice, OU=people, dc=example, dc=test", true},
	    {"dn:uid=alic\\65,ou=people,dc=example,dc=test", true},
	    {"dn:uid=bob,ou=people,dc=example,dc=test", false},
	    {"dn:ou=people,dc=example,dc=test", false},
	    {"dn:uid=alice,ou=people,dc=example,dc=test,dc=more", false},
	    {"dn:", false},
	    {"dn:alice", false},
	    {"u:alice", true},
	    {"u:CORP\\Alice", true},
	    {"u:alice\\bob", false},
	    {"u:CORP\\", false},
	    {"u:", false},
	    {"u:alice2", false},
	    {"alice", false},
	    {DN, false},
	    {"", false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (who_am_i_names(rows[i].id, strlen(rows[i].id), DN,
			"alice") != rows[i].names)
			fail_msg("%s", rows[i].id);
}

static void
what_is_no_text_names_nobody(void **state)
{
	char *longer = malloc(5000);

	assert_false(who_am_i_names("u:alice\0x", 9, DN, "alice"));
	assert_false(who_am_i_names("u:\xff", 3, DN, "\xff"));
	assert_non_null(longer);
	memset(longer, 'a', 5000);
	memcpy(longer, "u:", 2);
	assert_false(who_am_i_names(longer, 5000, DN, "alice"));
	free(longer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_the_person_is_the_person),
	    cmocka_unit_test(what_is_no_text_names_nobody),
	};

	setenv("LDAPNOINIT", "1", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
