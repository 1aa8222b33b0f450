/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/decide/strictness.h"
#include "policy/prove/region.h"
#include "policy/value/factors.h"
#include "policy/value/quorum.h"

#define FULL (POLICY_FACTORS | POLICY_APPROVAL)

struct review {
	const struct policy *policy;
	struct region region;
	const struct box *everything;
	const struct box **rules;
	struct policy_witness witness;
	struct lex_errors *errors;
	/* of the denies: factors_passing(), and what passes as all do */
	need passing, full;
	int count;
	bool undecided;
	bool *dropped;	       /* per rule: it changes nothing */
	const char **problems; /* per rule, or NULL */
};

static void
warn(struct review *review, const struct rule *rule, const char *problem)
{
	lex_warning_file(
	    review->errors, rule->label, "%s\n  %.500s", problem, rule->text);
	review->count++;
}

/* True if nothing of the rule is left outside of region.avoided. */
static bool
is_covered(struct review *review, size_t number)
{
	int found = region_search(&review->region, review->rules[number],
	    review->everything, &review->witness);

	review->undecided |= found < 0;
	return found == 0;
}

static void
avoid(struct review *review, size_t number)
{
	review->region.avoided[review->region.avoided_count++] =
	    review->rules[number];
}

/* Those that are left, without this one. */
static bool
is_another(const struct review *review, size_t other, size_t number)
{
	return other != number && !review->dropped[other];
}

/* Avoids the others that these factors and this rule's approvals open, and with
 * obligations that apply instead.  False if there is none. */
static bool
avoid_others(struct review *review, size_t number, uint32_t factors)
{
	const struct policy *policy = review->policy;
	const struct rule *rules = policy->rules;
	size_t before = review->region.avoided_count;

	for (size_t j = policy->deny_count; j < policy->rule_count; j++) {
		if (is_another(review, j, number) &&
		    factors_suffice(rules[j].need, factors) &&
		    quorum_covers(
			&rules[number].approval, &rules[j].approval) &&
		    strictness_replaces(&rules[j], &rules[number], factors))
			avoid(review, j);
	}
	return review->region.avoided_count > before;
}

/* Whoever gets in by this permit gets in by another, with the same factors, and
 * to a session that is no other without this permit. */
static bool
adds_nothing(struct review *review, size_t number)
{
	const struct policy *policy = review->policy;
	need sets = factors_join(
	    factors_least(&policy->rules[number]), review->passing);
	bool nothing = true;

	for (; sets != 0 && nothing; sets &= sets - 1) {
		uint32_t factors = (uint32_t)__builtin_ctzll(sets);

		region_avoid_denies(&review->region, policy->rules,
		    review->rules, policy->deny_count, factors);
		/* the denies that are left with all factors are known not to
		 * cover it */
		nothing = (avoid_others(review, number, factors) ||
			      !factors_suffice(review->full, factors)) &&
			  is_covered(review, number);
	}
	return nothing;
}

/* Whatever this deny keeps out, others keep out with the same factors. */
static bool
keeps_nobody_out(struct review *review, size_t number)
{
	const struct policy *policy = review->policy;
	const struct rule *rules = policy->rules;
	need left = ~rules[number].need;

	while (left != 0) {
		uint32_t factors = 63u - (uint32_t)__builtin_clzll(left);

		review->region.avoided_count = 0;
		for (size_t j = 0; j < policy->deny_count; j++) {
			if (is_another(review, j, number) &&
			    !factors_suffice(rules[j].need, factors))
				avoid(review, j);
		}
		if (!is_covered(review, number))
			return false;
		/* with less they keep out no less */
		left &= ~factors_subsets(factors_set(factors));
	}
	return true;
}

static const char *
review_deny(struct review *review, size_t number)
{
	review->region.avoided_count = 0;
	if (is_covered(review, number))
		return "this rule can never match";
	review->dropped[number] = keeps_nobody_out(review, number);
	return review->dropped[number] ? "this deny changes nothing: other "
					 "denies cover all of it"
				       : NULL;
}

static const char *
review_permit(struct review *review, size_t number)
{
	struct region *region = &review->region;

	region->avoided_count = 0;
	if (is_covered(review, number))
		return "this rule can never match";
	/* with all factors there are */
	region_avoid_denies(region, review->policy->rules, review->rules,
	    review->policy->deny_count, FULL);
	if (is_covered(review, number))
		return "this permit never lets anybody in: denies cover all "
		       "of it";
	review->dropped[number] = adds_nothing(review, number);
	return review->dropped[number] ? "this permit changes nothing: other "
					 "permits cover all of it, and their "
					 "obligations apply"
				       : NULL;
}

static bool
has_single_factor(const struct rule *rule)
{
	for (unsigned i = 0; i < rule->way_count; i++) {
		if (factors_count(rule->ways[i]) < 2)
			return true;
	}
	return false;
}

static void
warn_of_unlike(struct review *review, const struct rule *rule)
{
	const char *group = rule->unlike[0], *quality = rule->unlike[1];

	lex_warning_file(review->errors, rule->label,
	    "whoever is in one of \"%.64s\" and \"%.64s\" gets in; for those "
	    "who are in both write: %.64s & %.64s; if one is enough, put the "
	    "names in parentheses\n  %.500s",
	    group, quality, group, quality, rule->text);
	review->count++;
}

/* By their words; of two with the same words the later one first. */
static int
compare_words(const void *a, const void *b)
{
	const struct rule *left = *(const struct rule *const *)a;
	const struct rule *right = *(const struct rule *const *)b;
	int order = strcmp(left->text, right->text);

	return order != 0 ? order : left < right ? 1 : -1;
}

/*
 * Of rules that make each other superfluous, the first one here is named, and
 * does not count any more.  So it does not matter where they stand.
 */
static void
review_all(struct review *review, const struct rule **order)
{
	const struct policy *policy = review->policy;

	for (size_t i = 0; i < policy->rule_count; i++)
		order[i] = &policy->rules[i];
	if (policy->rule_count > 1)
		qsort(order, policy->rule_count, sizeof *order, compare_words);
	for (size_t i = 0; i < policy->rule_count && !review->undecided; i++) {
		size_t number = (size_t)(order[i] - policy->rules);

		review->problems[number] = order[i]->deny
					       ? review_deny(review, number)
					       : review_permit(review, number);
	}
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (rule->unlike[0] != NULL)
			warn_of_unlike(review, rule);
		if (!rule->deny && has_single_factor(rule))
			warn(review, rule,
			    "one factor alone satisfies this permit");
		if (review->problems[i] != NULL)
			warn(review, rule, review->problems[i]);
	}
}

static int
prepare(struct review *review)
{
	const struct policy *policy = review->policy;

	review->passing = factors_passing(policy->rules, policy->deny_count);
	review->full = factors_alike(policy->rules, policy->deny_count, FULL);
	review->everything = region_box(&review->region, &region_everything);
	review->rules =
	    region_boxes(&review->region, policy->rules, policy->rule_count);
	review->dropped =
	    arena_alloc(&review->region.memory, policy->rule_count + 1);
	review->problems = arena_alloc(&review->region.memory,
	    (policy->rule_count + 1) * sizeof *review->problems);
	return review->everything != NULL && review->rules != NULL &&
		       review->dropped != NULL && review->problems != NULL
		   ? 0
		   : -1;
}

int
policy_review(
    const struct policy *policy, int64_t since_unix, struct lex_errors *errors)
{
	const struct rule **order;
	struct review *review;
	int count;

	if (policy == NULL)
		return -1;
	review = calloc(1, sizeof *review);
	if (review == NULL)
		return -1;
	review->policy = policy;
	review->errors = errors;
	order = NULL;
	if (region_init(&review->region, policy, BUDGET_QUESTION, since_unix,
		policy->rule_count) == 0 &&
	    prepare(review) == 0)
		order = arena_alloc(&review->region.memory,
		    (policy->rule_count + 1) * sizeof *order);
	review->undecided = order == NULL;
	if (order != NULL)
		review_all(review, order);
	count = review->undecided ? -1 : review->count;
	region_free(&review->region);
	free(review);
	return count;
}
