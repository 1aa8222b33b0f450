/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "policy/prove/region.h"
#include "policy/prove/witness.h"
#include "policy/value/factors.h"
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
	struct rule *denies;   /* as they are for the host */
	const struct box **deny_boxes;
	size_t deny_count;
	need passing; /* factors_passing() of them */
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

static void
show(struct search *search, const struct rule *rule, uint32_t factors)
{
	char name[PEOPLE_TEXT], text[POLICY_FACTORS_TEXT];
	const struct policy_access access = {
	    .person = name,
	    .factors = policy_factors_text(factors, text),
	    .rule = rule->label,
	    .text = rule->text,
	    .witness = &search->witness,
	};

	/* any host stood for this one */
	memcpy(search->witness.host, search->host, sizeof search->host);
	search->witness.request.host = search->witness.host;
	search->witness.request.proven = factors;
	name_people(search->policy, &rule->scope, name);
	witness_approve(
	    search->policy, &search->witness, &rule->approval, NULL);
	search->report(search->context, &access);
	search->found++;
}

/*
 * The rule with one of each of its lists of people, or with anybody: by each of
 * its ways, and by those that denies make of it where it is not open by less.
 */
static int
search_one(struct search *search, const struct rule *rule)
{
	struct region *region = &search->region;
	need sets = factors_join(factors_least(rule), search->passing);
	const struct box *box = region_box(region, &rule->scope);
	need alike = 0;
	int found = 0;

	if (box == NULL)
		return -1;
	while (sets != 0) {
		uint32_t factors = (uint32_t)__builtin_ctzll(sets);

		if (!factors_suffice(alike, factors)) {
			alike = factors_alike(
			    search->denies, search->deny_count, factors);
			region_avoid_denies(region, search->denies,
			    search->deny_boxes, search->deny_count, factors);
			found = region_search(
			    region, box, search->box, &search->witness);
		}
		if (found < 0)
			return -1;
		if (found == 1) {
			show(search, rule, factors);
			sets &= ~factors_supersets(factors_set(factors));
		}
		sets &= ~factors_set(factors);
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
list_denies(struct search *search, const char *host)
{
	const struct policy *policy = search->policy;
	struct arena *arena = &search->region.memory;
	size_t room = policy->deny_count + 1, count = 0;

	search->denies = arena_alloc(arena, room * sizeof *search->denies);
	if (search->denies == NULL)
		return -1;
	for (size_t i = 0; i < policy->deny_count; i++) {
		search->denies[count] = policy->rules[i];
		count += open_hosts(policy, &search->denies[count].scope, host);
	}
	search->deny_count = count;
	search->deny_boxes =
	    region_boxes(&search->region, search->denies, count);
	search->passing = factors_passing(search->denies, count);
	return search->deny_boxes != NULL ? 0 : -1;
}

static int
search_all(struct search *search)
{
	const char *host = search->host;
	const struct policy *policy = search->policy;

	search->box = region_box(&search->region, &search->target);
	if (search->box == NULL || list_denies(search, host) < 0)
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
