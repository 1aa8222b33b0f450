/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/compare/obligations.h"
#include "policy/prove/region.h"
#include "policy/prove/witness.h"
#include "policy/value/factors.h"
#include "policy/value/quorum.h"

struct diff {
	struct policy world;	   /* atoms and periods of both, no rules */
	struct diff_side sides[2]; /* old, new */
	struct region region;
	const struct box *everything;
	struct policy_witness witness;
	/* By which doors of the rule something was shown: last where no permit
	 * of theirs opens, before that per deny of theirs. */
	need *shown;
	void (*report)(void *context, const struct policy_difference *d);
	void *context;
	int count;
};

static int
compare_numbers(const void *a, const void *b)
{
	const uint32_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static uint32_t
move(struct diff *diff, const struct intern *from, struct intern *to,
    uint32_t id)
{
	const struct intern_key *key = &from->keys[id];

	return intern_add(to, &diff->world.arena, key->data, key->size);
}

/* The periods of a side follow those of the side before. */
static uint32_t
translate_id(struct diff *diff, const struct diff_side *side,
    enum set_kind kind, uint32_t id)
{
	const struct policy *policy = side->policy;
	struct policy *world = &diff->world;

	switch (kind) {
	case SET_PRINCIPALS:
		return move(diff, &policy->principals, &world->principals, id);
	case SET_NETWORKS:
		return move(diff, &policy->networks, &world->networks, id);
	case SET_HOSTS:
		return move(diff, &policy->hosts, &world->hosts, id);
	case SET_PERIODS:
		return id + (uint32_t)side->first_period;
	case SET_SERVICES: /* no list, but bits */
	case SET_KINDS:
		break;
	}
	return INTERN_NONE;
}

static int
translate(struct diff *diff, const struct diff_side *side, enum set_kind kind,
    struct ids *ids)
{
	uint32_t *list;

	if (ids->count == 0)
		return 0;
	list = arena_alloc(&diff->world.arena, ids->count * sizeof *list);
	if (list == NULL)
		return -1;
	for (uint32_t i = 0; i < ids->count; i++) {
		list[i] = translate_id(diff, side, kind, ids->list[i]);
		if (list[i] == INTERN_NONE)
			return -1;
	}
	qsort(list, ids->count, sizeof *list, compare_numbers);
	ids->list = list;
	return 0;
}

static int
translate_lists(
    struct diff *diff, const struct diff_side *side, struct scope *scope)
{
#define TRANSLATE(KIND, name, ...)                                \
	if (translate(diff, side, SET_##KIND, &scope->name) != 0) \
		return -1;
	SCOPE_LISTS(TRANSLATE)
#undef TRANSLATE
	return 0;
}

/* A side's rules are for no service that only the other side knows. */
static int
translate_services(
    struct diff *diff, const struct policy *policy, uint64_t *services)
{
	uint64_t from = *services & services_all(policy), to = 0;

	for (uint32_t i = 0; i < policy->services.count; i++) {
		uint32_t number =
		    move(diff, &policy->services, &diff->world.services, i);

		if (number >= SERVICES_MAX)
			return -1;
		if (from & SERVICE_BIT(i))
			to |= SERVICE_BIT(number);
	}
	*services = to;
	return 0;
}

static int
translate_quorum(
    struct diff *diff, const struct diff_side *side, struct quorum *quorum)
{
	if (quorum->count == 0 || quorum->of == INTERN_NONE)
		return 0;
	quorum->of = translate_id(diff, side, SET_PRINCIPALS, quorum->of);
	return quorum->of != INTERN_NONE ? 0 : -1;
}

static void
add_attributes(struct policy *world, const struct policy *policy)
{
	for (size_t i = 0; i < policy->attribute_count; i++) {
		const char *name = policy->attributes[i];
		size_t n = 0;

		while (n < world->attribute_count &&
		       strcmp(world->attributes[n], name) != 0)
			n++;
		world->attributes[n] = name;
		if (n == world->attribute_count)
			world->attribute_count++;
	}
}

static int
add_side(struct diff *diff, struct diff_side *side, const struct policy *policy)
{
	struct policy *world = &diff->world;

	side->policy = policy;
	side->first_period = world->period_count;
	add_attributes(world, policy);
	side->rules = arena_alloc(
	    &world->arena, (policy->rule_count + 1) * sizeof *side->rules);
	if (side->rules == NULL)
		return -1;
	for (size_t i = 0; i < policy->period_count; i++) {
		struct period *list = arena_grow(&world->arena, world->periods,
		    world->period_count, sizeof *list);

		if (list == NULL)
			return -1;
		world->periods = list;
		list[world->period_count++] = policy->periods[i];
	}
	for (size_t i = 0; i < policy->rule_count; i++) {
		struct scope *scope = &side->rules[i].scope;

		side->rules[i] = policy->rules[i];
		if (translate_lists(diff, side, scope) != 0 ||
		    translate_services(diff, policy, &scope->services) != 0 ||
		    translate_quorum(diff, side, &side->rules[i].approval) != 0)
			return -1;
	}
	return 0;
}

/* A way in: a set of factors, for those who still have to enrol or not. */
struct door {
	const struct quorum *approval; /* as few as the rule asks for */
	uint32_t factors;
	uint32_t grace_seconds; /* 0: not by grace */
};

/* Would this rule open for it? */
static bool
opens(const struct rule *rule, const struct door *door)
{
	if (!quorum_covers(door->approval, &rule->approval))
		return false;
	if (factors_suffice(rule->need, door->factors))
		return true;
	return door->grace_seconds != 0 &&
	       rule->obligations.grace_seconds >= door->grace_seconds &&
	       factors_suffice(factors_open(rule), door->factors);
}

/* A door that only asks for more than one that was shown says nothing new. */
static void
report(struct diff *diff, bool is_new, const struct rule *rule,
    const struct door *door, const struct rule *other)
{
	const struct diff_side *there = &diff->sides[!is_new];
	struct policy_request *request = &diff->witness.request;
	need *shown =
	    &diff->shown[other != NULL ? other - there->rules
				       : (ptrdiff_t)there->policy->deny_count];
	char factors[POLICY_FACTORS_TEXT];
	struct policy_difference difference = {
	    .permitted = is_new,
	    .rule = rule->label,
	    .text = rule->text,
	    .other = other != NULL ? other->label : "",
	    .other_text = other != NULL ? other->text : "",
	    .witness = &diff->witness,
	};

	if (factors_suffice(*shown, door->factors))
		return;
	*shown |= factors_supersets(factors_set(door->factors));
	difference.factors = policy_factors_text(door->factors, factors);
	witness_approve(&diff->world, &diff->witness, door->approval, NULL);
	request->proven = door->factors;
	/* the last second of it, which a shorter grace does not have */
	if (door->grace_seconds != 0)
		request->grace_start_unix =
		    request->time_unix - door->grace_seconds + 1;
	diff->report(diff->context, &difference);
	diff->count++;
}

/* Who gets in by this door of a rule and would not on the other side? */
static int
compare_door(struct diff *diff, bool is_new, const struct rule *rule,
    const struct door *door)
{
	const struct diff_side *here = &diff->sides[is_new];
	const struct diff_side *there = &diff->sides[!is_new];
	struct region *region = &diff->region;
	const struct box *box = here->boxes[rule - here->rules];
	size_t denies;
	int found;

	region_avoid_denies(region, here->rules, here->boxes,
	    here->policy->deny_count, door->factors);
	denies = region->avoided_count;
	/* where no permit of theirs opens */
	for (size_t i = there->policy->deny_count;
	     i < there->policy->rule_count; i++) {
		if (opens(&there->rules[i], door))
			region->avoided[region->avoided_count++] =
			    there->boxes[i];
	}
	found = region_search(region, box, diff->everything, &diff->witness);
	if (found < 0)
		return -1;
	if (found == 1)
		report(diff, is_new, rule, door, NULL);
	/* where a deny of theirs shuts what a permit of theirs opens */
	region->avoided_count = denies;
	for (size_t i = 0; i < there->policy->deny_count; i++) {
		const struct rule *deny = &there->rules[i];

		if (factors_suffice(deny->need, door->factors))
			continue;
		found =
		    region_search(region, box, there->boxes[i], &diff->witness);
		if (found < 0)
			return -1;
		if (found == 1)
			report(diff, is_new, rule, door, deny);
	}
	return 0;
}

/* By a way of the rule, and with what the denies here let pass. */
static int
compare_doors(
    struct diff *diff, bool is_new, const struct rule *rule, struct door door)
{
	need left = factors_join(
	    factors_set(door.factors), diff->sides[is_new].passing);

	for (; left != 0; left &= left - 1) {
		door.factors = (uint32_t)__builtin_ctzll(left);
		if (compare_door(diff, is_new, rule, &door) != 0)
			return -1;
	}
	return 0;
}

static int
compare_rule(struct diff *diff, bool is_new, const struct rule *rule)
{
	const size_t kinds = diff->sides[!is_new].policy->deny_count + 1;

	memset(diff->shown, 0, kinds * sizeof *diff->shown);
	for (unsigned i = 0; i < rule->way_count; i++) {
		if (compare_doors(diff, is_new, rule,
			(struct door){&rule->approval, rule->ways[i], 0}) != 0)
			return -1;
	}
	memset(diff->shown, 0, kinds * sizeof *diff->shown);
	for (unsigned i = 0; i < rule->way_count; i++) {
		uint32_t rest = factors_without_enrolled(rule->ways[i]);
		struct door door = {
		    &rule->approval, rest, rule->obligations.grace_seconds};

		if (door.grace_seconds != 0 && rest != rule->ways[i] &&
		    compare_doors(diff, is_new, rule, door) != 0)
			return -1;
	}
	return 0;
}

/* Both let in, and what the session may do is not the same. */
static void
report_obligations(void *arg, const struct obligations_pair *pair)
{
	struct diff *diff = arg;
	char factors[POLICY_FACTORS_TEXT];
	struct policy_difference difference = {
	    .permitted = true,
	    .obligations = true,
	    .rule = pair->rules[0]->label,
	    .text = pair->rules[0]->text,
	    .factors = policy_factors_text(pair->factors, factors),
	    .other = pair->rules[1]->label,
	    .other_text = pair->rules[1]->text,
	    .witness = &diff->witness,
	};

	diff->report(diff->context, &difference);
	diff->count++;
}

static int
compare(struct diff *diff)
{
	size_t denies = diff->sides[0].policy->deny_count +
			diff->sides[1].policy->deny_count;

	diff->everything = region_box(&diff->region, &region_everything);
	diff->shown =
	    arena_alloc(&diff->world.arena, (denies + 1) * sizeof *diff->shown);
	if (diff->shown == NULL)
		return -1;
	for (size_t s = 0; s < 2; s++) {
		struct diff_side *side = &diff->sides[s];

		side->boxes = region_boxes(
		    &diff->region, side->rules, side->policy->rule_count);
		side->passing =
		    factors_passing(side->rules, side->policy->deny_count);
		if (side->boxes == NULL || diff->everything == NULL)
			return -1;
	}
	for (int is_new = 1; is_new >= 0; is_new--) {
		const struct diff_side *side = &diff->sides[is_new];

		for (size_t i = side->policy->deny_count;
		     i < side->policy->rule_count; i++) {
			if (compare_rule(diff, is_new, &side->rules[i]) != 0)
				return -1;
		}
	}
	if (obligations_compare(&diff->region, diff->sides, &diff->witness,
		report_obligations, diff) != 0)
		return -1;
	return diff->count;
}

int
policy_diff(const struct policy *old, const struct policy *new,
    int64_t since_unix,
    void (*report_difference)(
	void *context, const struct policy_difference *difference),
    void *context)
{
	struct diff *diff;
	int result = -1;

	if (old == NULL || new == NULL)
		return -1;
	diff = calloc(1, sizeof *diff);
	if (diff == NULL)
		return -1;
	diff->report = report_difference;
	diff->context = context;
	/* the longest grace must fit before the first moment */
	if (since_unix < INT64_C(400000000))
		since_unix = INT64_C(400000000);
	if (add_side(diff, &diff->sides[0], old) == 0 &&
	    add_side(diff, &diff->sides[1], new) == 0 &&
	    region_init(&diff->region, &diff->world, BUDGET_QUESTION,
		since_unix, old->rule_count + new->rule_count) == 0)
		result = compare(diff);
	region_free(&diff->region);
	arena_free(&diff->world.arena);
	free(diff);
	return result;
}
