/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/secret.h"
#include "tests/support/unit.h"

static bool
is_zero(const struct secret *s)
{
	const uint8_t *bytes = (const void *)s;

	for (size_t i = 0; i < sizeof *s; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

static void
a_secret_is_followed_by_a_nul(void **state)
{
	struct secret s;

	memset(&s, 'x', sizeof s);
	assert_int_equal(secret_set(&s, "hunter2", 7), 0);
	assert_int_equal(s.size, 7);
	assert_string_equal((char *)s.bytes, "hunter2");
	assert_int_equal(secret_set(&s, "", 0), 0);
	assert_int_equal(s.size, 0);
	assert_int_equal(s.bytes[0], 0);
}

static void
nothing_of_a_longer_secret_stays_behind_a_shorter_one(void **state)
{
	struct secret s;

	assert_int_equal(secret_set(&s, "a long password", 15), 0);
	assert_int_equal(secret_set(&s, "short", 5), 0);
	for (size_t i = 5; i < sizeof s.bytes; i++)
		assert_int_equal(s.bytes[i], 0);
}

static void
what_does_not_fit_leaves_it_empty(void **state)
{
	char bytes[SECRET_MAX + 1];
	struct secret s;

	memset(bytes, 'p', sizeof bytes);
	assert_int_equal(secret_set(&s, bytes, SECRET_MAX), 0);
	assert_int_equal(s.size, SECRET_MAX);
	assert_int_equal(s.bytes[SECRET_MAX], 0);
	assert_int_equal(secret_set(&s, bytes, SECRET_MAX + 1), -1);
	assert_true(is_zero(&s));
}

static void
clearing_wipes_all_of_it(void **state)
{
	struct secret s;

	assert_int_equal(secret_set(&s, "hunter2", 7), 0);
	secret_clear(&s);
	assert_true(is_zero(&s));
}

static void
equal_means_every_byte_and_the_size(void **state)
{
	uint8_t a[33], b[33];

	memset(a, 0x5a, sizeof a);
	memset(b, 0x5a, sizeof b);
	assert_true(secret_equal(a, 32, b, 32));
	assert_true(secret_equal(a, 0, b, 0));
	assert_false(secret_equal(a, 32, b, 33));
	assert_false(secret_equal(a, 1, b, 0));
	for (size_t i = 0; i < 32; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			b[i] ^= (uint8_t)(1U << bit);
			assert_false(secret_equal(a, 32, b, 32));
			b[i] ^= (uint8_t)(1U << bit);
		}
	b[32] = 0; /* past the size */
	assert_true(secret_equal(a, 32, b, 32));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_secret_is_followed_by_a_nul),
	    cmocka_unit_test(
		nothing_of_a_longer_secret_stays_behind_a_shorter_one),
	    cmocka_unit_test(what_does_not_fit_leaves_it_empty),
	    cmocka_unit_test(clearing_wipes_all_of_it),
	    cmocka_unit_test(equal_means_every_byte_and_the_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
