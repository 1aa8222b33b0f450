/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/timeclass.h"

#include <stdlib.h>
#include <string.h>

#include "policy/decide/period.h"

#define WEEK (7 * CALENDAR_DAY)
#define REPEAT (INT64_C(146097) * CALENDAR_DAY) /* 400 years, whole weeks */

/* At this minute of the local week, hours begin or end. */
struct change {
	uint32_t period;
	uint16_t minute;
	bool begins;
};

/* The same as a moment. */
struct event {
	int64_t at;
	uint32_t period;
	bool begins;
};

/* One time zone, and all the hours in it. */
struct clock {
	const struct zone *zone;
	int64_t offset, until; /* until then this is its offset */
	struct change *changes;
	size_t change_count;
};

/* What comes every month or year. */
struct recurring {
	uint32_t period;
	size_t clock;
	int64_t next,
	    offset; /* the next change, as long as this is the offset */
};

struct walk {
	const struct policy *policy;
	struct arena *scratch;
	struct budget *budget;
	struct timeclasses *classes;
	struct intern known;	/* what holds */
	struct intern segments; /* offsets and freezes of whole weeks seen */
	int64_t since;
	struct clock *clocks;
	size_t clock_count;
	int64_t *ends; /* of all freezes, ascending */
	size_t end_count, next_end;
	struct recurring *recurring;
	size_t recurring_count;
	size_t words;
	uint64_t *holds;
	/* the freezes of it, the offset of each clock, and of less than a week
	 * where in the week it begins, and its length */
	uint64_t *segment;
	struct event *events;
};

static void
set_bit(uint64_t *bits, size_t i, bool value)
{
	if (value)
		bits[i / 64] |= UINT64_C(1) << i % 64;
	else
		bits[i / 64] &= ~(UINT64_C(1) << i % 64);
}

static bool
minute_holds(const struct period *period, unsigned minute)
{
	return period->week[minute / 64] >> minute % 64 & 1;
}

size_t
timeclass_ends(const struct period *period)
{
	bool before = minute_holds(period, CALENDAR_WEEK_MINUTES - 1);
	/* in 400 years, after which all of it comes again */
	size_t ends = 2 * (period->interval_count + 400 * period->yearly_count +
			      400 * 12 * period->nth_count);

	for (unsigned m = 0; !period->by_date && m < CALENDAR_WEEK_MINUTES;
	     m++) {
		ends += minute_holds(period, m) != before;
		before = minute_holds(period, m);
	}
	return ends;
}

static int64_t
offset_of(const struct walk *walk, size_t clock)
{
	return (int64_t)walk->segment[walk->words + clock];
}

static struct clock *
clock_of(struct walk *walk, const struct zone *zone)
{
	size_t i = 0;
	struct clock *list;

	while (i < walk->clock_count && walk->clocks[i].zone != zone)
		i++;
	if (i < walk->clock_count)
		return &walk->clocks[i];
	list = arena_grow(walk->scratch, walk->clocks, i, sizeof *list);
	if (list == NULL)
		return NULL;
	walk->clocks = list;
	list[i] = (struct clock){.zone = zone};
	walk->clock_count++;
	return &list[i];
}

static int
add_hours(struct walk *walk, uint32_t number)
{
	const struct period *period = &walk->policy->periods[number];
	struct clock *clock = clock_of(walk, period->zone);
	bool before = minute_holds(period, CALENDAR_WEEK_MINUTES - 1);

	if (clock == NULL || !budget_spend(walk->budget, CALENDAR_WEEK_MINUTES))
		return -1;
	for (unsigned m = 0; m < CALENDAR_WEEK_MINUTES; m++) {
		bool now = minute_holds(period, m);
		struct change *list = clock->changes;

		if (now == before)
			continue;
		list = arena_grow(
		    walk->scratch, list, clock->change_count, sizeof *list);
		if (list == NULL)
			return -1;
		clock->changes = list;
		list[clock->change_count++] =
		    (struct change){number, (uint16_t)m, now};
		before = now;
	}
	return 0;
}

static int
add_recurring(struct walk *walk, uint32_t number)
{
	const struct period *period = &walk->policy->periods[number];
	struct recurring *list;
	struct clock *clock;

	if (period->yearly_count == 0 && period->nth_count == 0)
		return 0;
	clock = clock_of(walk, period->zone);
	list = arena_grow(walk->scratch, walk->recurring, walk->recurring_count,
	    sizeof *list);
	if (clock == NULL || list == NULL)
		return -1;
	walk->recurring = list;
	list[walk->recurring_count++] = (struct recurring){
	    .period = number, .clock = (size_t)(clock - walk->clocks)};
	return 0;
}

static int
add_freeze(struct walk *walk, const struct period *period)
{
	for (size_t i = 0; i < period->interval_count; i++) {
		const int64_t ends[2] = {
		    period->intervals[i].from, period->intervals[i].until};

		for (size_t n = 0; n < 2; n++) {
			int64_t *list = arena_grow(walk->scratch, walk->ends,
			    walk->end_count, sizeof *list);

			if (list == NULL)
				return -1;
			walk->ends = list;
			list[walk->end_count++] = ends[n];
		}
	}
	return 0;
}

static int
compare_moments(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static int
compare_events(const void *a, const void *b)
{
	const struct event *left = a, *right = b;

	return left->at < right->at ? -1 : left->at > right->at;
}

static size_t
segment_words(const struct walk *walk)
{
	return walk->words + walk->clock_count + 2;
}

static int
prepare(struct walk *walk)
{
	const struct policy *policy = walk->policy;
	size_t changes = 0;

	for (uint32_t i = 0; i < policy->period_count; i++) {
		const struct period *period = &policy->periods[i];

		if ((period->by_date ? add_freeze(walk, period)
				     : add_hours(walk, i)) < 0 ||
		    add_recurring(walk, i) < 0)
			return -1;
	}
	if (walk->end_count > 1)
		qsort(walk->ends, walk->end_count, sizeof *walk->ends,
		    compare_moments);
	for (size_t i = 0; i < walk->clock_count; i++)
		changes += walk->clocks[i].change_count;
	walk->words = policy->period_count / 64 + 1;
	walk->holds =
	    arena_alloc(walk->scratch, walk->words * sizeof *walk->holds);
	walk->segment = arena_alloc(
	    walk->scratch, segment_words(walk) * sizeof *walk->segment);
	walk->events = arena_alloc(
	    walk->scratch, (2 * changes + 1) * sizeof *walk->events);
	return walk->scratch->failed ? -1 : 0;
}

/* What holds now is a class, perhaps a new one. */
static int
visit(struct walk *walk, int64_t time_unix)
{
	struct timeclasses *classes = walk->classes;
	struct timeclass *list;
	uint32_t number;

	if (!budget_spend(walk->budget, 8 * walk->words + 16))
		return -1;
	number = intern_add(&walk->known, walk->scratch, walk->holds,
	    walk->words * sizeof *walk->holds);
	if (number == INTERN_NONE)
		return -1;
	if (number < classes->count)
		return 0;
	list = arena_grow(
	    walk->scratch, classes->list, classes->count, sizeof *list);
	if (list == NULL)
		return -1;
	classes->list = list;
	list[classes->count].time_unix = time_unix;
	classes->count++;
	return 0;
}

/* Where hours begin and end after from and before until, a week at most. */
static size_t
list_events(struct walk *walk, int64_t from, int64_t until)
{
	size_t count = 0;

	for (size_t c = 0; c < walk->clock_count; c++) {
		const struct clock *clock = &walk->clocks[c];
		int64_t offset = offset_of(walk, c);
		/* a Monday 00:00, local, not after from */
		int64_t monday =
		    calendar_floor(from + offset + 3 * CALENDAR_DAY, WEEK) *
			WEEK -
		    3 * CALENDAR_DAY - offset;

		for (size_t i = 0; i < clock->change_count; i++) {
			const struct change *change = &clock->changes[i];
			int64_t at = monday + 60 * (int64_t)change->minute;

			/* of this week, or of the next */
			for (int64_t on = at; on <= at + WEEK; on += WEEK)
				if (on > from && on < until)
					walk->events[count++] = (struct event){
					    on, change->period, change->begins};
		}
	}
	if (count > 1)
		qsort(
		    walk->events, count, sizeof *walk->events, compare_events);
	return count;
}

static int
visit_events(struct walk *walk, int64_t from, int64_t until)
{
	size_t count = list_events(walk, from, until);

	if (!budget_spend(walk->budget, 16 * count))
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct event *event = &walk->events[i];

		set_bit(walk->holds, event->period, event->begins);
		if ((i + 1 == count || event[1].at != event->at) &&
		    visit(walk, event->at) < 0)
			return -1;
	}
	return 0;
}

/* It begins or ends at this moment, or would by another offset. */
static bool
has_changed(const struct walk *walk, const struct recurring *r, int64_t at)
{
	return at >= r->next ||
	       (walk->policy->periods[r->period].nth_count > 0 &&
		   offset_of(walk, r->clock) != r->offset);
}

/* The offsets from at on, and the freezes if one may have begun or ended. */
static void
look(struct walk *walk, int64_t at)
{
	const struct policy *policy = walk->policy;
	bool passed = at == walk->since;

	for (size_t c = 0; c < walk->clock_count; c++) {
		struct clock *clock = &walk->clocks[c];

		if (at >= clock->until) {
			clock->offset = zone_offset(clock->zone, at);
			clock->until = zone_next_change(clock->zone, at);
		}
		walk->segment[walk->words + c] = (uint64_t)clock->offset;
	}
	while (walk->next_end < walk->end_count &&
	       walk->ends[walk->next_end] <= at) {
		walk->next_end++;
		passed = true;
	}
	for (size_t i = 0; passed && i < policy->period_count; i++) {
		if (policy->periods[i].by_date)
			set_bit(walk->segment, i,
			    period_holds(&policy->periods[i], at));
	}
	for (size_t i = 0; i < walk->recurring_count; i++) {
		const struct recurring *r = &walk->recurring[i];

		if (has_changed(walk, r, at))
			set_bit(walk->segment, r->period,
			    period_holds_at(&policy->periods[r->period], at,
				offset_of(walk, r->clock)));
	}
}

/* The hours too, which walk->segment leaves out. */
static void
look_at_hours(struct walk *walk, int64_t at)
{
	const struct policy *policy = walk->policy;
	size_t c = 0;

	memcpy(walk->holds, walk->segment, walk->words * sizeof *walk->holds);
	for (size_t i = 0; i < policy->period_count; i++) {
		const struct period *period = &policy->periods[i];

		if (period->by_date)
			continue;
		while (walk->clocks[c].zone != period->zone)
			c = (c + 1) % walk->clock_count;
		set_bit(walk->holds, i,
		    minute_holds(
			period, calendar_week_minute(at + offset_of(walk, c))));
	}
}

/* Offsets and freezes do not change between from and until.  Of a week or more
 * it makes no difference where in the week it begins. */
static int
visit_segment(struct walk *walk, int64_t from, int64_t until)
{
	uint32_t before = walk->segments.count;
	bool whole = until - from >= WEEK;
	uint64_t *last = walk->segment + segment_words(walk) - 2;

	if (!budget_spend(walk->budget, 32 * (walk->clock_count + 1)))
		return -1;
	if (whole)
		until = from + WEEK;
	last[0] = whole ? 0 : (uint64_t)(from % WEEK);
	last[1] = (uint64_t)(until - from);
	if (intern_add(&walk->segments, walk->scratch, walk->segment,
		segment_words(walk) * sizeof *walk->segment) == INTERN_NONE)
		return -1;
	if (walk->segments.count == before)
		return 0; /* one like it was visited */
	if (!budget_spend(walk->budget, 8 * walk->policy->period_count))
		return -1;
	look_at_hours(walk, from);
	return visit(walk, from) < 0 ? -1 : visit_events(walk, from, until);
}

static int64_t
next_recurring(struct walk *walk, int64_t at)
{
	int64_t next = INT64_MAX;

	/* once it is spent, the walk ends at its next step */
	budget_spend(walk->budget, walk->recurring_count + 1);
	for (size_t i = 0; i < walk->recurring_count; i++) {
		struct recurring *r = &walk->recurring[i];
		const struct period *period = &walk->policy->periods[r->period];

		if (has_changed(walk, r, at)) {
			budget_spend(walk->budget,
			    64 *
				(4 * period->yearly_count + period->nth_count));
			r->offset = offset_of(walk, r->clock);
			r->next = period_next_change(period, at, r->offset);
		}
		if (r->next < next)
			next = r->next;
	}
	return next;
}

static int64_t
next_change(struct walk *walk, int64_t at)
{
	int64_t next = walk->next_end < walk->end_count
			   ? walk->ends[walk->next_end]
			   : INT64_MAX;
	int64_t recurring = next_recurring(walk, at);

	if (recurring < next)
		next = recurring;
	for (size_t c = 0; c < walk->clock_count; c++) {
		if (walk->clocks[c].until < next)
			next = walk->clocks[c].until;
	}
	return next;
}

/* The last change that does not come every year. */
static int64_t
last_change(const struct walk *walk)
{
	int64_t last = walk->since;

	for (size_t c = 0; c < walk->clock_count; c++) {
		const struct zone *zone = walk->clocks[c].zone;

		if (zone->count > 0 && zone->times[zone->count - 1] > last)
			last = zone->times[zone->count - 1];
	}
	if (walk->end_count > 0 && walk->ends[walk->end_count - 1] > last)
		last = walk->ends[walk->end_count - 1];
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
	    .since = since < 1 ? 1 : since,
	};
	int64_t at = walk.since, end;

	*classes = (struct timeclasses){0};
	if (prepare(&walk) < 0)
		return -1;
	end = last_change(&walk) + REPEAT;
	while (at < end) {
		int64_t next;

		look(&walk, at);
		next = next_change(&walk, at);
		if (next > end)
			next = end;
		if (visit_segment(&walk, at, next) < 0)
			return -1;
		at = next;
	}
	for (size_t i = 0; i < classes->count && walk.known.keys != NULL; i++)
		classes->list[i].holds =
		    (const uint64_t *)(const void *)walk.known.keys[i].data;
	return 0;
}
