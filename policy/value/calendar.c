/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/calendar.h"

#include <stdbool.h>

int64_t
calendar_floor(int64_t value, int64_t unit)
{
	return value / unit - (value % unit < 0);
}

/* Years begin in March, so that the leap day is the last one. */
int64_t
calendar_days(int64_t year, unsigned month, unsigned day)
{
	int64_t y = year - (month <= 2);
	int64_t era = calendar_floor(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = (month + 9) % 12;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;

	return era * 146097 + year_of_era * 365 + year_of_era / 4 -
	       year_of_era / 100 + day_of_year - 719468;
}

struct calendar_date
calendar_date(int64_t days)
{
	int64_t shifted = days + 719468;
	int64_t era = calendar_floor(shifted, 146097);
	int64_t day = shifted - era * 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct calendar_date date = {
	    .year = year + era * 400 + (month >= 10),
	    .month = (unsigned)(month < 10 ? month + 3 : month - 9),
	    .day = (unsigned)(day_of_year - (153 * month + 2) / 5 + 1),
	};

	return date;
}

unsigned
calendar_month_days(int64_t year, unsigned month)
{
	static const unsigned days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap);
}

unsigned
calendar_weekday(int64_t days)
{
	/* 1970-01-01 was a Thursday */
	return (unsigned)(days + 3 - calendar_floor(days + 3, 7) * 7);
}

unsigned
calendar_week_minute(int64_t local)
{
	int64_t minutes = calendar_floor(local, 60) + 3 * 24 * 60;

	return (
	    unsigned)(minutes - calendar_floor(minutes, CALENDAR_WEEK_MINUTES) *
				    CALENDAR_WEEK_MINUTES);
}

unsigned
calendar_nth(int64_t days)
{
	struct calendar_date date = calendar_date(days);
	unsigned nth = CALENDAR_FIRST << (date.day - 1) / 7;

	return date.day + 7 > calendar_month_days(date.year, date.month)
		   ? nth | CALENDAR_LAST
		   : nth;
}
