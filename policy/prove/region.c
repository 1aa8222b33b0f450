/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/region.h"

#include <string.h>

#include "policy/prove/hostsearch.h"
#include "policy/prove/witness.h"

#define FAILED_MAX 64
/* A search that needs more is given up. */
#define SCRATCH_MAX ((size_t)64 << 20)

/* The choices made so far; what is left to avoid shrinks with each. */
struct point {
	struct person person;
	struct place place;
};

/* Scopes still to be avoided, as bits. */
struct left {
	uint64_t *bits;
};

/* What could not be avoided; nor can it be together with more. */
struct failures {
	uint64_t *sets[FAILED_MAX];
	size_t count;
};

struct region_search {
	struct region *region;
	const struct scope *in[2];
	size_t words;
	/* what to look at each is: the sums over region->avoided */
	uint64_t principal_count, period_count, network_count;
	uint64_t in_period_count; /* of both scopes */
	struct left by_person, by_rest, by_address;
	struct failures no_address, no_host;
	struct point point;
	bool undecided;
};

static const struct prefix universes[2] = {
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96},
    {{0}, 0},
};

int
region_init(struct region *region, const struct policy *policy, uint64_t budget,
    int64_t since_unix, size_t avoided_room)
{
	*region = (struct region){.policy = policy};
	region->scratch.limit = SCRATCH_MAX;
	region->budget.left = budget;
	region->avoided = arena_alloc(
	    &region->memory, (avoided_room + 1) * sizeof(struct scope *));
	region->avoided_room = avoided_room;
	if (region->avoided == NULL)
		return -1;
	return timeclass_find(policy, &region->memory, &region->budget,
	    since_unix, &region->times);
}

void
region_free(struct region *region)
{
	arena_free(&region->scratch);
	arena_free(&region->memory);
}

static bool
spend(struct region_search *search, uint64_t work)
{
	return budget_spend(&search->region->budget, work);
}

static struct prefix
prefix_of(const struct region *region, uint32_t id)
{
	struct prefix prefix;

	memcpy(&prefix, region->policy->networks.keys[id].data, sizeof prefix);
	return prefix;
}

static bool
has_bit(const uint64_t *bits, size_t i)
{
	return bits[i / 64] >> i % 64 & 1;
}

static bool
known_to_fail(const struct region_search *search,
    const struct failures *failures, const uint64_t *bits)
{
	for (size_t f = 0; f < failures->count; f++) {
		size_t i = 0;

		while (
		    i < search->words && (failures->sets[f][i] & ~bits[i]) == 0)
			i++;
		if (i == search->words)
			return true;
	}
	return false;
}

static void
remember_failure(struct region_search *search, struct failures *failures,
    const uint64_t *bits)
{
	uint64_t *copy;

	if (failures->count == FAILED_MAX)
		return;
	copy =
	    arena_alloc(&search->region->scratch, search->words * sizeof *copy);
	if (copy == NULL)
		return;
	memcpy(copy, bits, search->words * sizeof *copy);
	failures->sets[failures->count++] = copy;
}

static const char *
host_of(const struct region *region, const struct ids *hosts, uint32_t i)
{
	return hosts->any ? "**"
			  : region->policy->hosts.keys[hosts->list[i]].data;
}

static uint32_t
choices(const struct ids *ids)
{
	return ids->any ? 1 : ids->count;
}

/* All patterns of what is left to avoid; NULL without memory. */
static const char **
avoided_hosts(
    struct region_search *search, const uint64_t *bits, size_t *count_r)
{
	struct region *region = search->region;
	const char **list;
	size_t count = 0;

	for (size_t i = 0; i < region->avoided_count; i++) {
		if (has_bit(bits, i))
			count += region->avoided[i]->hosts.count;
	}
	list = arena_alloc(&region->scratch, (count + 1) * sizeof(char *));
	if (list == NULL)
		return NULL;
	count = 0;
	for (size_t i = 0; i < region->avoided_count; i++) {
		const struct ids *hosts = &region->avoided[i]->hosts;

		for (uint32_t j = 0; has_bit(bits, i) && j < hosts->count; j++)
			list[count++] = host_of(region, hosts, j);
	}
	*count_r = count;
	return list;
}

static int
search_host_avoiding(
    struct region_search *search, const char **avoided, size_t count)
{
	struct region *region = search->region;

	for (uint32_t i = 0; i < choices(&search->in[0]->hosts); i++) {
		for (uint32_t j = 0; j < choices(&search->in[1]->hosts); j++) {
			const char *wanted[2] = {
			    host_of(region, &search->in[0]->hosts, i),
			    host_of(region, &search->in[1]->hosts, j),
			};
			int found = hostsearch(&region->scratch,
			    &region->budget, wanted, avoided, count,
			    search->point.place.host);

			if (found != 0)
				return found;
		}
	}
	return 0;
}

/* May the fact be unknown in this scope, which asks for it or not? */
static bool
takes_unknown(const struct scope *scope, const struct ids *ids)
{
	return ids->any || scope->unknown_matches;
}

/* No host is known: only what does not match then may be left to avoid. */
static int
search_unknown_host(struct region_search *search, const uint64_t *bits)
{
	struct region *region = search->region;

	if (!takes_unknown(search->in[0], &search->in[0]->hosts) ||
	    !takes_unknown(search->in[1], &search->in[1]->hosts))
		return 0;
	for (size_t i = 0; i < region->avoided_count; i++) {
		if (has_bit(bits, i) && region->avoided[i]->unknown_matches)
			return 0;
	}
	search->point.place.host[0] = '\0';
	return 1;
}

static int
search_host(struct region_search *search, const uint64_t *bits)
{
	struct region *region = search->region;
	const char **avoided;
	size_t count;
	int found;

	for (size_t i = 0; i < region->avoided_count; i++) {
		if (has_bit(bits, i) && region->avoided[i]->hosts.any)
			return 0;
	}
	avoided = avoided_hosts(search, bits, &count);
	if (avoided == NULL)
		return -1;
	found = search_host_avoiding(search, avoided, count);
	return found == 0 ? search_unknown_host(search, bits) : found;
}

static bool
networks_have(const struct region *region, const struct ids *networks,
    const uint8_t address[16])
{
	for (uint32_t i = 0; i < networks->count; i++) {
		struct prefix prefix = prefix_of(region, networks->list[i]);

		if (address_in(address, &prefix))
			return true;
	}
	return networks->any;
}

static bool
has_address(const struct region *region, const struct scope *scope,
    const struct policy_address *client)
{
	return client->known
		   ? networks_have(region, &scope->networks, client->bytes)
		   : takes_unknown(scope, &scope->networks);
}

static int
try_client(struct region_search *search, const struct policy_address *client)
{
	struct region *region = search->region;
	uint64_t *left = search->by_address.bits;
	int found;

	if (!spend(search,
		search->network_count + search->no_host.count * search->words))
		return 0;
	memcpy(left, search->by_rest.bits, search->words * sizeof *left);
	for (size_t i = 0; i < region->avoided_count; i++) {
		if (has_bit(left, i) &&
		    !has_address(region, region->avoided[i], client))
			left[i / 64] &= ~(UINT64_C(1) << i % 64);
	}
	if (known_to_fail(search, &search->no_host, left))
		return 0;
	search->point.place.client = *client;
	found = search_host(search, left);
	if (found == 0)
		remember_failure(search, &search->no_host, left);
	if (found < 0)
		search->undecided = true;
	return found;
}

static int
try_address(struct region_search *search, const uint8_t address[16])
{
	struct policy_address client = {.known = true};

	memcpy(client.bytes, address, 16);
	return try_client(search, &client);
}

/* The addresses where something begins or ends inside this network. */
static int
search_network(struct region_search *search, const struct prefix *inside)
{
	static const struct prefix all_v4 = {
	    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
	struct region *region = search->region;
	uint8_t address[16];
	int found = try_address(search, inside->bytes);

	if (found == 1)
		return 1;
	/* v6 has a hole where v4 is */
	if (!address_is_v4(inside->bytes) && inside->bits < 96 &&
	    address_after(&all_v4, address) && address_in(address, inside) &&
	    try_address(search, address) == 1)
		return 1;
	for (size_t i = 0; i < region->avoided_count; i++) {
		const struct ids *networks = &region->avoided[i]->networks;

		if (!spend(search, 1))
			return 0;
		if (!has_bit(search->by_rest.bits, i))
			continue;
		for (uint32_t j = 0; j < networks->count; j++) {
			struct prefix prefix =
			    prefix_of(region, networks->list[j]);

			if (prefix.bits < inside->bits ||
			    !address_in(prefix.bytes, inside))
				continue;
			if (try_address(search, prefix.bytes) == 1)
				return 1;
			if (address_after(&prefix, address) &&
			    address_in(address, inside) &&
			    try_address(search, address) == 1)
				return 1;
		}
	}
	return 0;
}

static struct prefix
network_choice(
    const struct region *region, const struct ids *networks, uint32_t i)
{
	return networks->any ? universes[i]
			     : prefix_of(region, networks->list[i]);
}

static int
search_address(struct region_search *search)
{
	const struct ids *a = &search->in[0]->networks;
	const struct ids *b = &search->in[1]->networks;
	struct region *region = search->region;

	for (uint32_t i = 0; i < (a->any ? 2 : a->count); i++) {
		struct prefix left = network_choice(region, a, i);

		if (!spend(search, b->count + 1))
			return 0;
		for (uint32_t j = 0; j < (b->any ? 2 : b->count); j++) {
			struct prefix right = network_choice(region, b, j);
			const struct prefix *inner =
			    left.bits >= right.bits ? &left : &right;
			const struct prefix *outer =
			    inner == &left ? &right : &left;

			if (address_in(inner->bytes, outer) &&
			    search_network(search, inner) == 1)
				return 1;
		}
	}
	return takes_unknown(search->in[0], a) &&
		       takes_unknown(search->in[1], b)
		   ? try_client(search, &(struct policy_address){0})
		   : 0;
}

static bool
has_age(const struct scope *scope, uint32_t age)
{
	return age >= scope->age_least &&
	       (age < scope->age_limit || scope->age_limit == UINT32_MAX);
}

/* Service, age and time are chosen: what of the rest is still in the way? */
static int
search_rest(struct region_search *search, const struct timeclass *time)
{
	struct region *region = search->region;
	uint64_t *left = search->by_rest.bits;

	if (!spend(search, search->period_count +
			       search->no_address.count * search->words))
		return 0;
	memcpy(left, search->by_person.bits, search->words * sizeof *left);
	for (size_t i = 0; i < region->avoided_count; i++) {
		const struct scope *scope = region->avoided[i];

		if (has_bit(left, i) &&
		    (!(scope->services & 1u << search->point.place.service) ||
			!has_age(scope, search->point.place.age) ||
			!timeclass_matches(time, scope)))
			left[i / 64] &= ~(UINT64_C(1) << i % 64);
	}
	for (size_t i = 0; i < region->avoided_count; i++) {
		if (has_bit(left, i) && region->avoided[i]->networks.any &&
		    region->avoided[i]->hosts.any)
			return 0;
	}
	if (known_to_fail(search, &search->no_address, left))
		return 0;
	search->point.place.time_unix = time->time_unix;
	if (search_address(search) == 1)
		return 1;
	remember_failure(search, &search->no_address, left);
	return 0;
}

static int
search_times(struct region_search *search)
{
	const struct timeclasses *times = &search->region->times;

	for (size_t i = 0; i < times->count; i++) {
		const struct timeclass *time = &times->list[i];

		if (!spend(search, search->in_period_count))
			return 0;
		if (timeclass_matches(time, search->in[0]) &&
		    timeclass_matches(time, search->in[1]) &&
		    search_rest(search, time) == 1)
			return 1;
	}
	return 0;
}

static int
search_age(struct region_search *search, uint32_t age)
{
	uint32_t services = search->in[0]->services & search->in[1]->services;

	if (!has_age(search->in[0], age) || !has_age(search->in[1], age))
		return 0;
	search->point.place.age = age;
	for (int service = 0; service < SERVICE_COUNT; service++) {
		search->point.place.service = (enum service)service;
		if ((services & 1u << service) && search_times(search) == 1)
			return 1;
	}
	return 0;
}

/* Ages differ only from where a scope begins or ends. */
static int
search_ages(struct region_search *search)
{
	struct region *region = search->region;
	uint32_t least = search->in[0]->age_least > search->in[1]->age_least
			     ? search->in[0]->age_least
			     : search->in[1]->age_least;

	if (search_age(search, least) == 1)
		return 1;
	for (size_t i = 0; i < region->avoided_count; i++) {
		const struct scope *scope = region->avoided[i];

		if (!has_bit(search->by_person.bits, i))
			continue;
		if (scope->age_least > least &&
		    search_age(search, scope->age_least) == 1)
			return 1;
		if (scope->age_limit != UINT32_MAX &&
		    scope->age_limit > least &&
		    search_age(search, scope->age_limit) == 1)
			return 1;
	}
	return 0;
}

static bool
has_person(const struct region *region, const struct scope *scope,
    const struct person *person)
{
	return person_is_one_of(person, &scope->principals) ||
	       (scope->unknown_matches &&
		   person->employment == POLICY_EMPLOYMENT_UNKNOWN &&
		   person_asks_employment(region->policy, &scope->principals));
}

static int
search_person(struct region_search *search)
{
	struct region *region = search->region;
	uint64_t *left = search->by_person.bits;

	if (!spend(search, search->principal_count))
		return 0;
	memset(left, 0, search->words * sizeof *left);
	for (size_t i = 0; i < region->avoided_count; i++) {
		if (has_person(
			region, region->avoided[i], &search->point.person))
			left[i / 64] |= UINT64_C(1) << i % 64;
	}
	return search_ages(search);
}

/* Whoever is not said to be anything may be any of three, or unknown. */
static int
search_employments(struct region_search *search)
{
	const struct policy *policy = search->region->policy;

	if (search->point.person.employment != POLICY_EMPLOYMENT_UNKNOWN)
		return search_person(search);
	for (int i = POLICY_EMPLOYEE; i <= POLICY_VENDOR; i++) {
		bool named = person_set_employment(
		    policy, &search->point.person, (enum policy_employment)i);

		if (search_person(search) == 1)
			return 1;
		/* one that nobody asks about avoids as much as can be */
		if (!named)
			return 0;
	}
	person_set_employment(
	    policy, &search->point.person, POLICY_EMPLOYMENT_UNKNOWN);
	return search_person(search);
}

static bool
networks_meet(struct region *region, const struct ids *a, const struct ids *b)
{
	for (uint32_t i = 0; i < a->count; i++) {
		struct prefix left = prefix_of(region, a->list[i]);

		if (!budget_spend(&region->budget, b->count))
			return true;
		for (uint32_t j = 0; j < b->count; j++) {
			struct prefix right = prefix_of(region, b->list[j]);
			bool inner = left.bits >= right.bits;

			if (address_in(inner ? left.bytes : right.bytes,
				inner ? &right : &left))
				return true;
		}
	}
	return a->any || b->any;
}

/* Most pairs of scopes have no host or no network in common. */
static bool
scopes_meet(struct region_search *search)
{
	const struct scope *a = search->in[0], *b = search->in[1];

	if ((a->services & b->services) == 0 ||
	    !networks_meet(search->region, &a->networks, &b->networks))
		return false;
	return a->hosts.any || b->hosts.any ||
	       search_host_avoiding(search, NULL, 0) != 0;
}

/* Whatever there is of a kind is looked at by each step of that kind. */
static void
count_work(struct region_search *search)
{
	const struct region *region = search->region;

	search->in_period_count = 1;
	for (size_t i = 0; i < 2; i++)
		search->in_period_count +=
		    search->in[i]->during.count + search->in[i]->outside.count;
	search->principal_count = search->period_count = search->network_count =
	    region->avoided_count + 1;
	for (size_t i = 0; i < region->avoided_count; i++) {
		const struct scope *scope = region->avoided[i];

		search->principal_count += scope->principals.count;
		search->period_count +=
		    scope->during.count + scope->outside.count;
		search->network_count += scope->networks.count;
	}
}

int
region_search(struct region *region, const struct scope *a,
    const struct scope *b, struct policy_witness *witness_r)
{
	struct region_search search = {.region = region, .in = {a, b}};
	struct left *lefts[] = {
	    &search.by_person, &search.by_rest, &search.by_address};

	arena_reset(&region->scratch);
	if (!spend(&search, region->avoided_count + 1))
		return -1;
	if (!scopes_meet(&search))
		return region->scratch.failed ? -1 : 0;
	count_work(&search);
	search.words = region->avoided_count / 64 + 1;
	for (size_t i = 0; i < 3; i++) {
		lefts[i]->bits = arena_alloc(
		    &region->scratch, search.words * sizeof(uint64_t));
		if (lefts[i]->bits == NULL)
			return -1;
	}
	for (uint32_t i = 0; i < choices(&a->principals); i++) {
		for (uint32_t j = 0; j < choices(&b->principals); j++) {
			struct person *person = &search.point.person;

			if (!spend(&search, 1))
				return -1;
			person_clear(person);
			if (!person_add(
				region->policy, person, &a->principals, i) ||
			    !person_add(
				region->policy, person, &b->principals, j))
				continue;
			if (search_employments(&search) == 1) {
				witness_make(region->policy, person,
				    &search.point.place, witness_r);
				return 1;
			}
		}
	}
	return search.undecided || region->scratch.failed ||
		       budget_is_spent(&region->budget)
		   ? -1
		   : 0;
}
