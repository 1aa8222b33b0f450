/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/zone.h"

#include "policy/value/calendar.h"

void
zone_utc(struct zone *zone)
{
	*zone = (struct zone){.name = "UTC"};
}

/* The moment of a rule in a year, local time before the change. */
static int64_t
local_change(const struct zone_day *rule, int64_t year)
{
	int64_t first = calendar_days(year, 1, 1);
	int64_t days;

	if (rule->kind == ZONE_JULIAN) {
		/* 1 to 365, the 29th of February is never counted */
		days = first + rule->day - 1;
		if (rule->day >= 60 && calendar_month_days(year, 2) == 29)
			days++;
	} else if (rule->kind == ZONE_ORDINAL) {
		days = first + rule->day;
	} else {
		unsigned length = calendar_month_days(year, rule->month);
		unsigned weekday, day;

		first = calendar_days(year, rule->month, 1);
		weekday = (calendar_weekday(first) + 1) % 7; /* 0 is Sunday */
		day = (rule->day + 7 - weekday) % 7 + 7 * (rule->week - 1);
		while (day >= length)
			day -= 7;
		days = first + day;
	}
	return days * CALENDAR_DAY + rule->seconds;
}

static int64_t
footer_year(const struct zone *zone, int64_t time_unix)
{
	return calendar_date(
	    calendar_floor(time_unix + zone->winter, CALENDAR_DAY))
	    .year;
}

static int32_t
footer_offset(const struct zone *zone, int64_t time_unix)
{
	int64_t year, begin, end;
	bool summer;

	if (!zone->has_summer)
		return zone->winter;
	year = footer_year(zone, time_unix);
	begin = local_change(&zone->begin, year) - zone->winter;
	end = local_change(&zone->end, year) - zone->summer;
	summer = begin < end ? time_unix >= begin && time_unix < end
			     : time_unix < end || time_unix >= begin;
	return summer ? zone->summer : zone->winter;
}

/* How many of times are not after this moment. */
static size_t
changes_before(const struct zone *zone, int64_t time_unix)
{
	size_t low = 0, high = zone->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (zone->times[middle] <= time_unix)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

int32_t
zone_offset(const struct zone *zone, int64_t time_unix)
{
	size_t before = changes_before(zone, time_unix);

	if (before == zone->count && zone->has_footer)
		return footer_offset(zone, time_unix);
	return before == 0 ? zone->first_offset : zone->offsets[before - 1];
}

int64_t
zone_next_change(const struct zone *zone, int64_t time_unix)
{
	size_t before = changes_before(zone, time_unix);
	int64_t year, next = INT64_MAX;

	if (before < zone->count)
		return zone->times[before];
	if (!zone->has_footer || !zone->has_summer)
		return INT64_MAX;
	year = footer_year(zone, time_unix);
	for (int64_t y = year - 1; y <= year + 2; y++) {
		int64_t moments[] = {
		    local_change(&zone->begin, y) - zone->winter,
		    local_change(&zone->end, y) - zone->summer,
		    /* where footer_offset() turns to another year's rules */
		    calendar_days(y, 1, 1) * CALENDAR_DAY - zone->winter,
		};

		for (size_t i = 0; i < 3; i++) {
			if (moments[i] > time_unix && moments[i] < next)
				next = moments[i];
		}
	}
	return next;
}

/* No clock is further than this from UTC. */
#define FARTHEST (26 * 3600)

int64_t
zone_to_unix(const struct zone *zone, int64_t local, bool later)
{
	int64_t at = local - FARTHEST, found = at;

	while (at <= local + FARTHEST) {
		int64_t next = zone_next_change(zone, at);
		int64_t moment = local - zone_offset(zone, at);

		/* until moment the clock shows less, from then on not */
		if (!later && moment < next)
			return moment > at ? moment : at;
		if (later && moment > at)
			found = moment < next ? moment : next;
		if (next == INT64_MAX)
			break;
		at = next;
	}
	return found;
}
