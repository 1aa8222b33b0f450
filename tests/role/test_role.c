/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>

#include "gatewayd/role/role.h"
#include "tests/support/unit.h"

static void
add(struct role_handed *h, const char *name, int fd)
{
	snprintf(
	    h->file[h->file_count].name, sizeof h->file[0].name, "%s", name);
	h->file[h->file_count++].fd = fd;
}

static void
a_file_is_taken_once(void **state)
{
	struct role_handed h = {.file_count = 0};

	add(&h, "seal.key", 10);
	add(&h, "attempts", 11);
	assert_int_equal(role_take_file(&h, "attempts"), 11);
	assert_int_equal(role_take_file(&h, "attempts"), -1);
	assert_int_equal(role_take_file(&h, "seal"), -1);
	assert_int_equal(role_take_file(&h, "seal.key"), 10);
}

/* The CA of two sinks. */
static void
a_file_that_came_twice_is_taken_twice(void **state)
{
	struct role_handed h = {.file_count = 0};

	add(&h, "/etc/ca.pem", 10);
	add(&h, "/etc/ca.pem", 11);
	assert_int_equal(role_take_file(&h, "/etc/ca.pem"), 10);
	assert_int_equal(role_take_file(&h, "/etc/ca.pem"), 11);
	assert_int_equal(role_take_file(&h, "/etc/ca.pem"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_file_is_taken_once),
	    cmocka_unit_test(a_file_that_came_twice_is_taken_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
