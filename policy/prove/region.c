/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/region.h"

#include <stdlib.h>

#include "policy/prove/sweep.h"
#include "policy/value/intern.h"

/* A search that needs more is given up. */
#define SCRATCH_MAX ((size_t)256 << 20)

const struct scope region_everything = {
    .principals = {.any = true},
    .networks = {.any = true},
    .hosts = {.any = true},
    .services = SERVICE_ANY,
    .during = {.any = true},
    .age_limit = UINT32_MAX,
};

/* One search: the target, and what stands in the way there. */
struct search {
	struct region *region;
	const struct box *in[2];
	struct target target;
	uint64_t services;
	uint32_t age_least, age_limit;
	struct obstacle *obstacles;
	size_t count;
	const struct obstacle **of_person, **of_age; /* those that still are */
	size_t person_count;
	uint32_t *ages;
	struct sweep *sweep;
	struct person person;
	struct place place;
};

int
region_init(struct region *region, const struct policy *policy, uint64_t budget,
    int64_t since_unix, size_t avoided_room)
{
	*region = (struct region){.policy = policy};
	region->scratch.limit = region->hosts.limit = SCRATCH_MAX;
	region->budget.left = budget;
	region->avoided = arena_alloc(
	    &region->memory, (avoided_room + 1) * sizeof(struct box *));
	region->avoided_room = avoided_room;
	if (region->avoided == NULL)
		return -1;
	return world_init(&region->world, policy, &region->memory,
	    &region->budget, since_unix);
}

void
region_free(struct region *region)
{
	arena_free(&region->scratch);
	arena_free(&region->hosts);
	arena_free(&region->memory);
}

const struct box *
region_box(struct region *region, const struct scope *scope)
{
	return box_make(&region->world, &region->memory, scope);
}

const struct box **
region_boxes(struct region *region, const struct rule *rules, size_t count)
{
	const struct box **boxes =
	    arena_alloc(&region->memory, (count + 1) * sizeof(struct box *));

	for (size_t i = 0; boxes != NULL && i < count; i++) {
		boxes[i] = region_box(region, &rules[i].scope);
		if (boxes[i] == NULL)
			return NULL;
	}
	return boxes;
}

static bool
spend(const struct search *search, uint64_t work)
{
	return budget_spend(&search->region->budget, work);
}

/* ---- the target ---- */

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
meet_cells(struct search *search)
{
	const struct box *a = search->in[0], *b = search->in[1];
	uint32_t i = 0, j = 0, count = 0;
	struct range *list = arena_alloc(&search->region->scratch,
	    (a->cell_count + b->cell_count + 1) * sizeof *list);

	if (list == NULL || !spend(search, a->cell_count + b->cell_count))
		return -1;
	while (i < a->cell_count && j < b->cell_count) {
		add_cells(list, &count, &a->cells[i], &b->cells[j]);
		if (a->cells[i].until < b->cells[j].until)
			i++;
		else
			j++;
	}
	search->target.cells = list;
	search->target.cell_count = count;
	return count > 0;
}

static int
meet_times(struct search *search)
{
	const struct world *world = &search->region->world;
	const uint64_t *a = search->in[0]->times, *b = search->in[1]->times;
	uint64_t *times, left = 0;

	if (a == NULL || b == NULL) {
		search->target.times = a != NULL   ? a
				       : b != NULL ? b
						   : world->all_times;
		for (size_t w = 0; w < world->words; w++)
			left |= search->target.times[w];
		return left != 0;
	}
	times =
	    arena_alloc(&search->region->scratch, world->words * sizeof *times);
	if (times == NULL || !spend(search, world->words))
		return -1;
	for (size_t w = 0; w < world->words; w++)
		left |= times[w] = a[w] & b[w];
	search->target.times = times;
	return left != 0;
}

static uint32_t
choices(const struct ids *ids)
{
	return ids->any ? 1 : ids->count;
}

static const struct pattern *
pattern_of(const struct search *search, const struct ids *hosts, uint32_t i)
{
	static const struct glob star = {"**", 2, 0, 1, 1};
	static const struct pattern anything = {
	    .text = "**", .labels = &star, .deep = true};

	return hosts->any ? &anything
			  : &search->region->world.patterns[hosts->list[i]];
}

static int
meet_hosts(struct search *search)
{
	const struct scope *a = search->in[0]->scope, *b = search->in[1]->scope;
	const struct world *world = &search->region->world;
	uint64_t pairs = (uint64_t)choices(&a->hosts) * choices(&b->hosts);
	struct wanted *list;

	if (!spend(search, pairs))
		return -1;
	list = arena_alloc(
	    &search->region->scratch, (size_t)(pairs + 1) * sizeof *list);
	if (list == NULL)
		return -1;
	search->target.wanted = list;
	search->target.unknown_host =
	    takes_unknown(a, &a->hosts) && takes_unknown(b, &b->hosts);
	for (uint32_t i = 0; i < choices(&a->hosts); i++) {
		const struct pattern *left = pattern_of(search, &a->hosts, i);

		for (uint32_t j = 0; j < choices(&b->hosts); j++) {
			const struct pattern *right =
			    pattern_of(search, &b->hosts, j);
			const struct pattern *one =
			    left->literal ? left : right;

			if (!pattern_may_meet(left, right))
				continue;
			list[search->target.wanted_count++] =
			    (struct wanted){{left, right},
				one->literal ? (uint32_t)(one - world->patterns)
					     : INTERN_NONE};
		}
	}
	return search->target.wanted_count > 0 || search->target.unknown_host;
}

/* 1 if the two scopes may have something in common, 0 if not, -1. */
static int
meet(struct search *search)
{
	const struct scope *a = search->in[0]->scope, *b = search->in[1]->scope;
	int result;

	search->target.world = &search->region->world;
	search->services =
	    a->services & b->services & services_all(search->region->policy);
	search->age_least =
	    a->age_least > b->age_least ? a->age_least : b->age_least;
	search->age_limit =
	    a->age_limit < b->age_limit ? a->age_limit : b->age_limit;
	if (search->services == 0 ||
	    (search->age_limit != UINT32_MAX &&
		search->age_least >= search->age_limit))
		return 0;
	result = meet_cells(search);
	if (result == 1)
		result = meet_times(search);
	return result == 1 ? meet_hosts(search) : result;
}

/* ---- what stands in the way ---- */

/* 0: no cell in common, 1: some, 2: all of the target's. */
static int
relate_cells(const struct search *search, const struct box *box)
{
	const struct target *target = &search->target;
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
relate_times(const struct search *search, const struct box *box)
{
	const uint64_t *times = search->target.times;
	bool some = box->times == NULL, all = true;

	for (size_t w = 0;
	     box->times != NULL && w < search->region->world.words; w++) {
		some |= (box->times[w] & times[w]) != 0;
		all &= (times[w] & ~box->times[w]) == 0;
	}
	return some ? 1 + all : 0;
}

/* Does it hold all hosts of one wanted pair (2), or perhaps some (1)? */
static int
relate_wanted(const struct search *search, const struct box *box,
    const struct wanted *wanted)
{
	const struct world *world = &search->region->world;
	const struct ids *hosts = &box->scope->hosts;
	int result = 0;

	if (wanted->literal != INTERN_NONE)
		return sweep_box_has_host(world, box, wanted->literal) ? 2 : 0;
	for (uint32_t i = 0; i < hosts->count && result < 2; i++) {
		const struct pattern *p = &world->patterns[hosts->list[i]];

		if (pattern_covers(p, wanted->pattern[0]) ||
		    pattern_covers(p, wanted->pattern[1]))
			result = 2;
		else if (pattern_may_meet(p, wanted->pattern[0]) &&
			 pattern_may_meet(p, wanted->pattern[1]))
			result = 1;
	}
	return result;
}

static int
relate_hosts(const struct search *search, const struct box *box)
{
	const struct target *target = &search->target;
	bool unknown = takes_unknown(box->scope, &box->scope->hosts);
	bool some = target->unknown_host && unknown;
	bool all = !target->unknown_host || unknown;

	if (box->scope->hosts.any)
		return 2;
	for (size_t i = 0; i < target->wanted_count && (all || !some); i++) {
		int one = relate_wanted(search, box, &target->wanted[i]);

		some |= one > 0;
		all &= one == 2;
	}
	return some ? 1 + all : 0;
}

static bool
ages_meet(const struct search *search, const struct scope *scope)
{
	return (scope->age_limit == UINT32_MAX ||
		   scope->age_limit > search->age_least) &&
	       (search->age_limit == UINT32_MAX ||
		   scope->age_least < search->age_limit);
}

/* What each test of one scope costs at most. */
static uint64_t
relate_work(const struct search *search, const struct box *box)
{
	const struct target *target = &search->target;
	uint64_t hosts = box->scope->hosts.any ? 0 : box->scope->hosts.count;

	return target->cell_count + box->cell_count +
	       (box->times != NULL ? search->region->world.words : 0) +
	       target->wanted_count * hosts;
}

static int
list_obstacles(struct search *search)
{
	struct region *region = search->region;
	struct obstacle *list = arena_alloc(
	    &region->scratch, (region->avoided_count + 1) * sizeof *list);

	if (list == NULL || !spend(search, region->avoided_count))
		return -1;
	search->obstacles = list;
	for (size_t i = 0; i < region->avoided_count; i++) {
		const struct box *box = region->avoided[i];
		int cells, times, hosts;

		if ((box->scope->services & search->services) == 0 ||
		    !ages_meet(search, box->scope))
			continue;
		if (!spend(search, relate_work(search, box)))
			return -1;
		if ((cells = relate_cells(search, box)) == 0 ||
		    (times = relate_times(search, box)) == 0 ||
		    (hosts = relate_hosts(search, box)) == 0)
			continue;
		list[search->count] =
		    (struct obstacle){box, (uint32_t)search->count, cells == 2,
			hosts == 2, times == 2};
		search->count++;
	}
	return 0;
}

/* ---- person, service and age ---- */

static bool
has_age(const struct scope *scope, uint32_t age)
{
	return age >= scope->age_least &&
	       (age < scope->age_limit || scope->age_limit == UINT32_MAX);
}

static int
search_at(struct search *search, unsigned service, uint32_t age)
{
	size_t count = 0;

	if (!spend(search, search->person_count + 1))
		return -1;
	for (size_t i = 0; i < search->person_count; i++) {
		const struct scope *scope = search->of_person[i]->box->scope;

		if ((scope->services & SERVICE_BIT(service)) &&
		    has_age(scope, age))
			search->of_age[count++] = search->of_person[i];
	}
	search->place.service = service;
	search->place.age = age;
	return sweep_run(search->sweep, search->of_age, count, &search->place);
}

/* Services differ only where a scope has some of the target's. */
static int
search_services(struct search *search, uint32_t age)
{
	uint64_t services = search->services, differ = 0;

	for (size_t i = 0; i < search->person_count; i++) {
		uint64_t has = search->of_person[i]->box->scope->services;

		differ |= services & ~has;
	}
	/* those that none leaves out are alike, and one stands for them */
	if ((services & ~differ) != 0)
		differ |= (services & ~differ) & -(services & ~differ);
	for (unsigned service = 0; service < SERVICES_MAX; service++) {
		int found;

		if (!(differ & SERVICE_BIT(service)))
			continue;
		found = search_at(search, service, age);
		if (found != 0)
			return found;
	}
	return 0;
}

static int
compare_ages(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

/* Ages differ only from where a scope begins or ends. */
static int
search_ages(struct search *search)
{
	uint32_t least = search->age_least;
	size_t count = 0;
	int found = 0;

	search->ages[count++] = least;
	for (size_t i = 0; i < search->person_count; i++) {
		const struct scope *scope = search->of_person[i]->box->scope;
		const uint32_t ends[2] = {scope->age_least, scope->age_limit};

		for (size_t n = 0; n < 2; n++) {
			if (ends[n] > least && ends[n] != UINT32_MAX &&
			    (search->age_limit == UINT32_MAX ||
				ends[n] < search->age_limit))
				search->ages[count++] = ends[n];
		}
	}
	if (count > 1)
		qsort(search->ages, count, sizeof(uint32_t), compare_ages);
	for (size_t i = 0; found == 0 && i < count; i++) {
		if (i == 0 || search->ages[i] != search->ages[i - 1])
			found = search_services(search, search->ages[i]);
	}
	return found;
}

static bool
has_person(const struct box *box, const struct person *person)
{
	return person_is_one_of(person, &box->scope->principals) ||
	       (box->scope->unknown_matches && box->asks_employment &&
		   person->employment == POLICY_EMPLOYMENT_UNKNOWN);
}

static int
search_person(struct search *search)
{
	search->person_count = 0;
	if (!spend(search, 8 * search->count))
		return -1;
	for (size_t i = 0; i < search->count; i++) {
		const struct obstacle *o = &search->obstacles[i];
		const struct scope *scope = o->box->scope;

		if (!has_person(o->box, &search->person))
			continue;
		if (o->all_cells && o->all_hosts && o->all_times &&
		    (search->services & ~scope->services) == 0 &&
		    scope->age_least <= search->age_least &&
		    scope->age_limit >= search->age_limit)
			return 0;
		search->of_person[search->person_count++] = o;
	}
	return search_ages(search);
}

/* Whoever is not said to be anything may be any of three, or unknown. */
static int
search_employments(struct search *search)
{
	const struct policy *policy = search->region->policy;
	struct person *person = &search->person;

	if (person->employment != POLICY_EMPLOYMENT_UNKNOWN)
		return search_person(search);
	for (int i = POLICY_EMPLOYEE; i <= POLICY_VENDOR; i++) {
		bool named = person_set_employment(
		    policy, person, (enum policy_employment)i);
		int found = search_person(search);

		/* one that nobody asks about avoids as much as can be */
		if (found != 0 || !named)
			return found;
	}
	person_set_employment(policy, person, POLICY_EMPLOYMENT_UNKNOWN);
	return search_person(search);
}

static int
search_people(struct search *search)
{
	const struct ids *a = &search->in[0]->scope->principals;
	const struct ids *b = &search->in[1]->scope->principals;
	const struct policy *policy = search->region->policy;

	for (uint32_t i = 0; i < choices(a); i++) {
		for (uint32_t j = 0; j < choices(b); j++) {
			struct person *person = &search->person;
			int found;

			if (!spend(search, 1))
				return -1;
			person_clear(person);
			if (!person_add(policy, person, a, i) ||
			    !person_add(policy, person, b, j))
				continue;
			found = search_employments(search);
			if (found != 0)
				return found;
		}
	}
	return 0;
}

static int
make_room(struct search *search)
{
	struct region *region = search->region;
	size_t size = (search->count + 1) * sizeof(struct obstacle *);

	search->of_person = arena_alloc(&region->scratch, size);
	search->of_age = arena_alloc(&region->scratch, size);
	search->ages = arena_alloc(
	    &region->scratch, (2 * search->count + 1) * sizeof(uint32_t));
	search->sweep = sweep_new(&search->target, &region->scratch,
	    &region->hosts, search->obstacles, search->count);
	return region->scratch.failed ? -1 : 0;
}

int
region_search(struct region *region, const struct box *a, const struct box *b,
    struct policy_witness *witness_r)
{
	struct search search = {.region = region, .in = {a, b}};
	int found;

	arena_reset(&region->scratch);
	if (!spend(&search, 8))
		return -1;
	found = meet(&search);
	if (found != 1)
		return found;
	if (list_obstacles(&search) < 0 || make_room(&search) < 0)
		return -1;
	found = search_people(&search);
	if (found == 1)
		witness_make(
		    region->policy, &search.person, &search.place, witness_r);
	return found;
}
