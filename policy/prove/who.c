/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/prove/region.h"
#include "policy/value/hostname.h"
#include "policy/value/principal.h"

#define EXCEPT_SHOWN 3
#define PEOPLE_TEXT \
	((SCOPE_PARTS_MAX + EXCEPT_SHOWN + 1) * (PRINCIPAL_TEXT + 16))

struct search {
	const struct policy *policy;
	struct region region;
	struct policy_witness witness;
	struct scope target;
	const struct box *box; /* of the target */
	char host[HOSTNAME_MAX + 1];
	void (*report)(void *context, const struct policy_access *access);
	void *context;
	int found;
};

/* "group cn=sre,... & employment contractor", or "anybody" */
static void
name_people(const struct policy *policy, const struct scope *scope, char *out)
{
	const struct ids *except = &scope->not_principals;
	size_t used = 0;

	snprintf(out, PEOPLE_TEXT, "anybody");
	for (uint32_t i = 0; i < scope_parts(scope); i++) {
		const struct ids *part = scope_part(scope, i);

		if (part->any)
			continue;
		if (i > 0)
			used += (size_t)snprintf(
			    out + used, PEOPLE_TEXT - used, " & ");
		used += strlen(principal_text(
		    &policy->principals.keys[part->list[0]], out + used));
	}
	used = strlen(out);
	for (uint32_t i = 0; i < except->count && i < EXCEPT_SHOWN; i++) {
		char text[PRINCIPAL_TEXT];

		used += (size_t)snprintf(out + used, PEOPLE_TEXT - used, "%s%s",
		    i == 0 ? " except " : ", ",
		    principal_text(
			&policy->principals.keys[except->list[i]], text));
	}
	if (except->count > EXCEPT_SHOWN)
		snprintf(out + used, PEOPLE_TEXT - used, " and %u more",
		    except->count - EXCEPT_SHOWN);
}

/* The rule with one of each of its lists of people, or with anybody. */
static int
search_one(struct search *search, const struct rule *rule)
{
	char name[PEOPLE_TEXT];
	struct policy_access access = {
	    .person = name,
	    .rule = rule->label,
	    .text = rule->text,
	    .witness = &search->witness,
	};
	const struct box *box = region_box(&search->region, &rule->scope);
	int found;

	if (box == NULL)
		return -1;
	found =
	    region_search(&search->region, box, search->box, &search->witness);
	if (found != 1)
		return found;
	/* any host stood for this one */
	memcpy(search->witness.host, search->host, sizeof search->host);
	search->witness.request.host = search->witness.host;
	name_people(search->policy, &rule->scope, name);
	for (unsigned i = 0; i < rule->way_count; i++) {
		char factors[POLICY_FACTORS_TEXT];

		search->witness.request.proven = rule->ways[i];
		access.factors = policy_factors_text(rule->ways[i], factors);
		search->report(search->context, &access);
		search->found++;
	}
	return 0;
}

/* Each of the rule's people, from this list on. */
static int
search_rule(struct search *search, const struct rule *rule, uint32_t at)
{
	struct rule one = *rule;
	const struct ids *part;

	if (at == scope_parts(&rule->scope))
		return search_one(search, rule);
	part = scope_part(&rule->scope, at);
	if (part->any)
		return search_rule(search, rule, at + 1);
	for (uint32_t i = 0; i < part->count; i++) {
		struct ids *single =
		    at == 0 ? &one.scope.principals : &one.scope.also[at - 1];

		*single = (struct ids){.count = 1, .list = &part->list[i]};
		if (search_rule(search, &one, at + 1) < 0)
			return -1;
	}
	return 0;
}

static bool
is_among(const struct policy *policy, const struct ids *hosts, const char *host)
{
	for (uint32_t i = 0; i < hosts->count; i++) {
		if (hostname_matches(
			policy->hosts.keys[hosts->list[i]].data, host))
			return true;
	}
	return hosts->any;
}

/*
 * A host that no rule names is no pattern of the policy, so what has this host
 * is made to have any.  False if the scope does not have it.
 */
static bool
open_hosts(const struct policy *policy, struct scope *scope, const char *host)
{
	if (!is_among(policy, &scope->hosts, host) ||
	    is_among(policy, &scope->not_hosts, host))
		return false;
	scope->hosts = (struct ids){.any = true};
	scope->not_hosts = (struct ids){0};
	return true;
}

/*
 * The denies as they are for this host: those that name it hold for any host,
 * the others are left out.
 */
static int
avoid_denies(struct search *search, const char *host)
{
	const struct policy *policy = search->policy;
	struct region *region = &search->region;

	for (size_t i = 0; i < policy->deny_count; i++) {
		struct scope *scope =
		    arena_alloc(&region->memory, sizeof *scope);

		if (scope == NULL)
			return -1;
		*scope = policy->rules[i].scope;
		if (!open_hosts(policy, scope, host))
			continue;
		region->avoided[region->avoided_count] =
		    region_box(region, scope);
		if (region->avoided[region->avoided_count++] == NULL)
			return -1;
	}
	return 0;
}

static int
search_all(struct search *search)
{
	const char *host = search->host;
	const struct policy *policy = search->policy;

	search->box = region_box(&search->region, &search->target);
	if (search->box == NULL || avoid_denies(search, host) < 0)
		return -1;
	for (size_t i = policy->deny_count; i < policy->rule_count; i++) {
		struct rule rule = policy->rules[i];

		if (!open_hosts(policy, &rule.scope, host))
			continue;
		if (search_rule(search, &rule, 0) != 0)
			return -1;
	}
	return search->found;
}

int
policy_who(const struct policy *policy, const struct policy_whom *whom,
    void (*report)(void *context, const struct policy_access *access),
    void *context)
{
	struct search *search;
	int result = -1, number = 0;

	if (policy == NULL)
		return -1;
	if (whom->service != NULL)
		number = service_find(policy, whom->service);
	search = calloc(1, sizeof *search);
	if (search == NULL || number < 0 ||
	    hostname_canonical(whom->host, strlen(whom->host), search->host) <
		0) {
		free(search);
		return -1;
	}
	search->policy = policy;
	search->report = report;
	search->context = context;
	search->target = region_everything;
	if (whom->service != NULL)
		search->target.services = SERVICE_BIT(number);
	if (region_init(&search->region, policy, BUDGET_QUESTION,
		whom->since_unix, policy->deny_count) == 0)
		result = search_all(search);
	region_free(&search->region);
	free(search);
	return result;
}
