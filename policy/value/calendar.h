/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_CALENDAR_H
#define POLICY_VALUE_CALENDAR_H

#include <stdint.h>

#define CALENDAR_DAY 86400
#define CALENDAR_WEEK_MINUTES (7 * 24 * 60)

/* The proleptic Gregorian calendar; day 0 is 1970-01-01. */
struct calendar_date {
	int64_t year;
	unsigned month; /* 1 to 12 */
	unsigned day;	/* 1 to 31 */
};

int64_t calendar_days(int64_t year, unsigned month, unsigned day);
struct calendar_date calendar_date(int64_t days);
unsigned calendar_month_days(int64_t year, unsigned month);

/* 0 is Monday. */
unsigned calendar_weekday(int64_t days);

/* Which of its weekday a day is in its month, as bits; a fifth is the last. */
#define CALENDAR_FIRST 1u /* and 2, 4 and 8 for the second to the fourth */
#define CALENDAR_LAST 16u
unsigned calendar_nth(int64_t days);

/* Rounds towards the past. */
int64_t calendar_floor(int64_t value, int64_t unit);

/*
 * The minute of the week in which a moment is; 0 is Monday 00:00.  local is in
 * seconds since 1970, on the local clock.
 */
unsigned calendar_week_minute(int64_t local);

#endif
