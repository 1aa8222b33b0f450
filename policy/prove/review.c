/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "policy/prove/region.h"
#include "policy/value/factors.h"

struct review {
	const struct policy *policy;
	struct region region;
	const struct box *everything;
	const struct box **rules;
	struct policy_witness witness;
	struct lex_errors *errors;
	int count;
	bool undecided;
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

/* True if whoever gets in by a's i-th way gets in by b where it matches. */
static bool
is_no_stricter(const struct rule *b, const struct rule *a, unsigned i)
{
	return factors_suffice(b->need, a->ways[i]);
}

/*
 * A later rule counts as the one that is too much, so that of two alike only
 * one is named.
 */
static bool
adds_nothing(struct review *review, size_t number)
{
	const struct policy *policy = review->policy;
	const struct rule *rule = &policy->rules[number];
	struct region *region = &review->region;
	size_t denies = region->avoided_count;
	bool nothing = true;

	for (unsigned i = 0; i < rule->way_count && nothing; i++) {
		region->avoided_count = denies;
		for (size_t j = policy->deny_count; j < number; j++) {
			if (is_no_stricter(&policy->rules[j], rule, i))
				avoid(review, j);
		}
		nothing = region->avoided_count > denies &&
			  is_covered(review, number);
	}
	return nothing;
}

static void
review_deny(struct review *review, size_t number)
{
	const struct policy *policy = review->policy;
	const struct rule *rule = &policy->rules[number];
	struct region *region = &review->region;

	region->avoided_count = 0;
	if (is_covered(review, number)) {
		warn(review, rule, "this rule can never match");
		return;
	}
	for (size_t j = 0; j < number; j++)
		avoid(review, j);
	if (is_covered(review, number))
		warn(review, rule,
		    "this deny changes nothing: other denies cover all of it");
}

static void
review_permit(struct review *review, size_t number)
{
	const struct policy *policy = review->policy;
	const struct rule *rule = &policy->rules[number];
	struct region *region = &review->region;

	for (unsigned i = 0; i < rule->way_count; i++) {
		if (factors_count(rule->ways[i]) < 2) {
			warn(review, rule,
			    "one factor alone satisfies this permit");
			break;
		}
	}
	region->avoided_count = 0;
	if (is_covered(review, number)) {
		warn(review, rule, "this rule can never match");
		return;
	}
	for (size_t j = 0; j < policy->deny_count; j++)
		avoid(review, j);
	if (is_covered(review, number))
		warn(review, rule,
		    "this permit never lets anybody in: denies cover all of "
		    "it");
	else if (adds_nothing(review, number))
		warn(review, rule,
		    "this permit changes nothing: other permits cover all of "
		    "it");
}

static int
prepare(struct review *review)
{
	const struct policy *policy = review->policy;

	review->everything = region_box(&review->region, &region_everything);
	review->rules =
	    region_boxes(&review->region, policy->rules, policy->rule_count);
	return review->everything != NULL && review->rules != NULL ? 0 : -1;
}

int
policy_review(
    const struct policy *policy, int64_t since_unix, struct lex_errors *errors)
{
	struct review *review;
	int count;

	if (policy == NULL)
		return -1;
	review = calloc(1, sizeof *review);
	if (review == NULL)
		return -1;
	review->policy = policy;
	review->errors = errors;
	if (region_init(&review->region, policy, BUDGET_QUESTION, since_unix,
		policy->rule_count) < 0 ||
	    prepare(review) < 0)
		review->undecided = true;
	for (size_t i = 0; i < policy->rule_count && !review->undecided; i++) {
		if (policy->rules[i].deny)
			review_deny(review, i);
		else
			review_permit(review, i);
	}
	count = review->undecided ? -1 : review->count;
	region_free(&review->region);
	free(review);
	return count;
}
