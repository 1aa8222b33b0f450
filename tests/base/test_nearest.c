/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/nearest.h"

#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

static const char *const names[] = {
    "deadline", "max-tries", "lockout", "uri", "host", "token", "token-key"};
#define COUNT (sizeof names / sizeof names[0])

static void
slips_of_a_finger_are_found(void **state)
{
	static const char *const slips[][2] = {{"deadlin", "deadline"},
	    {"deadlinee", "deadline"}, {"daedline", "deadline"},
	    {"dedalien", "deadline"}, {"max_tries", "max-tries"},
	    {"maxtries", "max-tries"}, {"lokcout", "lockout"}, {"url", "uri"},
	    {"hots", "host"}, {"hosts", "host"}, {"tokn", "token"},
	    {"token_key", "token-key"}, {"tokenkey", "token-key"}};

	for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
		const char *found =
		    nearest(slips[i][0], strlen(slips[i][0]), names, COUNT);

		if (found == NULL || strcmp(found, slips[i][1]) != 0)
			fail_msg("%s: %s", slips[i][0],
			    found == NULL ? "nothing" : found);
	}
}

static void
what_is_far_is_not_guessed(void **state)
{
	static const char *const words[] = {
	    "", "x", "xyz", "password", "dead", "key", "maximum", "DEADLINE"};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		const char *found =
		    nearest(words[i], strlen(words[i]), names, COUNT);

		if (found != NULL)
			fail_msg("%s: %s", words[i], found);
	}
	assert_null(nearest("uri", 3, names, 0));
}

static void
the_nearest_counts_and_then_the_first(void **state)
{
	static const char *const near[] = {"abcdefgh", "abcdefxx", "abcdexxx"};
	static const char *const same[] = {"abcx", "abcy"};

	assert_string_equal(nearest("abcdefgx", 8, near, 3), "abcdefgh");
	assert_string_equal(nearest("abcdexxy", 8, near, 3), "abcdexxx");
	assert_string_equal(nearest("abcz", 4, same, 2), "abcx");
}

static void
the_size_is_what_is_typed_not_a_nul(void **state)
{
	assert_string_equal(nearest("urx{ ca /x", 3, names, COUNT), "uri");
}

static void
long_names_are_never_near(void **state)
{
	char typed[80], name[80];
	const char *list[] = {name};

	memset(typed, 'a', sizeof typed);
	memset(name, 'a', sizeof name);
	name[64] = '\0';
	assert_ptr_equal(nearest(typed, 63, list, 1), name);
	assert_ptr_equal(nearest(typed, 64, list, 1), name);
	assert_null(nearest(typed, 65, list, 1));
	name[64] = 'a';
	name[65] = '\0';
	assert_null(nearest(typed, 64, list, 1));
}

/* Another way to the same distance: all edits, tried one by one. */
static unsigned
slow(const char *a, size_t n, const char *b, size_t m)
{
	unsigned best, other;

	if (n == 0 || m == 0)
		return (unsigned)(n + m);
	best = slow(a + 1, n - 1, b + 1, m - 1) + (a[0] != b[0]);
	other = slow(a + 1, n - 1, b, m) + 1;
	best = other < best ? other : best;
	other = slow(a, n, b + 1, m - 1) + 1;
	best = other < best ? other : best;
	if (n > 1 && m > 1 && a[0] == b[1] && a[1] == b[0]) {
		other = slow(a + 2, n - 2, b + 2, m - 2) + 1;
		best = other < best ? other : best;
	}
	return best;
}

static void
it_agrees_with_a_slow_one(void **state)
{
	unsigned seed = 1, near = 0;

	for (int i = 0; i < 3000; i++) {
		char typed[7], name[7];
		const char *list[] = {name};
		size_t n = 1 + (size_t)rand_r(&seed) % 6,
		       m = 1 + (size_t)rand_r(&seed) % 6;
		unsigned d;

		for (size_t j = 0; j < n; j++)
			typed[j] = (char)('a' + rand_r(&seed) % 3);
		for (size_t j = 0; j < m; j++)
			name[j] = (char)('a' + rand_r(&seed) % 3);
		name[m] = '\0';
		d = slow(typed, n, name, m);
		near += d <= 1 + n / 4 && d < m;
		assert_int_equal(nearest(typed, n, list, 1) != NULL,
		    d <= 1 + n / 4 && d < m);
	}
	assert_in_range(near, 100, 2900);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(slips_of_a_finger_are_found),
	    cmocka_unit_test(what_is_far_is_not_guessed),
	    cmocka_unit_test(the_nearest_counts_and_then_the_first),
	    cmocka_unit_test(the_size_is_what_is_typed_not_a_nul),
	    cmocka_unit_test(long_names_are_never_near),
	    cmocka_unit_test(it_agrees_with_a_slow_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
