/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/target.h"

#include "policy/value/intern.h"

static const struct pattern *const any_host[] = {&pattern_anything};

static bool
spend(const struct target *target, uint64_t work)
{
	return budget_spend(target->world->budget, work);
}

int
target_everything(
    const struct world *world, struct arena *arena, struct target *target_r)
{
	struct range *cells = arena_alloc(arena, sizeof *cells);
	struct wanted *wanted = arena_alloc(arena, sizeof *wanted);

	*target_r = (struct target){
	    .world = world,
	    .cells = cells,
	    .cell_count = 1,
	    .wanted = wanted,
	    .wanted_count = 1,
	    .unknown_host = true,
	    .times = world->all_times,
	    .services = services_all(world->policy),
	    .age_limit = UINT32_MAX,
	};
	if (cells == NULL || wanted == NULL)
		return -1;
	*cells = (struct range){0, world->cell_count + 1};
	*wanted = (struct wanted){any_host, 1, INTERN_NONE};
	return 0;
}

bool
wanted_may_meet(const struct wanted *wanted, const struct pattern *pattern)
{
	for (uint32_t i = 0; i < wanted->count; i++) {
		if (!pattern_may_meet(wanted->patterns[i], pattern))
			return false;
	}
	return true;
}

/* ---- narrower ---- */

static void
add_cells(struct range *list, uint32_t *count, const struct range *a,
    const struct range *b)
{
	uint32_t from = a->from > b->from ? a->from : b->from;
	uint32_t until = a->until < b->until ? a->until : b->until;

	if (from < until)
		list[(*count)++] = (struct range){from, until};
}

static int
narrow_cells(struct target *target, struct arena *arena, const struct box *box)
{
	uint32_t i = 0, j = 0, count = 0;
	struct range *list = arena_alloc(
	    arena, (target->cell_count + box->cell_count + 1) * sizeof *list);

	if (list == NULL ||
	    !spend(target, target->cell_count + box->cell_count))
		return -1;
	while (i < target->cell_count && j < box->cell_count) {
		add_cells(list, &count, &target->cells[i], &box->cells[j]);
		if (target->cells[i].until < box->cells[j].until)
			i++;
		else
			j++;
	}
	target->cells = list;
	target->cell_count = count;
	return count > 0;
}

static int
narrow_times(struct target *target, struct arena *arena, const struct box *box)
{
	const size_t words = target->world->words;
	uint64_t *times, left = 0;

	if (box->times == NULL)
		return 1;
	times = arena_alloc(arena, words * sizeof *times);
	if (times == NULL || !spend(target, words))
		return -1;
	for (size_t w = 0; w < words; w++)
		left |= times[w] = target->times[w] & box->times[w];
	target->times = times;
	return left != 0;
}

/* The hosts of both; false without memory. */
static bool
add_wanted(struct target *target, struct arena *arena, struct wanted *list,
    const struct wanted *wanted, const struct pattern *pattern)
{
	const struct pattern **patterns;
	struct wanted *one = &list[target->wanted_count];

	if (!wanted_may_meet(wanted, pattern))
		return true;
	target->wanted_count++;
	*one = *wanted;
	for (uint32_t i = 0; i < wanted->count; i++) {
		if (pattern_covers(pattern, wanted->patterns[i]))
			return true;
	}
	patterns = arena_alloc(arena, (wanted->count + 1) * sizeof(void *));
	if (patterns == NULL)
		return false;
	one->patterns = patterns;
	one->count = 0;
	for (uint32_t i = 0; i < wanted->count; i++) {
		if (!pattern_covers(wanted->patterns[i], pattern))
			patterns[one->count++] = wanted->patterns[i];
	}
	patterns[one->count++] = pattern;
	if (pattern->literal)
		one->literal = (uint32_t)(pattern - target->world->patterns);
	return true;
}

static int
narrow_hosts(struct target *target, struct arena *arena, const struct box *box)
{
	const struct ids *hosts = &box->scope->hosts;
	const struct wanted *before = target->wanted;
	size_t count = target->wanted_count;
	struct wanted *list;

	target->unknown_host &=
	    takes_unknown(box->scope, hosts, &box->scope->not_hosts);
	if (hosts->any)
		return count > 0 || target->unknown_host;
	list = arena_alloc(arena, (count * hosts->count + 1) * sizeof *list);
	if (list == NULL || !spend(target, (uint64_t)count * hosts->count))
		return -1;
	target->wanted = list;
	target->wanted_count = 0;
	for (size_t i = 0; i < count; i++) {
		for (uint32_t h = 0; h < hosts->count; h++) {
			if (!add_wanted(target, arena, list, &before[i],
				&target->world->patterns[hosts->list[h]]))
				return -1;
		}
	}
	return target->wanted_count > 0 || target->unknown_host;
}

int
target_narrow_to_host(struct target *target, struct arena *arena, uint32_t host)
{
	const struct wanted *before = target->wanted;
	size_t count = target->wanted_count;
	struct wanted *list = arena_alloc(arena, (count + 1) * sizeof *list);

	if (list == NULL || !spend(target, count))
		return -1;
	target->unknown_host = false;
	target->wanted = list;
	target->wanted_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!add_wanted(target, arena, list, &before[i],
			&target->world->patterns[host]))
			return -1;
	}
	return target->wanted_count > 0;
}

int
target_narrow(struct target *target, struct arena *arena, const struct box *box)
{
	const struct scope *scope = box->scope;
	int result;

	target->services &= scope->services;
	if (scope->age_least > target->age_least)
		target->age_least = scope->age_least;
	if (scope->age_limit < target->age_limit)
		target->age_limit = scope->age_limit;
	if (target->services == 0 ||
	    (target->age_limit != UINT32_MAX &&
		target->age_least >= target->age_limit))
		return 0;
	result = narrow_cells(target, arena, box);
	if (result == 1)
		result = narrow_times(target, arena, box);
	return result == 1 ? narrow_hosts(target, arena, box) : result;
}

/* ---- what stands in its way ---- */

bool
target_box_has_host(
    const struct world *world, const struct box *box, uint32_t literal)
{
	const struct ids *except = &box->scope->not_hosts;

	for (uint32_t i = 0; i < except->count; i++) {
		if (pattern_covers(&world->patterns[except->list[i]],
			&world->patterns[literal]))
			return false;
	}
	if (ids_have(&box->scope->hosts, literal))
		return true;
	for (uint32_t i = 0; i < box->glob_count; i++) {
		if (pattern_covers(&world->patterns[box->globs[i]],
			&world->patterns[literal]))
			return true;
	}
	return box->scope->hosts.any;
}

/* 0: no cell in common, 1: some, 2: all of the target's. */
static int
relate_cells(const struct target *target, const struct box *box)
{
	uint32_t i = 0;
	bool some = false, all = true;

	if (box->cell_count == 0)
		return 0;
	for (uint32_t j = 0; j < target->cell_count; j++) {
		const struct range *want = &target->cells[j];

		while (i + 1 < box->cell_count &&
		       box->cells[i].until <= want->from)
			i++;
		some |= box->cells[i].from < want->until &&
			want->from < box->cells[i].until;
		all &= box->cells[i].from <= want->from &&
		       want->until <= box->cells[i].until;
	}
	return some ? 1 + all : 0;
}

static int
relate_times(const struct target *target, const struct box *box)
{
	const uint64_t *times = target->times;
	bool some = box->times == NULL, all = true;

	for (size_t w = 0; box->times != NULL && w < target->world->words;
	     w++) {
		some |= (box->times[w] & times[w]) != 0;
		all &= (times[w] & ~box->times[w]) == 0;
	}
	return some ? 1 + all : 0;
}

static bool
covers_wanted(const struct pattern *pattern, const struct wanted *wanted)
{
	for (uint32_t i = 0; i < wanted->count; i++) {
		if (pattern_covers(pattern, wanted->patterns[i]))
			return true;
	}
	return false;
}

bool
target_excepts(const struct world *world, const struct box *box,
    const struct wanted *wanted)
{
	const struct ids *hosts = &box->scope->not_hosts;

	for (uint32_t i = 0; i < hosts->count; i++) {
		if (covers_wanted(&world->patterns[hosts->list[i]], wanted))
			return true;
	}
	return false;
}

/* Does it hold all wanted hosts of one kind (2), or perhaps some (1)? */
static int
relate_wanted(const struct target *target, const struct box *box,
    const struct wanted *wanted)
{
	const struct world *world = target->world;
	const struct ids *hosts = &box->scope->hosts;
	int result = hosts->any ? 2 : 0;

	if (wanted->literal != INTERN_NONE)
		return target_box_has_host(world, box, wanted->literal) ? 2 : 0;
	if (target_excepts(world, box, wanted))
		return 0;
	for (uint32_t i = 0; i < hosts->count && result < 2; i++) {
		const struct pattern *p = &world->patterns[hosts->list[i]];

		if (covers_wanted(p, wanted))
			result = 2;
		else if (wanted_may_meet(wanted, p))
			result = 1;
	}
	return result;
}

/* To compare two patterns costs what a dozen other steps do. */
static uint64_t
wanted_work(const struct box *box, const struct wanted *wanted)
{
	const struct scope *scope = box->scope;
	uint64_t patterns = scope->not_hosts.count;

	patterns += wanted->literal != INTERN_NONE ? box->glob_count
						   : scope->hosts.count;
	return 4 + 16 * patterns;
}

/* 0, 1 or 2 as above; -1 if the budget ran out. */
static int
relate_hosts(const struct target *target, const struct box *box)
{
	bool unknown = takes_unknown(
	    box->scope, &box->scope->hosts, &box->scope->not_hosts);
	bool some = target->unknown_host && unknown;
	bool all = !target->unknown_host || unknown;

	if (box->scope->hosts.any && box->scope->not_hosts.count == 0)
		return 2;
	for (size_t i = 0; i < target->wanted_count && (all || !some); i++) {
		const struct wanted *wanted = &target->wanted[i];
		int one;

		if (!spend(target, wanted_work(box, wanted)))
			return -1;
		one = relate_wanted(target, box, wanted);
		some |= one > 0;
		all &= one == 2;
	}
	return some ? 1 + all : 0;
}

static bool
ages_meet(const struct target *target, const struct scope *scope)
{
	return (scope->age_limit == UINT32_MAX ||
		   scope->age_limit > target->age_least) &&
	       (target->age_limit == UINT32_MAX ||
		   scope->age_least < target->age_limit);
}

/* What the tests of one scope cost at most, without those of hosts. */
static uint64_t
relate_work(const struct target *target, const struct box *box)
{
	return 1 + target->cell_count + box->cell_count +
	       (box->times != NULL ? target->world->words : 0);
}

int
target_relate(const struct target *target, const struct box *box,
    struct obstacle *obstacle_r)
{
	int cells, times, hosts;

	if ((box->scope->services & target->services) == 0 ||
	    !ages_meet(target, box->scope))
		return 0;
	if (!spend(target, relate_work(target, box)))
		return -1;
	if ((cells = relate_cells(target, box)) == 0 ||
	    (times = relate_times(target, box)) == 0)
		return 0;
	hosts = relate_hosts(target, box);
	if (hosts <= 0)
		return hosts;
	*obstacle_r = (struct obstacle){
	    .box = box,
	    .all_cells = cells == 2,
	    .all_hosts = hosts == 2,
	    .all_times = times == 2,
	};
	return 1;
}
