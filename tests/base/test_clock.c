/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <time.h>

#include "lib/base/clock.h"
#include "tests/support/unit.h"

static void
the_wall_clock_is_in_milliseconds_since_1970(void **state)
{
	int64_t before = (int64_t)time(NULL) * 1000;
	int64_t now = clock_wall_ms();
	/* time() may lag behind by a tick */
	int64_t after = ((int64_t)time(NULL) + 2) * 1000;

	assert_true(before <= now && now <= after);
}

static void
the_monotonic_clock_goes_forward_in_milliseconds(void **state)
{
	const struct timespec rest = {0, 20 * 1000 * 1000};
	uint64_t began = clock_mono_ms(), last = began, passed;

	for (int i = 0; i < 10000; i++) {
		uint64_t now = clock_mono_ms();

		assert_true(now >= last);
		last = now;
	}
	last = clock_mono_ms();
	nanosleep(&rest, NULL);
	passed = clock_mono_ms() - last;
	/* never early; late only on a machine that is busy beyond use */
	assert_true(passed >= 19 && passed < 20000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_wall_clock_is_in_milliseconds_since_1970),
	    cmocka_unit_test(the_monotonic_clock_goes_forward_in_milliseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
