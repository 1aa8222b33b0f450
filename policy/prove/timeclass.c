/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/timeclass.h"

#include <string.h>

#include "policy/decide/match.h"

#define WEEK (7 * CALENDAR_DAY)
#define REPEAT (INT64_C(146097) * CALENDAR_DAY) /* 400 years, whole weeks */

struct walk {
	const struct policy *policy;
	struct arena *scratch;
	struct budget *budget;
	struct timeclasses *classes;
	struct intern known;	/* what holds */
	struct intern segments; /* offsets and freezes of whole weeks seen */
	uint8_t *holds;
	int32_t *offsets;
	struct changes *changes; /* per period */
};

/* Minutes of the week at which hours begin or end. */
struct changes {
	uint16_t *minutes;
	size_t count;
};

static bool
minute_holds(const struct period *period, unsigned minute)
{
	return period->week[minute / 64] >> minute % 64 & 1;
}

/* As period_holds(), by what visit_segment() found for the whole segment: to
 * ask the zone each time is most of the work of a proof. */
static bool
holds(const struct walk *walk, size_t i, int64_t time_unix)
{
	const struct period *period = &walk->policy->periods[i];
	int32_t offset = walk->offsets[i];

	return period->is_freeze
		   ? offset != 0
		   : minute_holds(
			 period, calendar_week_minute(time_unix + offset));
}

static int
visit(struct walk *walk, int64_t time_unix)
{
	const struct policy *policy = walk->policy;
	struct timeclasses *classes = walk->classes;
	struct timeclass *list;
	uint32_t number;

	if (!budget_spend(walk->budget, 2 * (policy->period_count + 1)))
		return -1;
	for (size_t i = 0; i < policy->period_count; i++)
		walk->holds[i] = holds(walk, i, time_unix);
	number = intern_add(
	    &walk->known, walk->scratch, walk->holds, policy->period_count);
	if (number == INTERN_NONE)
		return -1;
	if (number < classes->count)
		return 0;
	list = arena_grow(
	    walk->scratch, classes->list, classes->count, sizeof *list);
	if (list == NULL)
		return -1;
	classes->list = list;
	list[classes->count++] = (struct timeclass){
	    .time_unix = time_unix,
	    .holds = (const uint8_t *)walk->known.keys[number].data,
	};
	return 0;
}

static int
list_changes(struct walk *walk)
{
	const struct policy *policy = walk->policy;

	walk->changes = arena_alloc(
	    walk->scratch, (policy->period_count + 1) * sizeof(struct changes));
	if (walk->changes == NULL)
		return -1;
	for (size_t i = 0; i < policy->period_count; i++) {
		const struct period *period = &policy->periods[i];
		struct changes *changes = &walk->changes[i];
		bool before = minute_holds(period, CALENDAR_WEEK_MINUTES - 1);

		if (!budget_spend(walk->budget, CALENDAR_WEEK_MINUTES))
			return -1;
		for (unsigned m = 0; m < CALENDAR_WEEK_MINUTES; m++) {
			bool now = minute_holds(period, m);

			if (now != before) {
				changes->minutes =
				    arena_grow(walk->scratch, changes->minutes,
					changes->count, sizeof(uint16_t));
				if (changes->minutes == NULL)
					return -1;
				changes->minutes[changes->count++] =
				    (uint16_t)m;
			}
			before = now;
		}
	}
	return 0;
}

/* Where hours begin and end, between from and until, a week at most. */
static int
visit_week(struct walk *walk, size_t number, int64_t from, int64_t until)
{
	const struct changes *changes = &walk->changes[number];
	int64_t offset = walk->offsets[number];
	int64_t local = from + offset;
	/* a Monday 00:00, local, not after from */
	int64_t monday = calendar_floor(local + 3 * CALENDAR_DAY, WEEK) * WEEK -
			 3 * CALENDAR_DAY;

	for (int week = 0; week < 2; week++) {
		for (size_t i = 0; i < changes->count; i++) {
			int64_t at = monday + week * WEEK - offset +
				     60 * (int64_t)changes->minutes[i];

			if (at >= from && at < until && visit(walk, at) != 0)
				return -1;
		}
	}
	return 0;
}

/* Offsets and freezes do not change between from and until. */
static int
visit_segment(struct walk *walk, int64_t from, int64_t until)
{
	const struct policy *policy = walk->policy;
	size_t count = policy->period_count;
	uint32_t before = walk->segments.count;

	if (!budget_spend(walk->budget, 8 * (count + 1)))
		return -1;
	if (until - from > WEEK)
		until = from + WEEK;
	for (size_t i = 0; i < count; i++) {
		const struct period *period = &policy->periods[i];

		walk->offsets[i] = period->is_freeze
				       ? period_holds(period, from)
				       : zone_offset(period->zone, from);
	}
	if (visit(walk, from) != 0)
		return -1;
	if (until - from == WEEK) {
		if (intern_add(&walk->segments, walk->scratch, walk->offsets,
			count * sizeof *walk->offsets) == INTERN_NONE)
			return -1;
		if (walk->segments.count == before)
			return 0;
	}
	for (size_t i = 0; i < count; i++) {
		if (!policy->periods[i].is_freeze &&
		    visit_week(walk, i, from, until) != 0)
			return -1;
	}
	return 0;
}

static int64_t
next_event(const struct policy *policy, int64_t at)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < policy->period_count; i++) {
		const struct period *period = &policy->periods[i];
		int64_t change = period->is_freeze
				     ? INT64_MAX
				     : zone_next_change(period->zone, at);

		if (change < next)
			next = change;
		for (size_t j = 0; j < period->interval_count; j++) {
			const struct interval *interval = &period->intervals[j];

			if (interval->from > at && interval->from < next)
				next = interval->from;
			if (interval->until > at && interval->until < next)
				next = interval->until;
		}
	}
	return next;
}

/* The last change that does not come every year. */
static int64_t
last_event(const struct policy *policy, int64_t since)
{
	int64_t last = since;

	for (size_t i = 0; i < policy->period_count; i++) {
		const struct period *period = &policy->periods[i];
		const struct zone *zone = period->zone;

		if (!period->is_freeze && zone->count > 0 &&
		    zone->times[zone->count - 1] > last)
			last = zone->times[zone->count - 1];
		for (size_t j = 0; j < period->interval_count; j++) {
			if (period->intervals[j].until > last)
				last = period->intervals[j].until;
		}
	}
	return last;
}

int
timeclass_find(const struct policy *policy, struct arena *scratch,
    struct budget *budget, int64_t since, struct timeclasses *classes)
{
	struct walk walk = {
	    .policy = policy,
	    .scratch = scratch,
	    .budget = budget,
	    .classes = classes,
	};
	size_t count = policy->period_count;
	int64_t at = since < 1 ? 1 : since;
	int64_t end = last_event(policy, at) + REPEAT;

	*classes = (struct timeclasses){0};
	walk.holds = arena_alloc(scratch, count + 1);
	walk.offsets = arena_alloc(scratch, (count + 1) * sizeof *walk.offsets);
	if (walk.holds == NULL || walk.offsets == NULL ||
	    list_changes(&walk) != 0)
		return -1;
	while (at < end) {
		int64_t next = next_event(policy, at);

		if (next > end)
			next = end;
		if (visit_segment(&walk, at, next) != 0)
			return -1;
		at = next;
	}
	return 0;
}

static bool
any_holds(const struct timeclass *class, const struct ids *periods)
{
	for (uint32_t i = 0; i < periods->count; i++) {
		if (class->holds[periods->list[i]])
			return true;
	}
	return false;
}

bool
timeclass_matches(const struct timeclass *class, const struct scope *scope)
{
	return (scope->during.any || any_holds(class, &scope->during)) &&
	       !any_holds(class, &scope->outside);
}
