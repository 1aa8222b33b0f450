/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "policy/prove/hostsearch.h"
#include "policy/value/intern.h"

#define FAILED_MAX 64
#define DIGIT_BITS 8
#define DIGIT_MASK ((1u << DIGIT_BITS) - 1)

/* An obstacle begins or ends at this cell. */
struct event {
	uint32_t cell;
	bool starts;
	const struct obstacle *obstacle;
};

/*
 * Along the addresses, cell by cell, with the list of the obstacles that are
 * active there.  Where few addresses are left, hosts are searched, and times
 * are sets all along.
 */
struct sweep {
	const struct target *target;
	struct arena *scratch, *hosts;
	struct event *events, *sorted;
	size_t event_count;
	const struct obstacle **active;
	size_t active_count;
	size_t *positions; /* of an obstacle in active */
	struct avoided_host *avoided;
	uint64_t *times, *left, *found; /* of all cells, of one, of one host */
	/* sets of obstacles that leave nothing; nor do they with more */
	size_t set_words;
	uint64_t *set;
	uint64_t *failed[FAILED_MAX];
	size_t failed_count;
};

static size_t
words(const struct sweep *s)
{
	return s->target->world->words;
}

static bool
spend(const struct sweep *s, uint64_t work)
{
	return budget_spend(s->target->world->budget, work);
}

struct sweep *
sweep_new(const struct target *target, struct arena *scratch,
    struct arena *hosts, const struct obstacle *obstacles, size_t count)
{
	struct sweep *s = arena_alloc(scratch, sizeof *s);
	size_t ranges = 0, patterns = 0, size = target->world->words;

	if (s == NULL)
		return NULL;
	s->target = target;
	s->scratch = scratch;
	s->hosts = hosts;
	s->set_words = count / 64 + 1;
	for (size_t i = 0; i < count; i++) {
		const struct box *box = obstacles[i].box;

		patterns += box->scope->hosts.count + 1;
		if (!obstacles[i].all_cells)
			ranges += box->cell_count + target->cell_count;
	}
	s->events = arena_alloc(scratch, (2 * ranges + 1) * sizeof *s->events);
	s->sorted = arena_alloc(scratch, (2 * ranges + 1) * sizeof *s->sorted);
	s->active = arena_alloc(scratch, (count + 1) * sizeof(void *));
	s->positions = arena_alloc(scratch, (count + 1) * sizeof(size_t));
	s->avoided = arena_alloc(scratch, (patterns + 1) * sizeof *s->avoided);
	s->times = arena_alloc(scratch, 3 * size * sizeof(uint64_t));
	s->set = arena_alloc(
	    scratch, (FAILED_MAX + 1) * s->set_words * sizeof(uint64_t));
	if (scratch->failed)
		return NULL;
	s->left = s->times + size;
	s->found = s->left + size;
	for (size_t f = 0; f < FAILED_MAX; f++)
		s->failed[f] = s->set + (f + 1) * s->set_words;
	return s;
}

/* ---- times ---- */

static bool
meets(const struct sweep *s, const struct box *box, const uint64_t *times)
{
	for (size_t w = 0; box->times != NULL && w < words(s); w++) {
		if (box->times[w] & times[w])
			return true;
	}
	return box->times == NULL;
}

/* Takes the box's times away; false once none is left. */
static bool
take_times(const struct sweep *s, const struct box *box, uint64_t *times)
{
	uint64_t left = 0;

	for (size_t w = 0; box->times != NULL && w < words(s); w++)
		left |= times[w] &= ~box->times[w];
	return left != 0;
}

static int64_t
first_time(const struct sweep *s, const uint64_t *times)
{
	size_t w = 0;

	while (times[w] == 0)
		w++;
	return s->target->world->times
	    .list[w * 64 + (size_t)__builtin_ctzll(times[w])]
	    .time_unix;
}

/* ---- hosts ---- */

static int
search_literal(struct sweep *s, uint32_t literal, struct place *place)
{
	const struct world *world = s->target->world;

	memcpy(s->found, s->left, words(s) * sizeof *s->found);
	for (size_t i = 0; i < s->active_count; i++) {
		const struct box *box = s->active[i]->box;

		if (!spend(s, box->glob_count + words(s) + 1))
			return -1;
		if (!s->active[i]->all_hosts &&
		    target_box_has_host(world, box, literal) &&
		    !take_times(s, box, s->found))
			return 0;
	}
	snprintf(place->host, sizeof place->host, "%s",
	    world->patterns[literal].text);
	return 1;
}

/* The patterns that active obstacles have here and now. */
static size_t
list_avoided(struct sweep *s, const struct wanted *wanted)
{
	const struct world *world = s->target->world;
	size_t count = 0;

	for (size_t i = 0; i < s->active_count; i++) {
		const struct box *box = s->active[i]->box;
		const struct ids *hosts = &box->scope->hosts;

		if (s->active[i]->all_hosts || !meets(s, box, s->left) ||
		    target_excepts(world, box, wanted))
			continue;
		if (hosts->any)
			s->avoided[count++] = (struct avoided_host){
			    &pattern_anything, box->times};
		for (uint32_t h = 0; h < hosts->count; h++) {
			const struct pattern *pattern =
			    &world->patterns[hosts->list[h]];

			if (wanted_may_meet(wanted, pattern))
				s->avoided[count++] =
				    (struct avoided_host){pattern, box->times};
		}
	}
	return count;
}

static int
search_pattern(
    struct sweep *s, const struct wanted *wanted, struct place *place)
{
	size_t count = list_avoided(s, wanted);
	struct hostsearch search = {
	    .scratch = s->hosts,
	    .budget = s->target->world->budget,
	    .wanted = wanted->patterns,
	    .wanted_count = wanted->count,
	    .avoided = s->avoided,
	    .avoided_count = count,
	    .times = s->left,
	    .words = words(s),
	};

	arena_reset(s->hosts);
	if (!spend(s, 8 * (count + s->active_count + 1)))
		return -1;
	return hostsearch(&search, place->host, s->found);
}

/* No host is known: what asks for one matches only if it is a deny. */
static int
search_unknown(struct sweep *s, struct place *place)
{
	if (!s->target->unknown_host)
		return 0;
	memcpy(s->found, s->left, words(s) * sizeof *s->found);
	for (size_t i = 0; i < s->active_count; i++) {
		const struct box *box = s->active[i]->box;

		if (!s->active[i]->all_hosts && box->scope->unknown_matches &&
		    !take_times(s, box, s->found))
			return 0;
	}
	place->host[0] = '\0';
	return 1;
}

static int
search_hosts(struct sweep *s, struct place *place)
{
	for (size_t i = 0; i < s->target->wanted_count; i++) {
		const struct wanted *wanted = &s->target->wanted[i];
		int found = wanted->literal != INTERN_NONE
				? search_literal(s, wanted->literal, place)
				: search_pattern(s, wanted, place);

		if (found != 0)
			return found;
	}
	return search_unknown(s, place);
}

/* ---- one cell ---- */

static bool
known_to_fail(const struct sweep *s)
{
	for (size_t f = 0; f < s->failed_count; f++) {
		size_t w = 0;

		while (w < s->set_words && !(s->failed[f][w] & ~s->set[w]))
			w++;
		if (w == s->set_words)
			return true;
	}
	return false;
}

static void
fill_set(struct sweep *s)
{
	memset(s->set, 0, s->set_words * sizeof *s->set);
	for (size_t i = 0; i < s->active_count; i++)
		s->set[s->active[i]->number / 64] |=
		    UINT64_C(1) << s->active[i]->number % 64;
}

/* Do the active obstacles leave a host and a time? */
static int
try_cell(struct sweep *s, struct place *place)
{
	int found;

	if (!spend(s, s->active_count * (words(s) + 1) + words(s) +
			  s->failed_count * s->set_words + 1))
		return -1;
	memcpy(s->left, s->times, words(s) * sizeof *s->left);
	for (size_t i = 0; i < s->active_count; i++) {
		if (s->active[i]->all_hosts &&
		    !take_times(s, s->active[i]->box, s->left))
			return 0;
	}
	fill_set(s);
	if (known_to_fail(s))
		return 0;
	found = search_hosts(s, place);
	if (found == 1)
		place->time_unix = first_time(s, s->found);
	if (found == 0 && s->failed_count < FAILED_MAX)
		memcpy(s->failed[s->failed_count++], s->set,
		    s->set_words * sizeof *s->set);
	return found;
}

/* ---- along the addresses ---- */

/* Ends come first. */
static uint32_t
order_of(const struct event *event)
{
	return 2 * event->cell + event->starts;
}

/*
 * By cells.  There are many events, and most of the denies of a policy begin at
 * the same few cells, so this does not compare but counts: a digit of
 * DIGIT_BITS after the other.
 */
static void
sort_events(struct sweep *s)
{
	uint32_t most = 2 * s->target->world->cell_count + 3;
	struct event *from = s->events, *to = s->sorted;

	for (unsigned shift = 0; shift < 32 && most >> shift != 0;
	     shift += DIGIT_BITS) {
		size_t starts[(1 << DIGIT_BITS) + 1] = {0};
		struct event *sorted = to;

		for (size_t i = 0; i < s->event_count; i++)
			starts[(order_of(&from[i]) >> shift & DIGIT_MASK) +
			       1]++;
		for (size_t d = 0; d < DIGIT_MASK; d++)
			starts[d + 1] += starts[d];
		for (size_t i = 0; i < s->event_count; i++)
			to[starts[order_of(&from[i]) >> shift & DIGIT_MASK]++] =
			    from[i];
		to = from;
		from = sorted;
	}
	s->events = from;
	s->sorted = to;
}

/* Where it begins and ends within the target. */
static bool
add_events(struct sweep *s, const struct obstacle *obstacle)
{
	const struct target *target = s->target;
	const struct box *box = obstacle->box;
	uint32_t i = 0, j = 0;

	if (!spend(s, 16 * ((uint64_t)box->cell_count + target->cell_count)))
		return false;
	while (i < box->cell_count && j < target->cell_count) {
		const struct range *a = &box->cells[i], *b = &target->cells[j];
		uint32_t from = a->from > b->from ? a->from : b->from;
		uint32_t until = a->until < b->until ? a->until : b->until;

		if (from < until) {
			s->events[s->event_count++] =
			    (struct event){from, true, obstacle};
			s->events[s->event_count++] =
			    (struct event){until, false, obstacle};
		}
		if (a->until < b->until)
			i++;
		else
			j++;
	}
	return true;
}

/* Events up to this cell; true if one of them was an end. */
static bool
apply_events(struct sweep *s, size_t *next, uint32_t cell)
{
	bool ended = false;

	for (; *next < s->event_count && s->events[*next].cell <= cell;
	     ++*next) {
		const struct obstacle *o = s->events[*next].obstacle;
		size_t at = s->positions[o->number];

		if (s->events[*next].starts) {
			s->positions[o->number] = s->active_count;
			s->active[s->active_count++] = o;
			continue;
		}
		ended = true;
		s->active[at] = s->active[--s->active_count];
		s->positions[s->active[at]->number] = at;
	}
	return ended;
}

/* Is there a start at this cell?  Ends come first. */
static bool
starts_at(const struct sweep *s, size_t next, uint32_t cell)
{
	for (; next < s->event_count && s->events[next].cell == cell; next++) {
		if (s->events[next].starts)
			return true;
	}
	return false;
}

/* Looks where no more obstacles are active than base, or tries each cell. */
typedef int visit_fn(struct sweep *s, size_t base, struct place *place);

static int
visit_free(struct sweep *s, size_t base, struct place *place)
{
	(void)place;
	return s->active_count == base;
}

static int
visit_cell(struct sweep *s, size_t base, struct place *place)
{
	(void)base;
	return try_cell(s, place);
}

/*
 * Only cells with a start behind them and an end before them: of two
 * neighbours, the one with more obstacles need not be looked at.
 */
static int
walk(struct sweep *s, visit_fn *visit, struct place *place)
{
	const struct target *target = s->target;
	size_t base = s->active_count, next = 0;

	for (uint32_t i = 0; i < target->cell_count; i++) {
		uint32_t at = target->cells[i].from;
		uint32_t until = target->cells[i].until;
		bool fewer = true;

		while (at < until) {
			uint32_t to;
			int found = 0;

			fewer |= apply_events(s, &next, at);
			to = next < s->event_count &&
				     s->events[next].cell < until
				 ? s->events[next].cell
				 : until;
			if (fewer && (to == until || starts_at(s, next, to)))
				found = visit(s, base, place);
			if (found == 1)
				place->client =
				    world_address(target->world, at);
			if (found != 0) {
				s->active_count = base;
				return found;
			}
			at = to;
			fewer = false;
		}
		apply_events(s, &next, until);
	}
	return 0;
}

/* What holds all cells is active all along; false if nothing is left. */
static bool
take_base(struct sweep *s, const struct obstacle *const *list, size_t count)
{
	s->active_count = s->event_count = s->failed_count = 0;
	memcpy(s->times, s->target->times, words(s) * sizeof *s->times);
	for (size_t i = 0; i < count; i++) {
		if (list[i]->all_cells && list[i]->all_hosts &&
		    (list[i]->all_times ||
			!take_times(s, list[i]->box, s->times)))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (list[i]->all_cells && !list[i]->all_hosts &&
		    meets(s, list[i]->box, s->times))
			s->active[s->active_count++] = list[i];
	}
	return true;
}

int
sweep_run(struct sweep *s, const struct obstacle *const *list, size_t count,
    struct place *place)
{
	int found;

	if (!spend(s, count * (words(s) + 2) + 1))
		return -1;
	if (!take_base(s, list, count))
		return 0;
	for (size_t i = 0; i < count; i++) {
		if (!list[i]->all_cells && meets(s, list[i]->box, s->times) &&
		    !add_events(s, list[i]))
			return -1;
	}
	/* if they leave nothing where no other is active, then nowhere */
	found = try_cell(s, place);
	if (found != 1)
		return found;
	if (s->event_count > 1)
		sort_events(s);
	found = walk(s, visit_free, place);
	return found == 1 ? 1 : walk(s, visit_cell, place);
}
