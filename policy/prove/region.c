/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/region.h"

#include <stdlib.h>

#include "policy/prove/sweep.h"
#include "policy/value/factors.h"
#include "policy/value/intern.h"

/* A search that needs more is given up. */
#define SCRATCH_MAX ((size_t)256 << 20)
/* Of exceptions from exceptions. */
#define DEPTH_MAX 7

#define ANY(KIND, name, words, asks) .name = {.any = (asks)},
const struct scope region_everything = {
    .services = SERVICE_ANY, .age_limit = UINT32_MAX, SCOPE_LISTS(ANY)};
#undef ANY

/* One search: the target, and what stands in the way there. */
struct search {
	struct region *region;
	const struct box *in[2];
	struct target target;
	struct obstacle *obstacles;
	size_t count;
	const struct obstacle **of_person, **of_age; /* those that still are */
	size_t person_count;
	uint32_t *ages;
	struct sweep *sweep;
	bool has_exceptions; /* some obstacle has */
	bool is_open;	     /* some obstacle of this person has */
	unsigned depth;
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
	    &region->memory, (avoided_room + 2) * sizeof(struct box *));
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

void
region_avoid_denies(struct region *region, const struct rule *denies,
    const struct box *const *boxes, size_t count, uint32_t factors)
{
	region->avoided_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (!factors_suffice(denies[i].need, factors))
			region->avoided[region->avoided_count++] = boxes[i];
	}
}

static bool
spend(const struct search *search, uint64_t work)
{
	return budget_spend(&search->region->budget, work);
}

/* ---- what stands in the way ---- */

static int
relate_all(struct search *search, const struct box *const *boxes, size_t count)
{
	struct obstacle *list =
	    arena_alloc(&search->region->scratch, (count + 1) * sizeof *list);

	if (list == NULL || !spend(search, count))
		return -1;
	search->obstacles = list;
	for (size_t i = 0; i < count; i++) {
		struct obstacle *obstacle = &list[search->count];
		int related =
		    target_relate(&search->target, boxes[i], obstacle);

		if (related < 0)
			return -1;
		obstacle->number = (uint32_t)search->count;
		search->count += (size_t)related;
		search->has_exceptions |=
		    related > 0 && boxes[i]->scope->not_principals.count > 0;
	}
	return 0;
}

/* Hosts that the scope itself leaves out are in the way as well. */
static const struct box *
box_of_excepted(struct region *region, const struct scope *scope)
{
	struct scope *hosts = arena_alloc(&region->scratch, sizeof *hosts);

	if (hosts == NULL)
		return NULL;
	*hosts = region_everything;
	hosts->hosts = scope->not_hosts;
	return box_make(&region->world, &region->scratch, hosts);
}

static int
list_obstacles(struct search *search)
{
	struct region *region = search->region;
	size_t count = region->avoided_count;

	for (size_t i = 0; i < 2; i++) {
		const struct scope *scope = search->in[i]->scope;

		if (scope->not_hosts.count == 0)
			continue;
		region->avoided[count] = box_of_excepted(region, scope);
		if (region->avoided[count++] == NULL)
			return -1;
	}
	return relate_all(search, region->avoided, count);
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
	uint64_t services = search->target.services, differ = 0;

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
	uint32_t least = search->target.age_least;
	size_t count = 0;
	int found = 0;

	search->ages[count++] = least;
	for (size_t i = 0; i < search->person_count; i++) {
		const struct scope *scope = search->of_person[i]->box->scope;
		const uint32_t ends[2] = {scope->age_least, scope->age_limit};

		for (size_t n = 0; n < 2; n++) {
			if (ends[n] > least && ends[n] != UINT32_MAX &&
			    (search->target.age_limit == UINT32_MAX ||
				ends[n] < search->target.age_limit))
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

static int search_exceptions(struct search *search);

static int
search_person(struct search *search)
{
	int found;

	if (!person_is_left(&search->person, search->in[0]) ||
	    !person_is_left(&search->person, search->in[1]))
		return 0;
	search->person_count = 0;
	search->is_open = false;
	if (!spend(search, 8 * search->count))
		return -1;
	for (size_t i = 0; i < search->count; i++) {
		const struct obstacle *o = &search->obstacles[i];
		const struct scope *scope = o->box->scope;

		if (!person_is_in(&search->person, o->box))
			continue;
		search->is_open |= box_is_open(o->box);
		if (!box_is_open(o->box) && o->all_cells && o->all_hosts &&
		    o->all_times &&
		    (search->target.services & ~scope->services) == 0 &&
		    scope->age_least <= search->target.age_least &&
		    scope->age_limit >= search->target.age_limit)
			return 0;
		search->of_person[search->person_count++] = o;
	}
	found = search_ages(search);
	return found == 0 && search->is_open ? search_exceptions(search)
					     : found;
}

/* ---- what "except" leaves open ---- */

/* A way out of some obstacles: to be one more, to be not known, or a host. */
struct way_out {
	enum { BE, FORGET, HOST } kind;
	uint64_t what; /* a principal, a fact, a pattern */
	const struct box *box;
};

struct ways_out {
	struct arena *arena;
	struct way_out *list;
	size_t count;
};

static int
compare_ways_out(const void *a, const void *b)
{
	const struct way_out *left = a, *right = b;

	if (left->kind != right->kind)
		return left->kind < right->kind ? -1 : 1;
	if (left->what != right->what)
		return left->what < right->what ? -1 : 1;
	return 0;
}

static int
add_way_out(
    struct ways_out *ways, int kind, uint64_t what, const struct box *box)
{
	struct way_out *list =
	    arena_grow(ways->arena, ways->list, ways->count, sizeof *list);

	if (list == NULL)
		return -1;
	ways->list = list;
	list[ways->count].kind = kind;
	list[ways->count].what = what;
	list[ways->count++].box = box;
	return 0;
}

static int
add_ways_out(
    struct search *search, struct ways_out *ways, const struct box *box)
{
	const struct scope *scope = box->scope;
	uint64_t facts = box->not_facts;

	if (!spend(
		search, scope->not_principals.count + scope->not_hosts.count))
		return -1;
	for (uint32_t i = 0; i < scope->not_principals.count; i++) {
		if (add_way_out(ways, BE, scope->not_principals.list[i], box) !=
		    0)
			return -1;
	}
	/* what is unknown of a person keeps a permit from matching */
	for (; facts != 0 && !scope->unknown_matches; facts &= facts - 1) {
		if (add_way_out(ways, FORGET, facts & -facts, box) != 0)
			return -1;
	}
	for (uint32_t i = 0; i < scope->not_hosts.count; i++) {
		if (add_way_out(ways, HOST, scope->not_hosts.list[i], box) != 0)
			return -1;
	}
	return 0;
}

static int make_room(struct search *search);

/* Whoever takes this way out, where the obstacles are. */
static int
search_way_out(struct search *search, const struct way_out *ways, size_t count)
{
	struct region *region = search->region;
	struct search inner = {.region = region,
	    .in = {search->in[0], search->in[1]},
	    .target = search->target,
	    .has_exceptions = true,
	    .depth = search->depth + 1,
	    .person = search->person};
	uint32_t what = (uint32_t)ways->what;
	const struct ids one = {.count = 1, .list = &what};
	const struct box **boxes = arena_alloc(
	    &region->scratch, (search->count + count) * sizeof *boxes);
	const struct box *around;
	int found = 1;

	if (ways->kind == BE &&
	    !person_add(region->policy, &inner.person, &one, 0))
		return 0;
	if (ways->kind == FORGET &&
	    !person_forget(region->policy, &inner.person, ways->what))
		return 0;
	if (boxes == NULL || inner.depth > DEPTH_MAX)
		return -1;
	for (size_t i = 0; i < count; i++)
		boxes[i] = ways[i].box;
	around = box_around(&region->world, &region->scratch, boxes, count);
	if (around == NULL)
		return -1;
	found = target_narrow(&inner.target, &region->scratch, around);
	if (found == 1 && ways->kind == HOST)
		found = target_narrow_to_host(
		    &inner.target, &region->scratch, what);
	if (found != 1)
		return found;
	for (size_t i = 0; i < search->count; i++)
		boxes[i] = search->obstacles[i].box;
	if (relate_all(&inner, boxes, search->count) < 0 ||
	    make_room(&inner) < 0)
		return -1;
	found = search_person(&inner);
	search->person = inner.person;
	search->place = inner.place;
	return found;
}

/*
 * For this person the obstacles leave nothing, taken as if they excepted no
 * people and hosts.  So whoever gets past them is, somewhere inside one of
 * them, among those that it excepts.  If those that except nothing leave
 * nothing either, nobody does.
 */
static int
search_exceptions(struct search *search)
{
	struct person person = search->person;
	struct ways_out ways = {.arena = &search->region->scratch};
	size_t closed = 0, end;
	int found;

	for (size_t i = 0; i < search->person_count; i++) {
		const struct obstacle *o = search->of_person[i];

		if (!box_is_open(o->box))
			search->of_person[closed++] = o;
		else if (add_ways_out(search, &ways, o->box) != 0)
			return -1;
	}
	search->person_count = closed;
	found = search_ages(search);
	if (found != 1 || ways.count == 0)
		return found < 0 ? -1 : 0;
	qsort(ways.list, ways.count, sizeof *ways.list, compare_ways_out);
	for (size_t i = 0; i < ways.count; i = end) {
		for (end = i + 1;
		     end < ways.count &&
		     compare_ways_out(&ways.list[i], &ways.list[end]) == 0;)
			end++;
		search->person = person;
		found = search_way_out(search, &ways.list[i], end - i);
		if (found != 0)
			return found;
	}
	search->person = person;
	return 0;
}

/* Whoever is not said to be anything may be any of three, or unknown. */
static int
search_employments(struct search *search)
{
	const struct policy *policy = search->region->policy;
	struct person *person = &search->person;

	if (person->employment != POLICY_EMPLOYMENT_UNKNOWN ||
	    (person->unknown & FACT_EMPLOYMENT))
		return search_person(search);
	for (int i = POLICY_EMPLOYEE; i <= POLICY_VENDOR; i++) {
		bool named = person_set_employment(
		    policy, person, (enum policy_employment)i);
		int found = search_person(search);

		/* one that nobody asks about avoids as much as can be, but
		 * for those whom "except" needs */
		if (found != 0 || (!named && !search->has_exceptions))
			return found;
	}
	person_set_employment(policy, person, POLICY_EMPLOYMENT_UNKNOWN);
	return search_person(search);
}

static int search_people(struct search *search, uint32_t at);

/* A deny has also those of whom it is unknown whether they are in the list. */
static int
search_unknown(struct search *search, uint32_t at, uint64_t facts)
{
	struct person before = search->person;

	for (; facts != 0; facts &= facts - 1) {
		int found;

		search->person = before;
		if (!person_forget(search->region->policy, &search->person,
			facts & -facts))
			continue;
		found = search_people(search, at + 1);
		if (found != 0)
			return found;
	}
	return 0;
}

/*
 * One of each list, from this one on.  A person who is in a list already has
 * no need to be anything else in it.
 */
static int
search_people(struct search *search, uint32_t at)
{
	const uint32_t parts = scope_parts(search->in[0]->scope);
	const struct box *box = search->in[at >= parts];
	uint32_t part = at >= parts ? at - parts : at;
	struct person before = search->person;
	const struct ids *list;

	if (at >= parts && part == scope_parts(box->scope))
		return search_employments(search);
	list = scope_part(box->scope, part);
	if (person_is_one_of(&before, list) ||
	    (box->scope->unknown_matches &&
		(before.unknown & box->facts[part])))
		return search_people(search, at + 1);
	for (uint32_t i = 0; i < list->count; i++) {
		int found;

		if (!spend(search, 1))
			return -1;
		search->person = before;
		if (!person_add(
			search->region->policy, &search->person, list, i))
			continue;
		found = search_people(search, at + 1);
		if (found != 0)
			return found;
	}
	search->person = before;
	return box->scope->unknown_matches
		   ? search_unknown(search, at, box->facts[part])
		   : 0;
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
	if (target_everything(
		&region->world, &region->scratch, &search.target) < 0)
		return -1;
	for (size_t i = 0; i < 2; i++) {
		found = target_narrow(
		    &search.target, &region->scratch, search.in[i]);
		if (found != 1)
			return found;
	}
	if (list_obstacles(&search) < 0 || make_room(&search) < 0)
		return -1;
	person_clear(&search.person);
	found = search_people(&search, 0);
	if (found == 1)
		witness_make(
		    region->policy, &search.person, &search.place, witness_r);
	return found;
}
