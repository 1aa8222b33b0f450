/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/prove/region.h"
#include "policy/value/factors.h"

struct proof {
	const struct policy *policy;
	struct region region;
	const struct box **rules;
	struct policy_witness witness;
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

/* A set of factors that this rule is content with and the assertion not. */
static bool
find_way(const struct assertion *assertion, const struct rule *rule,
    uint32_t *factors_r, bool *grace_r)
{
	for (unsigned i = 0; i < rule->way_count; i++) {
		uint32_t rest = factors_without_enrolled(rule->ways[i]);

		*factors_r = rule->ways[i];
		*grace_r = false;
		if (!factors_suffice(assertion->need, *factors_r))
			return true;
		*factors_r = rest;
		*grace_r = true;
		if (rule->obligations.grace_seconds != 0 &&
		    !factors_suffice(assertion->need, rest))
			return true;
	}
	return false;
}

/*
 * The search and the evaluator are two accounts of the same rules: if the
 * evaluator does not let the witness in, one is wrong and nothing is proved.
 */
static bool
witness_gets_in(struct proof *proof)
{
	struct policy_decision decision;

	policy_decide(proof->policy, &proof->witness.request, &decision);
	return decision.outcome == POLICY_PERMIT;
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

/* 1 if it holds, 0 if not or undecided, -1 without memory. */
static int
prove(struct proof *proof, const struct assertion *assertion)
{
	const struct policy *policy = proof->policy;
	struct region *region = &proof->region;
	struct scope inside = assertion->scope;
	struct scope others;
	const struct box *box;

	region->avoided_count = 0;
	for (size_t i = 0; i < policy->deny_count; i++)
		region->avoided[region->avoided_count++] = proof->rules[i];
	if (assertion->kind == ASSERT_ONLY) {
		/* nobody else: inside, and not one of these */
		others = scope_of_people(&assertion->scope);
#define OPEN(KIND, name, words, asks) inside.name = (struct ids){.any = (asks)};
		SCOPE_PEOPLE(OPEN)
#undef OPEN
		inside.also_count = 0;
		region->avoided[region->avoided_count] =
		    region_box(region, &others);
		if (region->avoided[region->avoided_count++] == NULL)
			return -1;
	}
	box = region_box(region, &inside);
	if (box == NULL)
		return -1;
	for (size_t i = policy->deny_count; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];
		struct policy_request *request = &proof->witness.request;
		uint32_t factors;
		bool grace;
		int found;

		if (!find_way(assertion, rule, &factors, &grace))
			continue;
		found = region_search(
		    region, proof->rules[i], box, &proof->witness);
		if (found == 0)
			continue;
		if (budget_is_spent(&region->budget))
			return 0;
		if (found == 1) {
			request->proven = factors;
			request->grace_start_unix =
			    grace ? request->time_unix : 0;
		}
		report(proof, assertion, rule,
		    found < 0 || !witness_gets_in(proof));
		return 0;
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
