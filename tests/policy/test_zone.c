/* SPDX-License-Identifier: Apache-2.0 */
/* Time zones beside those of the C library, and calendar arithmetic. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "policy/value/calendar.h"
#include "policy/value/zone.h"
#include "tests/support/unit.h"

static const char *const zones[] = {"Europe/Paris", "America/New_York",
    "Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns",
    "Africa/Casablanca", "Pacific/Apia", "Europe/Dublin", "Asia/Tehran",
    "America/Nuuk", "Antarctica/Troll", "UTC"};

static unsigned char data[65536];

static size_t
read_zone(const char *name)
{
	char path[128];
	size_t length;
	FILE *file;

	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	file = fopen(path, "rb");
	if (file == NULL)
		return 0;
	length = fread(data, 1, sizeof data, file);
	fclose(file);
	return length;
}

static int32_t
libc_offset(int64_t time_unix)
{
	time_t t = (time_t)time_unix;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	return (int32_t)tm.tm_gmtoff;
}

static void
agrees_with_the_c_library(void **state)
{
	uint32_t seed = 99;

	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		size_t length = read_zone(zones[i]);
		struct arena arena = {0};
		struct zone zone = {0};
		const char *problem;

		if (length == 0) {
			print_message("no tzdata here\n");
			skip();
		}
		assert_int_equal(
		    zone_parse(&zone, &arena, data, length, &problem), 0);
		setenv("TZ", zones[i], 1);
		tzset();
		for (int n = 0; n < 20000; n++) {
			int64_t t;

			seed = seed * 1664525u + 1013904223u;
			/* 1970 to 2106 */
			t = seed;
			if (zone_offset(&zone, t) != libc_offset(t))
				fail_msg("%s at %lld: %d, libc %d", zones[i],
				    (long long)t, zone_offset(&zone, t),
				    libc_offset(t));
		}
		/* on both sides of every change for some years */
		for (int64_t t = 1600000000; t < 2400000000;) {
			int64_t next = zone_next_change(&zone, t);

			if (next == INT64_MAX)
				break;
			assert_true(next > t);
			assert_int_equal(zone_offset(&zone, next - 1),
			    libc_offset(next - 1));
			assert_int_equal(
			    zone_offset(&zone, next), libc_offset(next));
			assert_int_equal(zone_offset(&zone, t),
			    zone_offset(&zone, next - 1));
			t = next;
		}
		arena_free(&arena);
	}
	unsetenv("TZ");
	tzset();
}

static void
damaged_data_is_refused(void **state)
{
	size_t length = read_zone("Europe/Paris");
	const char *problem;

	if (length == 0)
		skip();
	for (size_t cut = 0; cut < length; cut++) {
		struct arena arena = {0};
		struct zone zone = {0};
		unsigned char *part = test_malloc(cut + 1);

		memcpy(part, data, cut);
		assert_int_equal(
		    zone_parse(&zone, &arena, part, cut, &problem), -1);
		test_free(part);
		arena_free(&arena);
	}
	/* no byte that is wrong may do worse than another offset */
	for (size_t i = 0; i < length; i++) {
		struct arena arena = {0};
		struct zone zone = {0};
		unsigned char *copy = test_malloc(length);

		memcpy(copy, data, length);
		copy[i] ^= 0xff;
		if (zone_parse(&zone, &arena, copy, length, &problem) == 0)
			assert_in_range(
			    zone_offset(&zone, 1782900000) + 26 * 3600, 0,
			    52 * 3600);
		test_free(copy);
		arena_free(&arena);
	}
}

/* Paris: 2026-03-29 02:00 does not exist, 2026-10-25 02:30 comes twice. */
static void
local_times_become_moments(void **state)
{
	size_t length = read_zone("Europe/Paris");
	int64_t gap = calendar_days(2026, 3, 29) * CALENDAR_DAY + 9000;
	int64_t twice = calendar_days(2026, 10, 25) * CALENDAR_DAY + 9000;
	struct arena arena = {0};
	struct zone zone = {0};
	const char *problem;

	if (length == 0)
		skip();
	assert_int_equal(zone_parse(&zone, &arena, data, length, &problem), 0);
	assert_int_equal(zone_to_unix(&zone, gap, false), 1774746000);
	assert_int_equal(zone_to_unix(&zone, gap, true), 1774746000);
	assert_int_equal(zone_to_unix(&zone, twice, false), twice - 7200);
	assert_int_equal(zone_to_unix(&zone, twice, true), twice - 3600);
	assert_int_equal(
	    zone_to_unix(&zone, 1782900000, true), 1782900000 - 7200);
	arena_free(&arena);
}

static void
dates_agree_with_the_c_library(void **state)
{
	for (int64_t day = -200000; day < 400000; day += 13) {
		time_t t = (time_t)(day * CALENDAR_DAY);
		struct calendar_date date = calendar_date(day);
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		assert_int_equal(date.year, tm.tm_year + 1900);
		assert_int_equal(date.month, tm.tm_mon + 1);
		assert_int_equal(date.day, tm.tm_mday);
		assert_int_equal(calendar_weekday(day), (tm.tm_wday + 6) % 7);
		assert_int_equal(
		    calendar_days(date.year, date.month, date.day), day);
	}
	assert_int_equal(calendar_week_minute(1782900000), 2 * 1440 + 10 * 60);
	assert_int_equal(calendar_week_minute(-1), 2 * 1440 + 1439);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_the_c_library),
	    cmocka_unit_test(damaged_data_is_refused),
	    cmocka_unit_test(local_times_become_moments),
	    cmocka_unit_test(dates_agree_with_the_c_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
