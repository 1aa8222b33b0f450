/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/compare/obligations.h"

#include <string.h>

#include "policy/decide/strictness.h"
#include "policy/prove/witness.h"
#include "policy/value/factors.h"
#include "policy/value/quorum.h"

struct comparison {
	struct region *region;
	const struct diff_side *sides; /* old, new */
	struct policy_witness *witness;
	bool *unchanged[2]; /* the other side has the same rule */
};

static bool
same_lists(const struct ids *a, const struct ids *b)
{
	return a->any == b->any && a->count == b->count &&
	       (a->count == 0 ||
		   memcmp(a->list, b->list, a->count * sizeof *a->list) == 0);
}

static bool
same_scope_lists(const struct scope *a, const struct scope *b)
{
	bool same = a->also_count == b->also_count;

#define SAME(KIND, name, ...) same = same && same_lists(&a->name, &b->name);
	SCOPE_PEOPLE(SAME)
	SCOPE_PLACES(SAME)
#undef SAME
	return same;
}

static bool
same_times(
    const struct region *region, const struct box *a, const struct box *b)
{
	if (a->times == NULL || b->times == NULL)
		return a->times == b->times;
	return memcmp(a->times, b->times,
		   region->world.words * sizeof *a->times) == 0;
}

/* The words alone say little: what they name may have changed. */
static bool
same_rule(const struct comparison *c, size_t i, size_t j)
{
	const struct rule *a = &c->sides[0].rules[i],
			  *b = &c->sides[1].rules[j];
	const struct scope *left = &a->scope, *right = &b->scope;

	return strcmp(a->text, b->text) == 0 && a->need == b->need &&
	       strictness_same(a, b) && same_scope_lists(left, right) &&
	       left->services == right->services &&
	       left->age_least == right->age_least &&
	       left->age_limit == right->age_limit &&
	       same_times(
		   c->region, c->sides[0].boxes[i], c->sides[1].boxes[j]);
}

/* Most rules stand where they stood, or as far from there as the one before. */
static int
find_unchanged(struct comparison *c)
{
	const struct policy *old = c->sides[0].policy,
			    *new = c->sides[1].policy;
	size_t next = new->deny_count;

	for (int s = 0; s < 2; s++) {
		size_t count = c->sides[s].policy->rule_count + 1;

		c->unchanged[s] = arena_alloc(
		    &c->region->memory, count * sizeof *c->unchanged[s]);
		if (c->unchanged[s] == NULL)
			return -1;
		memset(c->unchanged[s], 0, count * sizeof *c->unchanged[s]);
	}
	for (size_t i = old->deny_count; i < old->rule_count; i++) {
		size_t permits = new->rule_count - new->deny_count;

		for (size_t n = 0; n < permits; n++) {
			size_t j = new->deny_count +
				   (next - new->deny_count + n) % permits;

			if (!same_rule(c, i, j))
				continue;
			c->unchanged[0][i] = c->unchanged[1][j] = true;
			next = j + 1;
			break;
		}
	}
	return 0;
}

/*
 * The approvals of the pair are the least for the one rule and the least for
 * the other, by the same people.  So they are enough for a third rule only if
 * one of the two is: nobody counts twice, and any approvals that are enough for
 * both rules are enough for that one as well.
 */
static bool
is_approved(const struct obligations_pair *pair, const struct rule *rule)
{
	return quorum_covers(&pair->rules[0]->approval, &rule->approval) ||
	       quorum_covers(&pair->rules[1]->approval, &rule->approval);
}

/* Would this rule decide instead of one of the pair? */
static bool
beats(const struct obligations_pair *pair, const struct rule *rule,
    const struct rule *of_pair)
{
	return is_approved(pair, rule) &&
	       strictness_beats(rule, of_pair, pair->factors);
}

/* All that would decide instead. */
static void
avoid(struct region *region, const struct obligations_pair *pair,
    const struct diff_side *side, const struct rule *rule)
{
	const struct policy *policy = side->policy;

	for (size_t i = 0; i < policy->rule_count; i++)
		if (i < policy->deny_count
			? !factors_suffice(side->rules[i].need, pair->factors)
			: &side->rules[i] != rule &&
			      beats(pair, &side->rules[i], rule))
			region->avoided[region->avoided_count++] =
			    side->boxes[i];
}

static bool
decides(const struct policy *policy, const struct rule *rule,
    const struct policy_request *request)
{
	struct policy_decision decision;

	policy_decide(policy, request, &decision);
	return decision.outcome == POLICY_PERMIT &&
	       strcmp(decision.rule, rule->label) == 0;
}

/* 1: there is such a request, 0: there is none, -1: undecided. */
static int
search(struct comparison *c, const struct obligations_pair *pair)
{
	struct region *region = c->region;
	struct policy_request *request = &c->witness->request;
	const struct box *boxes[2];
	int found;

	for (int s = 0; s < 2; s++)
		boxes[s] =
		    c->sides[s].boxes[pair->rules[s] - c->sides[s].rules];
	region->avoided_count = 0;
	found = region_search(region, boxes[0], boxes[1], c->witness);
	if (found != 1)
		return found;
	for (int s = 0; s < 2; s++) {
		if (!budget_spend(
			&region->budget, c->sides[s].policy->rule_count))
			return -1;
		avoid(region, pair, &c->sides[s], pair->rules[s]);
	}
	found = region_search(region, boxes[0], boxes[1], c->witness);
	if (found != 1)
		return found;
	witness_approve(c->region->policy, c->witness,
	    &pair->rules[0]->approval, &pair->rules[1]->approval);
	request->proven = pair->factors;
	/* the search and the evaluator are two accounts of the same rules */
	return decides(c->sides[0].policy, pair->rules[0], request) &&
		       decides(c->sides[1].policy, pair->rules[1], request)
		   ? 1
		   : -1;
}

/* The sets of factors that are worth a try: a way of the one with a way of the
 * other, and with what denies let pass.  More only let more rules decide
 * instead. */
static uint64_t
list_factors(
    const struct comparison *c, const struct rule *a, const struct rule *b)
{
	need passing = factors_join(c->sides[0].passing, c->sides[1].passing);

	return factors_join(
	    factors_join(factors_least(a), factors_least(b)), passing);
}

/* 1 with pair->factors, 0, or -1. */
static int
compare_pair(struct comparison *c, struct obligations_pair *pair, bool same[2])
{
	const struct rule *old = pair->rules[0], *new = pair->rules[1];

	for (uint64_t left = list_factors(c, old, new); left != 0;
	     left &= left - 1) {
		int found;

		pair->factors = (uint32_t)__builtin_ctzll(left);
		/* what both sides have must be the weaker one of the two */
		if ((same[0] && !beats(pair, new, old)) ||
		    (same[1] && !beats(pair, old, new)))
			continue;
		found = search(c, pair);
		if (found != 0)
			return found;
	}
	return 0;
}

int
obligations_compare(struct region *region, const struct diff_side sides[2],
    struct policy_witness *witness,
    void (*report)(void *arg, const struct obligations_pair *pair), void *arg)
{
	struct comparison c = {region, sides, witness, {NULL, NULL}};
	const struct policy *old = sides[0].policy, *new = sides[1].policy;

	if (find_unchanged(&c) != 0)
		return -1;
	for (size_t i = old->deny_count; i < old->rule_count; i++) {
		for (size_t j = new->deny_count; j < new->rule_count; j++) {
			bool same[2] = {c.unchanged[0][i], c.unchanged[1][j]};
			struct obligations_pair pair = {
			    {&sides[0].rules[i], &sides[1].rules[j]}, 0};
			int found = 0;

			if ((!same[0] || !same[1]) &&
			    !strictness_same(pair.rules[0], pair.rules[1]))
				found = compare_pair(&c, &pair, same);
			if (found < 0)
				return -1;
			if (found == 1)
				report(arg, &pair);
		}
	}
	return 0;
}
