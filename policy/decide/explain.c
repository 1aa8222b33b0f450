/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide/approved.h"
#include "policy/value/factors.h"

static enum policy_condition
condition(enum match match)
{
	return match == MATCH_YES  ? POLICY_CONDITION_YES
	       : match == MATCH_NO ? POLICY_CONDITION_NO
				   : POLICY_CONDITION_UNKNOWN;
}

static enum policy_condition
yes_or_no(bool holds)
{
	return holds ? POLICY_CONDITION_YES : POLICY_CONDITION_NO;
}

static uint32_t
fewest_missing(const struct rule *rule, uint32_t proven)
{
	uint32_t fewest = 0;

	for (unsigned i = 0; i < rule->way_count; i++) {
		uint32_t missing = rule->ways[i] & ~proven;

		if (i == 0 || factors_count(missing) < factors_count(fewest))
			fewest = missing;
	}
	return fewest;
}

static struct policy_explanation
explain(const struct policy *policy, const struct rule *rule,
    struct match_facts *facts)
{
	const struct scope *scope = &rule->scope;
	uint32_t age = facts->request->session_age_seconds;
	struct scope hours = *scope;
	struct policy_explanation e = {
	    .rule = rule->label,
	    .text = rule->text,
	    .deny = rule->deny,
	};

	hours.age_least = 0;
	hours.age_limit = UINT32_MAX;
	e.person = condition(match_people(policy, scope, facts));
	e.network = condition(match_networks(policy, scope, facts));
	e.host = condition(match_hosts(policy, scope, facts));
	e.service =
	    yes_or_no((scope->services & SERVICE_BIT(facts->service)) != 0);
	e.time = yes_or_no(match_time(policy, &hours, facts));
	e.age = yes_or_no(
	    age >= scope->age_least &&
	    (age < scope->age_limit || scope->age_limit == UINT32_MAX));
	e.factors = yes_or_no(!rule->deny || !factors_suffice(rule->need,
						 facts->request->proven));
	e.matches = match_rule(policy, scope, facts) &&
		    e.factors == POLICY_CONDITION_YES;
	e.missing = fewest_missing(rule, approved_proven(rule, facts));
	return e;
}

int
policy_explain(const struct policy *policy,
    const struct policy_request *request,
    void (*report)(void *context, const struct policy_explanation *rule),
    void *context)
{
	struct match_facts facts;

	if (policy == NULL || match_gather(policy, request, &facts) != 0)
		return -1;
	for (size_t i = 0; i < policy->rule_count; i++) {
		struct policy_explanation e =
		    explain(policy, &policy->rules[i], &facts);

		report(context, &e);
	}
	return 0;
}
