/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide/period.h"

/* More than any clock is away from UTC. */
#define FAR (2 * CALENDAR_DAY)

/* ---- every month ---- */

static bool
is_nth(const struct nth_day *n, int64_t day)
{
	return (n->days >> calendar_weekday(day) & 1) &&
	       (n->nth & calendar_nth(day));
}

/* Of today, or of yesterday where it goes on over midnight. */
static bool
nth_holds(const struct nth_day *n, int64_t local)
{
	int64_t day = calendar_floor(local, CALENDAR_DAY);
	int64_t second = local - day * CALENDAR_DAY;

	if (second >= 60 * (int64_t)n->from &&
	    second < 60 * (int64_t)n->until && is_nth(n, day))
		return true;
	return second + CALENDAR_DAY < 60 * (int64_t)n->until &&
	       is_nth(n, day - 1);
}

/* When the next of these days begins or ends, on the local clock. */
static int64_t
nth_next(const struct nth_day *n, int64_t local)
{
	int64_t day = calendar_floor(local, CALENDAR_DAY) - 2;

	for (;; day++) {
		int64_t from, until;

		/* none of them is in reach before its weekday comes */
		if (!is_nth(n, day))
			continue;
		from = day * CALENDAR_DAY + 60 * (int64_t)n->from;
		until = day * CALENDAR_DAY + 60 * (int64_t)n->until;
		if (from > local)
			return from;
		if (until > local)
			return until;
	}
}

/* ---- every year ---- */

static int64_t
local_in(const struct year_time *t, int64_t year)
{
	return calendar_days(year, t->month, t->day) * CALENDAR_DAY +
	       t->seconds;
}

/* That which begins in this year, on the local clock. */
static struct interval
interval_in(const struct yearly *y, int64_t year)
{
	struct interval local = {
	    local_in(&y->from, year), local_in(&y->until, year)};

	if (local.until <= local.from)
		local.until = local_in(&y->until, year + 1);
	return local;
}

static int64_t
year_of(int64_t time_unix)
{
	return calendar_date(calendar_floor(time_unix, CALENDAR_DAY)).year;
}

/* Where clocks are put back it is the longer time, as between two dates. */
static struct interval
unix_interval(const struct zone *zone, struct interval local)
{
	return (struct interval){zone_to_unix(zone, local.from, false),
	    zone_to_unix(zone, local.until, true)};
}

static bool
yearly_holds(
    const struct period *period, const struct yearly *y, int64_t time_unix)
{
	int64_t this = year_of(time_unix);

	for (int64_t year = this - 2; year <= this + 1; year++) {
		struct interval i = interval_in(y, year);

		if (time_unix < i.from - FAR || time_unix >= i.until + FAR)
			continue;
		if (time_unix < i.from + FAR || time_unix >= i.until - FAR)
			i = unix_interval(period->zone, i);
		if (time_unix >= i.from && time_unix < i.until)
			return true;
	}
	return false;
}

/* The earlier one of next and this local time, if it is after time_unix.  Few
 * are so near that the zone has to be asked. */
static int64_t
earlier(const struct period *period, int64_t local, bool later,
    int64_t time_unix, int64_t next)
{
	int64_t at;

	if (local + FAR <= time_unix ||
	    (next != INT64_MAX && local - FAR >= next))
		return next;
	at = zone_to_unix(period->zone, local, later);
	return at > time_unix && at < next ? at : next;
}

static int64_t
yearly_next(
    const struct period *period, const struct yearly *y, int64_t time_unix)
{
	int64_t this = year_of(time_unix), next = INT64_MAX;

	for (int64_t year = this - 2; year <= this + 1; year++) {
		struct interval i = interval_in(y, year);

		next = earlier(period, i.from, false, time_unix, next);
		next = earlier(period, i.until, true, time_unix, next);
	}
	return next;
}

/* ---- all of it ---- */

bool
period_holds_at(const struct period *period, int64_t time_unix, int64_t offset)
{
	unsigned minute;

	if (!period->by_date) {
		minute = calendar_week_minute(time_unix + offset);
		return period->week[minute / 64] >> minute % 64 & 1;
	}
	for (size_t i = 0; i < period->interval_count; i++) {
		if (time_unix >= period->intervals[i].from &&
		    time_unix < period->intervals[i].until)
			return true;
	}
	for (size_t i = 0; i < period->yearly_count; i++) {
		if (yearly_holds(period, &period->yearly[i], time_unix))
			return true;
	}
	for (size_t i = 0; i < period->nth_count; i++) {
		if (nth_holds(&period->nth[i], time_unix + offset))
			return true;
	}
	return false;
}

/* Between dates the zone does not matter any more. */
bool
period_holds(const struct period *period, int64_t time_unix)
{
	bool is_local = !period->by_date || period->nth_count > 0;

	return period_holds_at(period, time_unix,
	    is_local ? zone_offset(period->zone, time_unix) : 0);
}

int64_t
period_next_change(
    const struct period *period, int64_t time_unix, int64_t offset)
{
	int64_t next = INT64_MAX, change;

	for (size_t i = 0; i < period->yearly_count; i++) {
		change = yearly_next(period, &period->yearly[i], time_unix);
		if (change < next)
			next = change;
	}
	for (size_t i = 0; i < period->nth_count; i++) {
		change = nth_next(&period->nth[i], time_unix + offset) - offset;
		if (change < next)
			next = change;
	}
	return next;
}
