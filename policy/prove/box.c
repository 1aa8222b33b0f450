/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/box.h"

#include <stdlib.h>
#include <string.h>

#include "policy/value/principal.h"

static const struct prefix all_v4 = {
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
static const uint8_t lowest[16];
static const uint8_t behind_v4[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

/* IPv4 comes first, so that the rest is in one piece. */
static int
compare_addresses(const void *a, const void *b)
{
	bool left = address_is_v4(a), right = address_is_v4(b);

	return left != right ? right - left : memcmp(a, b, 16);
}

static struct prefix
prefix_of(const struct policy *policy, uint32_t id)
{
	struct prefix prefix;

	memcpy(&prefix, policy->networks.keys[id].data, sizeof prefix);
	return prefix;
}

static void
add_ends(struct world *world, const struct prefix *prefix)
{
	memcpy(world->cells[world->cell_count++], prefix->bytes, 16);
	if (address_after(prefix, world->cells[world->cell_count]))
		world->cell_count++;
}

/* The first cell that does not begin before this address. */
static uint32_t
cell_at(const struct world *world, const uint8_t address[16])
{
	uint32_t low = 0, high = world->cell_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (compare_addresses(world->cells[middle], address) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct range
cells_of(const struct world *world, const struct prefix *prefix)
{
	bool v4 = address_is_v4(prefix->bytes);
	struct range range = {cell_at(world, prefix->bytes), world->cell_count};
	uint8_t after[16];

	/* past the last of IPv4, or up to where IPv4 would be */
	if (address_after(prefix, after) && address_is_v4(after) != v4)
		range.until = cell_at(world, v4 ? lowest : behind_v4);
	else if (address_after(prefix, after))
		range.until = cell_at(world, after);
	return range;
}

static int
list_cells(struct world *world, struct arena *arena)
{
	uint32_t networks = world->policy->networks.count, kept = 0;
	const struct prefix everything = {{0}, 0};

	world->cells = arena_alloc(arena, (2 * networks + 6) * 16);
	world->networks =
	    arena_alloc(arena, (networks + 1) * sizeof *world->networks);
	if (world->cells == NULL || world->networks == NULL ||
	    !budget_spend(world->budget, 32 * (uint64_t)networks))
		return -1;
	add_ends(world, &everything);
	add_ends(world, &all_v4);
	for (uint32_t n = 0; n < networks; n++) {
		struct prefix prefix = prefix_of(world->policy, n);

		add_ends(world, &prefix);
	}
	qsort(world->cells, world->cell_count, 16, compare_addresses);
	for (uint32_t i = 0; i < world->cell_count; i++) {
		if (kept == 0 ||
		    memcmp(world->cells[kept - 1], world->cells[i], 16) != 0)
			memmove(world->cells[kept++], world->cells[i], 16);
	}
	world->cell_count = kept;
	for (uint32_t n = 0; n < networks; n++) {
		struct prefix prefix = prefix_of(world->policy, n);

		world->networks[n] = cells_of(world, &prefix);
	}
	return 0;
}

static int
list_times(struct world *world, struct arena *arena, int64_t since_unix)
{
	const struct policy *policy = world->policy;
	const struct timeclasses *times = &world->times;
	uint64_t *all;

	if (timeclass_find(
		policy, arena, world->budget, since_unix, &world->times) < 0)
		return -1;
	world->words = times->count / 64 + 1;
	all = arena_alloc(arena, world->words * sizeof *all);
	world->periods = arena_alloc(
	    arena, (policy->period_count + 1) * sizeof *world->periods);
	if (all == NULL || world->periods == NULL ||
	    !budget_spend(
		world->budget, times->count * (policy->period_count + 1)))
		return -1;
	for (size_t t = 0; t < times->count; t++)
		all[t / 64] |= UINT64_C(1) << t % 64;
	world->all_times = all;
	for (size_t p = 0; p < policy->period_count; p++) {
		uint64_t *bits =
		    arena_alloc(arena, world->words * sizeof *bits);

		if (bits == NULL)
			return -1;
		for (size_t t = 0; t < times->count; t++)
			bits[t / 64] |=
			    (times->list[t].holds[p / 64] >> p % 64 & 1)
			    << t % 64;
		world->periods[p] = bits;
	}
	return 0;
}

static int
list_patterns(struct world *world, struct arena *arena)
{
	const struct intern *hosts = &world->policy->hosts;
	struct pattern *patterns =
	    arena_alloc(arena, (hosts->count + 1) * sizeof *patterns);

	if (patterns == NULL || !budget_spend(world->budget, 16 * hosts->count))
		return -1;
	for (uint32_t h = 0; h < hosts->count; h++) {
		if (pattern_parse(arena, hosts->keys[h].data, &patterns[h]) < 0)
			return -1;
	}
	world->patterns = patterns;
	return 0;
}

int
world_init(struct world *world, const struct policy *policy,
    struct arena *arena, struct budget *budget, int64_t since_unix)
{
	*world = (struct world){.policy = policy, .budget = budget};
	if (list_times(world, arena, since_unix) < 0 ||
	    list_cells(world, arena) < 0 || list_patterns(world, arena) < 0)
		return -1;
	return 0;
}

static bool
take_times(const struct world *world, const struct scope *scope,
    struct arena *arena, struct box *box)
{
	uint64_t *times;

	if (scope->during.any && scope->outside.count == 0)
		return true;
	times = arena_alloc(arena, world->words * sizeof *times);
	if (times == NULL ||
	    !budget_spend(world->budget,
		(scope->during.count + scope->outside.count + 1) *
		    world->words))
		return false;
	if (scope->during.any)
		memcpy(times, world->all_times, world->words * sizeof *times);
	for (uint32_t i = 0; i < scope->during.count; i++) {
		for (size_t w = 0; w < world->words; w++)
			times[w] |= world->periods[scope->during.list[i]][w];
	}
	for (uint32_t i = 0; i < scope->outside.count; i++) {
		for (size_t w = 0; w < world->words; w++)
			times[w] &= ~world->periods[scope->outside.list[i]][w];
	}
	box->times = times;
	return true;
}

static int
compare_ranges(const void *a, const void *b)
{
	const struct range *left = a, *right = b;

	return left->from < right->from ? -1 : left->from > right->from;
}

/* Puts them in order and joins those that touch.  How many are left. */
static uint32_t
join_ranges(struct range *list, uint32_t count)
{
	uint32_t kept = 0;

	if (count > 1)
		qsort(list, count, sizeof *list, compare_ranges);
	for (uint32_t i = 0; i < count; i++) {
		if (kept > 0 && list[i].from <= list[kept - 1].until) {
			if (list[i].until > list[kept - 1].until)
				list[kept - 1].until = list[i].until;
		} else {
			list[kept++] = list[i];
		}
	}
	return kept;
}

/* The cells of these networks, without the unknown one; NULL: no memory. */
static struct range *
list_ranges(const struct world *world, const struct ids *networks,
    struct arena *arena, uint32_t *count_r)
{
	struct range *list =
	    arena_alloc(arena, (networks->count + 2) * sizeof *list);
	uint32_t count = 0;

	if (list == NULL ||
	    !budget_spend(world->budget, 16 * (uint64_t)networks->count))
		return NULL;
	for (uint32_t i = 0; i < networks->count; i++)
		list[count++] = world->networks[networks->list[i]];
	if (networks->any)
		list[count++] = (struct range){0, world->cell_count};
	*count_r = join_ranges(list, count);
	return list;
}

/* Both in order.  The room is for count + except_count of them and one more. */
static uint32_t
without_ranges(const struct range *list, uint32_t count,
    const struct range *except, uint32_t except_count, struct range *out)
{
	uint32_t e = 0, used = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t from = list[i].from;

		while (e < except_count && except[e].until <= from)
			e++;
		for (uint32_t n = e;
		     n < except_count && except[n].from < list[i].until; n++) {
			if (except[n].from > from)
				out[used++] =
				    (struct range){from, except[n].from};
			from = except[n].until;
		}
		if (from < list[i].until)
			out[used++] = (struct range){from, list[i].until};
	}
	return used;
}

static bool
take_cells(const struct world *world, const struct scope *scope,
    struct arena *arena, struct box *box)
{
	const uint32_t unknown = world->cell_count;
	uint32_t in_count = 0, out_count = 0, count;
	struct range *in, *out, *list;

	in = list_ranges(world, &scope->networks, arena, &in_count);
	out = list_ranges(world, &scope->not_networks, arena, &out_count);
	list = arena_alloc(arena, (in_count + out_count + 1) * sizeof *list);
	if (in == NULL || out == NULL || list == NULL)
		return false;
	count = without_ranges(in, in_count, out, out_count, list);
	if (takes_unknown(scope, &scope->networks, &scope->not_networks)) {
		if (count > 0 && list[count - 1].until == unknown)
			list[count - 1].until++;
		else
			list[count++] = (struct range){unknown, unknown + 1};
	}
	box->cells = list;
	box->cell_count = count;
	return true;
}

static bool
take_globs(const struct world *world, const struct scope *scope,
    struct arena *arena, struct box *box)
{
	const struct ids *hosts = &scope->hosts;
	uint32_t *list = arena_alloc(arena, (hosts->count + 1) * sizeof *list);

	if (list == NULL || !budget_spend(world->budget, hosts->count + 1))
		return false;
	for (uint32_t i = 0; i < hosts->count; i++) {
		if (!world->patterns[hosts->list[i]].literal)
			list[box->glob_count++] = hosts->list[i];
	}
	box->globs = list;
	return true;
}

static uint64_t
facts_asked(const struct policy *policy, const struct ids *principals)
{
	uint64_t facts = 0;

	for (uint32_t i = 0; i < principals->count; i++)
		facts |= principal_fact(
		    policy, &policy->principals.keys[principals->list[i]]);
	return facts;
}

const struct box *
box_make(
    const struct world *world, struct arena *arena, const struct scope *scope)
{
	struct box *box = arena_alloc(arena, sizeof *box);

	if (box == NULL ||
	    !budget_spend(world->budget, scope->principals.count + 1))
		return NULL;
	box->scope = scope;
	for (uint32_t i = 0; i < scope_parts(scope); i++)
		box->facts[i] =
		    facts_asked(world->policy, scope_part(scope, i));
	box->not_facts = facts_asked(world->policy, &scope->not_principals);
	return take_times(world, scope, arena, box) &&
		       take_cells(world, scope, arena, box) &&
		       take_globs(world, scope, arena, box)
		   ? box
		   : NULL;
}

/* Which services, ages and hosts it has at most. */
static void
widen(struct scope *around, const struct scope *scope, bool is_first)
{
	if (is_first) {
		around->hosts = scope->hosts;
		around->age_least = scope->age_least;
		around->age_limit = scope->age_limit;
		around->services = scope->services;
		around->unknown_matches =
		    takes_unknown(scope, &scope->hosts, &scope->not_hosts);
		return;
	}
	if (!around->hosts.any &&
	    (around->hosts.list != scope->hosts.list ||
		around->hosts.count != scope->hosts.count))
		around->hosts = (struct ids){.any = true};
	if (scope->age_least < around->age_least)
		around->age_least = scope->age_least;
	if (scope->age_limit > around->age_limit)
		around->age_limit = scope->age_limit;
	around->services |= scope->services;
	around->unknown_matches |=
	    takes_unknown(scope, &scope->hosts, &scope->not_hosts);
}

const struct box *
box_around(const struct world *world, struct arena *arena,
    const struct box *const *list, size_t count)
{
	struct scope *scope = arena_alloc(arena, sizeof *scope);
	struct box *around = arena_alloc(arena, sizeof *around);
	uint64_t *times = arena_alloc(arena, world->words * sizeof *times);
	uint32_t ranges = 0, used = 0;
	bool at_times = true;
	struct range *cells;

	for (size_t i = 0; i < count; i++)
		ranges += list[i]->cell_count;
	cells = arena_alloc(arena, (ranges + 1) * sizeof *cells);
	if (arena->failed || !budget_spend(world->budget,
				 16 * (uint64_t)ranges + count * world->words))
		return NULL;
	for (size_t i = 0; i < count; i++) {
		const struct box *box = list[i];

		widen(scope, box->scope, i == 0);
		memcpy(
		    cells + used, box->cells, box->cell_count * sizeof *cells);
		used += box->cell_count;
		at_times &= box->times != NULL;
		for (size_t w = 0; at_times && w < world->words; w++)
			times[w] |= box->times[w];
	}
	*around = (struct box){.scope = scope,
	    .times = at_times ? times : NULL,
	    .cells = cells,
	    .cell_count = join_ranges(cells, used)};
	return around;
}

struct policy_address
world_address(const struct world *world, uint32_t cell)
{
	struct policy_address address = {.known = cell < world->cell_count};

	if (address.known)
		memcpy(address.bytes, world->cells[cell], 16);
	return address;
}
