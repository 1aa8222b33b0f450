/* SPDX-License-Identifier: Apache-2.0 */
/* Random assertions, against everything that a request may be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define COUNT(a) (sizeof a / sizeof(*(a)))

/* What the model's own tables say of each dimension, a bit per rule. */
struct tables {
	uint32_t people[1u << (MODEL_RULES + 1)]; /* each answer once */
	size_t people_count;
	uint32_t address[MODEL_ADDRESSES], name[MODEL_NAMES], time[MODEL_TIMES],
	    service[MODEL_SERVICES], age[MODEL_AGES];
};

static uint32_t
bits_of(const struct model_policy *policy, const struct model_scope *asserted,
    const struct model_request *request, int dimension)
{
	uint32_t bits = 0;

	for (size_t i = 0; i <= policy->count; i++) {
		const struct model_scope *all =
		    i < policy->count ? &policy->rules[i].scope : asserted;
		bool deny = i < policy->count && policy->rules[i].deny;
		struct model_scope one = {0};

		switch (dimension) {
		case 0:
			one.principals = all->principals;
			one.also = all->also;
			one.not_principals = all->not_principals;
			break;
		case 1:
			one.networks = all->networks;
			one.not_networks = all->not_networks;
			break;
		case 2:
			one.hosts = all->hosts;
			one.not_hosts = all->not_hosts;
			break;
		case 3:
			one.during = all->during;
			one.outside = all->outside;
			break;
		case 4:
			one.services = all->services;
			break;
		default:
			one.age = all->age;
		}
		if (i == policy->count
			? model_claim_matches(&one, request)
			: model_scope_matches(&one, request, deny))
			bits |= 1u << i;
	}
	return bits;
}

static bool
is_person(const struct model_request *r)
{
	uint32_t p = r->principals, employment = p & 0xb0;

	if (r->unknown & MODEL_NO_EMPLOYMENT ? employment != 0
					     : employment == 0)
		return false;
	return (employment & (employment - 1)) == 0 &&
	       !((r->unknown & MODEL_NO_ID) && (p & 0x100)) &&
	       !((r->unknown & MODEL_NO_SHIFT) && (p & 0x200));
}

static void
fill_people(const struct model_policy *policy,
    const struct model_scope *asserted, bool only, struct tables *tables)
{
	static bool met[COUNT(tables->people)];
	uint32_t self = 1u << policy->count, bits;
	struct model_scope people = {.principals = asserted->principals,
	    .also = asserted->also,
	    .not_principals = asserted->not_principals};
	struct model_request r = {0};

	memset(met, 0, sizeof met);
	tables->people_count = 0;
	for (uint32_t p = 0; p < 8u << MODEL_PRINCIPALS; p++) {
		r.principals = p >> 3;
		r.unknown = p & 7;
		if (!is_person(&r))
			continue;
		bits = bits_of(policy, asserted, &r, 0);
		if (only)
			bits = (bits & ~self) |
			       (model_scope_matches(&people, &r, false) ? 0
									: self);
		if (!met[bits])
			tables->people[tables->people_count++] = bits;
		met[bits] = true;
	}
}

static void
fill(const struct model_policy *policy, const struct model_scope *asserted,
    bool only, struct tables *tables)
{
	struct model_request r = {0};

	fill_people(policy, asserted, only, tables);
	for (r.address = 0; r.address < MODEL_ADDRESSES; r.address++)
		tables->address[r.address] = bits_of(policy, asserted, &r, 1);
	r.address = 0;
	for (r.name = 0; r.name < MODEL_NAMES; r.name++)
		tables->name[r.name] = bits_of(policy, asserted, &r, 2);
	r.name = 0;
	for (r.time = 0; r.time < MODEL_TIMES; r.time++)
		tables->time[r.time] = bits_of(policy, asserted, &r, 3);
	r.time = 0;
	for (r.service = 0; r.service < MODEL_SERVICES; r.service++)
		tables->service[r.service] = bits_of(policy, asserted, &r, 4);
	r.service = 0;
	for (r.age = 0; r.age < MODEL_AGES; r.age++)
		tables->age[r.age] = bits_of(policy, asserted, &r, 5);
}

/* Every person, address, name, time, service and age of the model's world. */
static bool
some_request_breaks(
    const struct tables *t, uint32_t self, uint32_t deny, uint32_t bad)
{
	for (size_t p = 0; p < t->people_count; p++) {
		for (int a = 0; a < MODEL_ADDRESSES; a++) {
			uint32_t pa = t->people[p] & t->address[a];

			if (!(pa & self) || !(pa & bad))
				continue;
			for (int i = 0; i < MODEL_NAMES * MODEL_TIMES *
						MODEL_SERVICES * MODEL_AGES;
			     i++) {
				int n = i / MODEL_AGES;
				uint32_t m = pa & t->age[i % MODEL_AGES];

				m &= t->service[n % MODEL_SERVICES];
				n /= MODEL_SERVICES;
				m &= t->time[n % MODEL_TIMES];
				m &= t->name[n / MODEL_TIMES];
				if ((m & self) && (m & bad) && !(m & deny))
					return true;
			}
		}
	}
	return false;
}

static bool
suffices(const uint32_t ways[4], uint32_t proven)
{
	for (int w = 0; w < 4 && ways[w] != 0; w++) {
		if (!(ways[w] & ~proven))
			return true;
	}
	return false;
}

/* With these factors: which rules deny, and which permits open although the
 * assertion does not want it. */
struct doors {
	uint32_t deny, bad;
};

/* Leaves out what is no more than another one. */
static size_t
add_doors(struct doors *list, size_t count, struct doors one)
{
	size_t kept = 0;

	if (one.bad == 0)
		return count;
	for (size_t i = 0; i < count; i++) {
		if (!(list[i].deny & ~one.deny) && !(one.bad & ~list[i].bad))
			return count;
	}
	for (size_t i = 0; i < count; i++) {
		if ((one.deny & ~list[i].deny) || (list[i].bad & ~one.bad))
			list[kept++] = list[i];
	}
	list[kept++] = one;
	return kept;
}

static bool
brute_force_breaks(const struct model_policy *policy,
    const struct model_scope *asserted, int kind, const uint32_t ways[4])
{
	struct doors list[128];
	size_t count = 0;
	static struct tables tables;

	for (uint32_t f = 0; f < 128; f++) {
		struct model_request r = {
		    .proven = f & 63, .grace_start = f & 64 ? 1 : 0};
		struct doors one = {0};

		for (size_t i = 0; i < policy->count; i++) {
			const struct model_rule *rule = &policy->rules[i];

			/* three people of the group, just now */
			r.approver_count = 3;
			for (unsigned who = 0; who < 3; who++)
				r.approvers[who] = (struct model_approver){
				    who, rule->approval_of, 0};
			if (rule->deny)
				one.deny |= suffices(rule->ways, r.proven)
						? 0
						: 1u << i;
			else if (model_content(rule, &r) &&
				 (kind == 2 || !suffices(ways, r.proven)))
				one.bad |= 1u << i;
		}
		count = add_doors(list, count, one);
	}
	fill(policy, asserted, kind == 2, &tables);
	for (size_t i = 0; i < count; i++) {
		if (some_request_breaks(&tables, 1u << policy->count,
			list[i].deny, list[i].bad))
			return true;
	}
	return false;
}

static void
agrees_with_brute_force(void **state)
{
	static const char *const kinds[] = {"never", "always", "only"};
	const char *more = getenv("POLICIES");
	const unsigned rounds = more != NULL ? (unsigned)atoi(more) : 2000;
	uint32_t seed = 20261123;
	unsigned broken = 0;
	static char text[16384];

	for (unsigned round = 0; round < rounds; round++) {
		struct model_policy model;
		struct model_scope scope;
		int kind = (int)(round % 3);
		uint32_t ways[4] = {0};
		size_t used;
		bool expected;

		model_random_policy(&seed, 1 + round % 8, &model);
		model_random_scope(&seed, &scope);
		if (kind == 1 || model_random(&seed) % 2) {
			ways[0] = 1u << model_random(&seed) % 5;
			ways[0] |= 1u << model_random(&seed) % 5;
			ways[1] = model_random(&seed) % 32;
		}
		if (kind == 2)
			ways[0] = ways[1] = 0;
		if (kind == 1)
			scope.principals = scope.also = scope.not_principals =
			    0;
		model_print(&model, NULL, text, sizeof text);
		used = strlen(text);
		used += (size_t)snprintf(
		    text + used, sizeof text - used, "assert %s", kinds[kind]);
		if (kind == 1)
			used += model_print_ways(
			    "", ways, text + used, sizeof text - used);
		used += model_print_scope(
		    &scope, kind != 1, text + used, sizeof text - used);
		if (kind == 0)
			model_print_ways(
			    "without", ways, text + used, sizeof text - used);
		expected = brute_force_breaks(&model, &scope, kind, ways);
		broken += expected;
		if (support_prove(text) != (expected ? 1 : 0) ||
		    strstr(support_seen, "undecided") != NULL)
			fail_msg("round %u\n%s\nexpected %d: %s", round, text,
			    expected, support_seen);
	}
	print_message("%u policies: %u assertions broken, %u hold, as all "
		      "requests say\n",
	    rounds, broken, rounds - broken);
	assert_in_range(broken, rounds / 10, rounds - rounds / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(agrees_with_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
