/* SPDX-License-Identifier: Apache-2.0 */
/* What comes every month or year, beside the local time of the C library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/policy.h"
#include "tests/support/unit.h"

#define HOUR 3600
#define DAY (24 * HOUR)

static const char *const zones[] = {"Europe/Paris", "America/New_York",
    "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia",
    "Africa/Casablanca", "Antarctica/Troll", "UTC"};

static unsigned char data[65536];

static int
find(void *context, const char *name, const void **tzif_r, size_t *length_r)
{
	char path[128];
	FILE *file;

	(void)context;
	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
	file = fopen(path, "rb");
	if (file == NULL)
		return -1;
	*length_r = fread(data, 1, sizeof data, file);
	*tzif_r = data;
	fclose(file);
	return 0;
}

static struct policy *
during(const char *definition, const char *zone)
{
	static const struct policy_zones from = {.find = find};
	struct lex_errors errors;
	struct policy_source source = {.name = "p.policy"};
	struct policy *policy;
	char text[512];

	snprintf(text, sizeof text,
	    "%s %s\npermit any during x with otp\nend\n", definition, zone);
	source.text = text;
	source.length = strlen(text);
	lex_errors_init(&errors);
	policy = policy_parse(&source, 1, &from, &errors);
	if (policy == NULL)
		print_message("%s\n", errors.text);
	setenv("TZ", zone, 1);
	tzset();
	return policy;
}

static bool
holds(const struct policy *policy, int64_t t)
{
	struct policy_decision d;
	struct policy_request r = {.username = "al",
	    .subject = "1",
	    .service = "sshd",
	    .time_unix = t,
	    .proven = POLICY_OTP};

	policy_decide(policy, &r, &d);
	return d.outcome == POLICY_PERMIT;
}

static struct tm
local(int64_t t)
{
	time_t when = (time_t)t;
	struct tm tm;

	assert_non_null(localtime_r(&when, &tm));
	return tm;
}

/* Is the day so many days before tm its weekday's second or last? */
static bool
is_second(struct tm tm, int back, int weekday, bool last)
{
	struct tm later;
	time_t noon;

	tm.tm_mday -= back;
	tm.tm_hour = 12;
	tm.tm_min = tm.tm_sec = 0;
	noon = timegm(&tm);
	gmtime_r(&noon, &tm);
	noon += 7 * DAY;
	gmtime_r(&noon, &later);
	return tm.tm_wday == weekday &&
	       (last ? later.tm_mon != tm.tm_mon : (tm.tm_mday + 6) / 7 == 2);
}

/* hours x second tue 22:00-02:30 last sun 01:00-03:00 */
static bool
reads_nth(int64_t t)
{
	struct tm tm = local(t);
	int minute = tm.tm_hour * 60 + tm.tm_min;

	return (minute >= 22 * 60 && is_second(tm, 0, 2, false)) ||
	       (minute < 150 && is_second(tm, 1, 2, false)) ||
	       (minute >= 60 && minute < 180 && is_second(tm, 0, 0, true));
}

/* freeze x 12-24 01-02 10-25T02:30 10-25T02:45 03-29T02:15 04-01T00:00, each
 * as minutes of a year in which all months have 31 days */
static int
minute_of_year(struct tm tm)
{
	return ((tm.tm_mon * 31 + tm.tm_mday - 1) * 24 + tm.tm_hour) * 60 +
	       tm.tm_min;
}

static int
at(int month, int day, int hour, int minute)
{
	return (((month - 1) * 31 + day - 1) * 24 + hour) * 60 + minute;
}

static bool
is_between(int64_t t, int from, int until)
{
	int now = minute_of_year(local(t));

	return from < until ? now >= from && now < until
			    : now >= from || now < until;
}

/* Is it t, or has it begun already and comes again within hours? */
static bool
is_between_longer(int64_t t, int from, int until)
{
	bool before = false, after = false;

	if (is_between(t, from, until))
		return true;
	for (int minutes = 5; minutes <= 4 * 60; minutes += 5) {
		before |= is_between(t - 60 * minutes, from, until);
		after |= is_between(t + 60 * minutes, from, until);
	}
	return before && after;
}

static bool
reads_yearly(int64_t t)
{
	return is_between_longer(t, at(12, 24, 0, 0), at(1, 3, 0, 0)) ||
	       is_between_longer(t, at(10, 25, 2, 30), at(10, 25, 2, 45)) ||
	       is_between_longer(t, at(3, 29, 2, 15), at(4, 1, 0, 0));
}

static int64_t
next_turn(int64_t t)
{
	long offset = local(t).tm_gmtoff;

	for (int64_t until = t + 400 * (int64_t)DAY; t < until; t += HOUR) {
		if (local(t + HOUR).tm_gmtoff != offset)
			return t;
	}
	return t;
}

static void
compare(const char *definition, bool (*reads)(int64_t t), unsigned tries)
{
	uint32_t seed = 4711;

	for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
		struct policy *policy = during(definition, zones[z]);
		int64_t turn = 1767225600;

		assert_non_null(policy);
		/* a loaded machine takes a minute for all, and who prints
		 * nothing for so long is ended */
		print_message("%s\n", zones[z]);
		for (unsigned i = 0; i < tries; i++) {
			int64_t t;

			seed = seed * 1664525u + 1013904223u;
			if (i % 500 == 0)
				turn = next_turn(turn + 2 * HOUR);
			t = i % 4 == 0
				? turn + (seed >> 8) % (4 * DAY) - 2 * DAY
			    : i % 4 == 1
				? 1767225600 + (int64_t)(seed >> 1)
				: turn + (seed >> 8) % (8 * HOUR) - 4 * HOUR;
			if (holds(policy, t) != reads(t))
				fail_msg("%s %s at %lld: %d", definition,
				    zones[z], (long long)t, holds(policy, t));
		}
		policy_free(policy);
	}
	unsetenv("TZ");
	tzset();
}

static void
nth_days_follow_the_local_clock(void **state)
{
	(void)state;
	if (access("/usr/share/zoneinfo/UTC", R_OK) != 0)
		skip();
	compare("hours x second tue 22:00-02:30 last sun 01:00-03:00",
	    reads_nth, 8000);
}

static void
yearly_dates_are_the_longer_time(void **state)
{
	(void)state;
	if (access("/usr/share/zoneinfo/UTC", R_OK) != 0)
		skip();
	compare("freeze x 12-24 01-02 10-25T02:30 10-25T02:45 "
		"03-29T02:15 04-01T00:00",
	    reads_yearly, 2000);
}

/* Where the clock leaps over a time, and where it shows one twice. */
static void
changes_of_the_clock_are_exact(void **state)
{
	static const struct {
		const char *definition;
		int64_t first, last; /* of it, in 2026 */
	} row[] = {
	    /* 2026-03-29 is the last Sunday: 02:00 is 03:00 */
	    {"hours x last sun 01:30-03:30", 1774744200, 1774747799},
	    /* 02:30 to 02:45 is not there in March, 10-25 has 02:30 twice */
	    {"window x 10-25T02:30 10-25T02:45", 1792888200, 1792892699},
	};

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		struct policy *policy =
		    during(row[i].definition, "Europe/Paris");

		assert_non_null(policy);
		assert_false(holds(policy, row[i].first - 1));
		assert_true(holds(policy, row[i].first));
		assert_true(holds(policy, row[i].last));
		assert_false(holds(policy, row[i].last + 1));
		policy_free(policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nth_days_follow_the_local_clock),
	    cmocka_unit_test(yearly_dates_are_the_longer_time),
	    cmocka_unit_test(changes_of_the_clock_are_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
