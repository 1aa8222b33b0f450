/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the language that nothing in this release carries out. */
#include <stdio.h>

#include "policy/value/factors.h"

#define NOT_YET "nothing in this release carries out "

/* Some set of factors that suffices can be asked for and verified. */
static bool
is_open(const struct rule *rule)
{
	return factors_suffice(rule->need, FACTORS_CARRIED) &&
	       (rule->scope.services & ~SERVICES_LATER) != 0;
}

static void
warn(struct lex_errors *errors, const struct rule *rule, const char *words,
    const char *so)
{
	lex_warning_file(errors, rule->label, NOT_YET "%s: %s\n  %.500s", words,
	    so, rule->text);
}

static void
warn_of_factors(struct lex_errors *errors, const struct rule *rule)
{
	uint32_t later = rule->named & ~FACTORS_CARRIED;
	char words[POLICY_FACTORS_TEXT];

	if (later == 0)
		return;
	policy_factors_text(later, words);
	if (rule->deny)
		warn(errors, rule, words,
		    factors_suffice(rule->need, FACTORS_CARRIED)
			? "this deny lets pass by its other factors alone"
			: "this deny lets nobody pass");
	else
		warn(errors, rule, words,
		    is_open(rule)
			? "this permit opens by its other factors alone"
			: "this permit lets nobody in");
}

/* Only those that were written: no service at all means each of them. */
static void
warn_of_services(const struct policy *policy, struct lex_errors *errors,
    const struct rule *rule)
{
	uint64_t later = rule->scope.services & SERVICES_LATER;

	if (rule->scope.services == SERVICE_ANY)
		return;
	for (unsigned i = 0; i < SERVICE_COUNT; i++)
		if (later & SERVICE_BIT(i))
			warn(errors, rule, service_name(policy, i),
			    later == rule->scope.services
				? "this rule never matches"
				: "this rule matches its other services alone");
}

void
policy_carried_warn(const struct policy *policy, struct lex_errors *errors)
{
	for (size_t i = 0; policy != NULL && i < policy->rule_count; i++) {
		warn_of_services(policy, errors, &policy->rules[i]);
		warn_of_factors(errors, &policy->rules[i]);
	}
}

int
policy_carried(const struct policy *policy, struct lex_errors *errors)
{
	const struct rule *permit = NULL;

	for (size_t i = 0; policy != NULL && i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (rule->deny)
			continue;
		if (is_open(rule))
			return 0;
		if (permit == NULL)
			permit = rule;
	}
	if (permit == NULL)
		return 0;
	lex_error_file(errors, permit->label,
	    "no permit of this policy can let anybody in: " NOT_YET
	    "what they ask for; permit somebody with password + otp");
	return -1;
}
