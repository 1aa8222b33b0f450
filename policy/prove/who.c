/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/prove/region.h"
#include "policy/value/hostname.h"
#include "policy/value/principal.h"

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

/* One of the rule's principals, or anybody. */
static int
search_principal(
    struct search *search, const struct rule *rule, struct ids principal)
{
	const struct policy *policy = search->policy;
	struct scope scope = rule->scope;
	char name[PRINCIPAL_TEXT] = "anybody";
	struct policy_access access = {
	    .person = name,
	    .rule = rule->label,
	    .text = rule->text,
	    .witness = &search->witness,
	};
	const struct box *box;
	int found;

	scope.principals = principal;
	box = region_box(&search->region, &scope);
	if (box == NULL)
		return -1;
	found =
	    region_search(&search->region, box, search->box, &search->witness);
	if (found != 1)
		return found;
	/* any host stood for this one */
	memcpy(search->witness.host, search->host, sizeof search->host);
	search->witness.request.host = search->witness.host;
	if (!principal.any)
		principal_text(
		    &policy->principals.keys[principal.list[0]], name);
	for (unsigned i = 0; i < rule->way_count; i++) {
		char factors[POLICY_FACTORS_TEXT];

		search->witness.request.proven = rule->ways[i];
		access.factors = policy_factors_text(rule->ways[i], factors);
		search->report(search->context, &access);
		search->found++;
	}
	return 0;
}

static int
search_rule(struct search *search, const struct rule *rule)
{
	const struct ids *principals = &rule->scope.principals;

	if (principals->any)
		return search_principal(search, rule, *principals);
	for (uint32_t i = 0; i < principals->count; i++) {
		struct ids one = {.count = 1, .list = &principals->list[i]};

		if (search_principal(search, rule, one) < 0)
			return -1;
	}
	return 0;
}

/*
 * A host that no rule names is no pattern of the policy: a copy of the rules'
 * patterns that match it stands for it.
 */
static int
keep_matching(struct arena *arena, const struct policy *policy,
    const struct ids *hosts, const char *host, struct ids *kept)
{
	*kept = (struct ids){.any = hosts->any};
	for (uint32_t i = 0; i < hosts->count; i++) {
		uint32_t *list;

		if (!hostname_matches(
			policy->hosts.keys[hosts->list[i]].data, host))
			continue;
		list = arena_grow(arena, kept->list, kept->count, sizeof *list);
		if (list == NULL)
			return -1;
		kept->list = list;
		list[kept->count++] = hosts->list[i];
	}
	return 0;
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
		struct ids kept;

		if (scope == NULL)
			return -1;
		*scope = policy->rules[i].scope;
		if (keep_matching(&region->memory, policy, &scope->hosts, host,
			&kept) != 0)
			return -1;
		if (!kept.any && kept.count == 0)
			continue;
		scope->hosts = (struct ids){.any = true};
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
		struct ids kept;

		if (keep_matching(&search->region.memory, policy,
			&rule.scope.hosts, host, &kept) != 0)
			return -1;
		if (!kept.any && kept.count == 0)
			continue;
		rule.scope.hosts = (struct ids){.any = true};
		if (search_rule(search, &rule) != 0)
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
