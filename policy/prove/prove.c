/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/prove/region.h"
#include "policy/prove/witness.h"
#include "policy/value/factors.h"

struct proof {
	const struct policy *policy;
	struct region region;
	const struct box **rules;
	struct policy_witness witness;
	struct scope inside, others; /* of the assertion */
	const struct assertion *dearest;
	uint64_t dearest_work;
	void (*report)(void *context, const struct policy_breach *breach);
	void *context;
};

static void
report(struct proof *proof, const struct assertion *assertion,
    const struct rule *rule, bool undecided)
{
	struct policy_breach breach = {
	    .assertion = assertion->label,
	    .text = assertion->text,
	    .undecided = undecided,
	    .rule = rule != NULL ? rule->label : "",
	    .rule_text = rule != NULL ? rule->text : "",
	    .witness = undecided ? NULL : &proof->witness,
	};

	if (proof->report != NULL)
		proof->report(proof->context, &breach);
}

/* Is this person let in so, as the assertion does not want it? */
static bool
gets_in(struct proof *proof, const struct assertion *assertion,
    uint32_t factors, bool grace)
{
	struct policy_request *request = &proof->witness.request;
	struct policy_decision decision;

	if (factors_suffice(assertion->need, factors))
		return false;
	request->proven = factors;
	request->grace_start_unix = grace ? request->time_unix : 0;
	policy_decide(proof->policy, request, &decision);
	return decision.outcome == POLICY_PERMIT;
}

/*
 * Gives the witness factors that let it in: those of the rule if they do.  The
 * search and the evaluator are two accounts of the same rules: if the evaluator
 * does not let the witness in, one is wrong and nothing is proved.
 */
static bool
witness_gets_in(struct proof *proof, const struct assertion *assertion,
    const struct rule *rule)
{
	need more = factors_open(rule);

	for (unsigned i = 0; i < rule->way_count; i++) {
		uint32_t rest = factors_without_enrolled(rule->ways[i]);

		if (gets_in(proof, assertion, rule->ways[i], false) ||
		    (rule->obligations.grace_seconds != 0 &&
			gets_in(proof, assertion, rest, true)))
			return true;
	}
	for (; more != 0; more &= more - 1) {
		uint32_t factors = (uint32_t)__builtin_ctzll(more);

		if (gets_in(proof, assertion, factors,
			!factors_suffice(rule->need, factors)))
			return true;
	}
	return false;
}

/* Who is known to be of these people, under any other conditions. */
static struct scope
scope_of_people(const struct scope *scope)
{
	struct scope people = region_everything;

#define TAKE(KIND, name, ...) people.name = scope->name;
	SCOPE_PEOPLE(TAKE)
#undef TAKE
	people.also_count = scope->also_count;
	return people;
}

/*
 * Does a permit let in by one of these sets, which all meet the same denies?
 * 1 if none does, 0 if one does or it is undecided.
 */
static int
prove_sets(struct proof *proof, const struct assertion *assertion,
    const struct box *box, need sets)
{
	const struct policy *policy = proof->policy;
	struct region *region = &proof->region;

	for (size_t i = policy->deny_count; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];
		int found;

		if ((factors_open(rule) & sets) == 0)
			continue;
		found = region_search(
		    region, proof->rules[i], box, &proof->witness);
		if (found == 0)
			continue;
		if (budget_is_spent(&region->budget))
			return 0;
		if (found == 1)
			witness_approve(
			    policy, &proof->witness, &rule->approval, NULL);
		report(proof, assertion, rule,
		    found < 0 || !witness_gets_in(proof, assertion, rule));
		return 0;
	}
	return 1;
}

/* The scope of the assertion, and for "only" those people to be avoided. */
static const struct box *
box_of_assertion(struct proof *proof, const struct assertion *assertion,
    const struct box **others_r)
{
	struct region *region = &proof->region;
	struct scope *inside = &proof->inside;

	*inside = assertion->scope;
	*others_r = NULL;
	if (assertion->kind == ASSERT_ONLY) {
		/* nobody else: inside, and not one of these */
		proof->others = scope_of_people(&assertion->scope);
#define OPEN(KIND, name, words, asks) \
	inside->name = (struct ids){.any = (asks)};
		SCOPE_PEOPLE(OPEN)
#undef OPEN
		inside->also_count = 0;
		*others_r = region_box(region, &proof->others);
		if (*others_r == NULL)
			return NULL;
	}
	return region_box(region, inside);
}

/*
 * 1 if it holds, 0 if not or undecided, -1 without memory.  Of the sets that
 * the assertion does not want, the larger ones meet fewer denies, and are
 * enough for as many permits.
 */
static int
prove(struct proof *proof, const struct assertion *assertion)
{
	const struct policy *policy = proof->policy;
	struct region *region = &proof->region;
	const struct box *others, *box;
	need left = ~assertion->need;

	box = box_of_assertion(proof, assertion, &others);
	if (box == NULL)
		return -1;
	while (left != 0) {
		uint32_t factors = 63u - (uint32_t)__builtin_clzll(left);
		need alike;
		int holds;

		if (!budget_spend(&region->budget, 2 * policy->deny_count))
			return 0;
		alike = left & factors_alike(
				   policy->rules, policy->deny_count, factors);
		region_avoid_denies(region, policy->rules, proof->rules,
		    policy->deny_count, factors);
		if (others != NULL)
			region->avoided[region->avoided_count++] = others;
		holds = prove_sets(proof, assertion, box, alike);
		if (holds != 1)
			return holds;
		left &= ~factors_subsets(alike);
	}
	return 1;
}

/* 1 if it holds, 0 if not or undecided, -1: memory or the budget is spent. */
static int
prove_within(struct proof *proof, const struct assertion *assertion)
{
	struct budget *budget = &proof->region.budget;
	uint64_t before = budget->left;
	int holds = prove(proof, assertion);

	if (proof->dearest == NULL ||
	    before - budget->left > proof->dearest_work) {
		proof->dearest = assertion;
		proof->dearest_work = before - budget->left;
	}
	return budget_is_spent(budget) ? -1 : holds;
}

/* Before any assertion is looked at, only times can cost so much; lists have a
 * bound that is far below.  What costs most are the most ends. */
static const struct period *
dearest_period(const struct policy *policy)
{
	const struct period *dearest = NULL;
	size_t most = 0;

	for (size_t i = 0; i < policy->period_count; i++) {
		size_t ends = timeclass_ends(&policy->periods[i]);

		if (dearest == NULL || ends > most) {
			dearest = &policy->periods[i];
			most = ends;
		}
	}
	return dearest;
}

/* Whichever was looked at when it ended may have cost next to nothing. */
static void
report_spent(struct proof *proof)
{
	const struct assertion *dearest = proof->dearest;
	const struct period *period = dearest_period(proof->policy);
	struct policy_breach breach = {
	    .assertion = "policy",
	    .text = "its lists are too long",
	    .undecided = true,
	    .too_much_work = true,
	    .percent = (unsigned)(proof->dearest_work * 100 / BUDGET_PROOF),
	    .rule = "",
	    .rule_text = "",
	};

	if (dearest != NULL) {
		breach.assertion = dearest->label;
		breach.text = dearest->text;
	} else if (period != NULL) {
		breach.assertion = period->label;
		breach.text = period->name;
		breach.hours = true;
	}
	if (proof->report != NULL)
		proof->report(proof->context, &breach);
}

static int
prove_all(struct proof *proof)
{
	const struct policy *policy = proof->policy;
	int broken = 0;

	proof->rules =
	    region_boxes(&proof->region, policy->rules, policy->rule_count);
	if (proof->rules == NULL && budget_is_spent(&proof->region.budget)) {
		report_spent(proof);
		return 1;
	}
	if (proof->rules == NULL)
		return -1;

	for (size_t i = 0; i < policy->assertion_count; i++) {
		int holds = prove_within(proof, &policy->assertions[i]);

		if (holds < 0 && !budget_is_spent(&proof->region.budget))
			return -1;
		if (holds < 0) {
			report_spent(proof);
			return broken + 1;
		}
		broken += holds == 0;
	}
	return broken;
}

int
policy_prove(const struct policy *policy, int64_t since_unix,
    void (*report_breach)(void *context, const struct policy_breach *breach),
    void *context)
{
	struct proof *proof;
	int broken;

	if (policy == NULL || policy->assertion_count == 0)
		return 0;
	proof = calloc(1, sizeof *proof);
	if (proof == NULL)
		return -1;
	proof->policy = policy;
	proof->report = report_breach;
	proof->context = context;
	if (region_init(&proof->region, policy, BUDGET_PROOF, since_unix,
		policy->deny_count + 1) == 0) {
		broken = prove_all(proof);
	} else if (budget_is_spent(&proof->region.budget)) {
		report_spent(proof);
		broken = 1;
	} else {
		broken = -1;
	}
	region_free(&proof->region);
	free(proof);
	return broken;
}

static void
add_error(void *context, const struct policy_breach *breach)
{
	struct lex_errors *errors = context;
	char text[POLICY_WITNESS_TEXT];

	if (breach->hours)
		lex_error_file(errors, breach->assertion,
		    "the times of this policy begin and end in too many ways "
		    "to be proved: most often \"%.64s\" does: give it fewer "
		    "times, or more times in common with the others",
		    breach->text);
	else if (breach->too_much_work)
		lex_error_file(errors, breach->assertion,
		    "the assertions of this policy take more work to prove "
		    "than gatewayd does; most of it (%u%%) goes here: say less "
		    "in it, or name fewer hours, networks and hosts\n  %.300s",
		    breach->percent, breach->text);
	else if (breach->undecided)
		lex_error_file(errors, breach->assertion,
		    "this assertion is too complex to be decided\n  %.300s\n"
		    "  at %s: %.300s",
		    breach->text, breach->rule, breach->rule_text);
	else
		lex_error_file(errors, breach->assertion,
		    "this assertion does not hold\n  %.250s\n"
		    "  %s lets in: %.250s\n  for example: %.500s",
		    breach->text, breach->rule, breach->rule_text,
		    policy_witness_text(breach->witness, text));
}

int
policy_prove_errors(
    const struct policy *policy, int64_t since_unix, struct lex_errors *errors)
{
	int broken = policy_prove(policy, since_unix, add_error, errors);

	if (broken < 0)
		lex_error_file(errors, "policy",
		    "out of memory while assertions were proved");
	return broken == 0 ? 0 : -1;
}

size_t
policy_assertion_count(const struct policy *policy)
{
	return policy != NULL ? policy->assertion_count : 0;
}
