/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide/match.h"

#include <string.h>
#include <strings.h>

#include "policy/decide/period.h"
#include "policy/value/principal.h"

#define USERNAME_MAX_LENGTH 256
/* years 1970 to about 36000: no sum of seconds can overflow */
#define TIME_LIMIT (INT64_C(1) << 40)

static int
add_hit(const struct policy *policy, struct match_facts *facts, const char *key,
    long size)
{
	uint32_t id;

	if (size < 0)
		return -1;
	id = intern_find(&policy->principals, key, (size_t)size);
	if (id == INTERN_NONE)
		return 0;
	if (facts->hit_count == MATCH_HITS_MAX)
		return -1;
	facts->hits[facts->hit_count++] = id;
	return 0;
}

static int
gather_person(const struct policy *policy, const struct policy_request *request,
    struct match_facts *facts)
{
	char key[PRINCIPAL_KEY_MAX];

	if (request->username == NULL || request->username[0] == '\0' ||
	    strnlen(request->username, USERNAME_MAX_LENGTH + 1) >
		USERNAME_MAX_LENGTH)
		return -1;
	if (add_hit(policy, facts, key,
		principal_key_name(
		    PRINCIPAL_USERNAME, request->username, key)) != 0)
		return -1;
	if (request->subject == NULL || request->subject[0] == '\0')
		facts->unknown |= FACT_SUBJECT;
	else if (add_hit(policy, facts, key,
		     principal_key_name(
			 PRINCIPAL_SUBJECT, request->subject, key)) != 0)
		return -1;
	if (request->employment == POLICY_EMPLOYMENT_UNKNOWN) {
		facts->unknown |= FACT_EMPLOYMENT;
		return 0;
	}
	if ((unsigned)request->employment > POLICY_VENDOR)
		return -1;
	return add_hit(policy, facts, key,
	    principal_key_employment(request->employment, key));
}

static int
gather_attributes(const struct policy *policy,
    const struct policy_request *request, struct match_facts *facts)
{
	char key[PRINCIPAL_KEY_MAX];

	if (request->attribute_count > 0 && request->attributes == NULL)
		return -1;
	for (size_t i = 0; i < policy->attribute_count; i++)
		facts->unknown |= FACT_ATTRIBUTE(i);
	for (size_t i = 0; i < request->attribute_count; i++) {
		const struct policy_attribute *a = &request->attributes[i];

		if (a->name == NULL)
			return -1;
		for (size_t n = 0; n < policy->attribute_count; n++) {
			if (strcasecmp(a->name, policy->attributes[n]) == 0)
				facts->unknown &= ~FACT_ATTRIBUTE(n);
		}
		if (a->value != NULL &&
		    add_hit(policy, facts, key,
			principal_key_attribute(a->name, a->value, key)) != 0)
			return -1;
	}
	return 0;
}

static int
gather_groups(const struct policy *policy, const struct policy_request *request,
    struct match_facts *facts)
{
	char key[PRINCIPAL_KEY_MAX];

	if (request->group_count > 0 && request->groups == NULL)
		return -1;
	for (size_t i = 0; i < request->group_count; i++) {
		if (request->groups[i] == NULL ||
		    add_hit(policy, facts, key,
			principal_key_group(request->groups[i], key)) != 0)
			return -1;
	}
	return 0;
}

/* Ids that differ in case only are one person's: so nobody counts twice. */
static uint32_t
person_of(const struct policy_request *request, size_t number)
{
	const char *subject = request->approvers[number].subject;
	uint32_t i = 0;

	if (subject == NULL || subject[0] == '\0')
		return MATCH_UNKNOWN_PERSON;
	if (request->subject != NULL &&
	    strcasecmp(subject, request->subject) == 0)
		return MATCH_OWN;
	while (request->approvers[i].subject == NULL ||
	       strcasecmp(subject, request->approvers[i].subject) != 0)
		i++;
	return i;
}

static int
gather_approvers(const struct policy *policy,
    const struct policy_request *request, struct match_facts *facts)
{
	char key[PRINCIPAL_KEY_MAX];

	if (request->approver_count > POLICY_APPROVERS_MAX ||
	    (request->approver_count > 0 && request->approvers == NULL))
		return -1;
	for (size_t i = 0; i < request->approver_count; i++) {
		const char *group = request->approvers[i].group;
		struct match_approver *a = &facts->approvers[i];
		long size;

		*a =
		    (struct match_approver){person_of(request, i), INTERN_NONE};
		if (group == NULL)
			continue;
		size = principal_key_group(group, key);
		if (size < 0)
			return -1;
		a->group = intern_find(&policy->principals, key, (size_t)size);
	}
	return 0;
}

int
match_gather(const struct policy *policy, const struct policy_request *request,
    struct match_facts *facts_r)
{
	int service;
	long length;

	facts_r->request = request;
	facts_r->hit_count = 0;
	facts_r->unknown = 0;
	facts_r->has_host = false;
	memset(facts_r->periods, 0, sizeof facts_r->periods);
	if (request == NULL || request->service == NULL ||
	    request->time_unix < 0 || request->time_unix >= TIME_LIMIT)
		return -1;
	service = service_find(policy, request->service);
	if (service < 0)
		return -1;
	facts_r->service = (unsigned)service;
	if (request->host != NULL) {
		length = hostname_canonical(request->host,
		    strnlen(request->host, HOSTNAME_MAX + 2), facts_r->host);
		if (length < 0)
			return -1;
		facts_r->host_length = (size_t)length;
		facts_r->has_host = true;
	}
	if (gather_person(policy, request, facts_r) != 0 ||
	    gather_attributes(policy, request, facts_r) != 0 ||
	    gather_approvers(policy, request, facts_r) != 0)
		return -1;
	return gather_groups(policy, request, facts_r);
}

static enum match
lesser(enum match a, enum match b)
{
	return a < b ? a : b;
}

static enum match
opposite(enum match match)
{
	return (enum match)(MATCH_YES - match);
}

static enum match
among_principals(const struct policy *policy, const struct ids *principals,
    const struct match_facts *facts)
{
	if (principals->any)
		return MATCH_YES;
	for (size_t i = 0; i < facts->hit_count; i++) {
		if (ids_have(principals, facts->hits[i]))
			return MATCH_YES;
	}
	for (uint32_t i = 0; i < principals->count; i++) {
		if (facts->unknown &
		    principal_fact(
			policy, &policy->principals.keys[principals->list[i]]))
			return MATCH_UNKNOWN;
	}
	return MATCH_NO;
}

enum match
match_people(const struct policy *policy, const struct scope *scope,
    const struct match_facts *facts)
{
	enum match match = MATCH_YES;

	for (uint32_t i = 0; i < scope_parts(scope) && match != MATCH_NO; i++)
		match = lesser(match,
		    among_principals(policy, scope_part(scope, i), facts));
	return lesser(match,
	    opposite(among_principals(policy, &scope->not_principals, facts)));
}

static enum match
among_networks(const struct policy *policy, const struct ids *networks,
    const struct match_facts *facts)
{
	const struct policy_address *client = &facts->request->client;

	if (networks->any)
		return MATCH_YES;
	if (networks->count == 0)
		return MATCH_NO;
	if (!client->known)
		return MATCH_UNKNOWN;
	for (uint32_t i = 0; i < networks->count; i++) {
		struct prefix prefix;

		memcpy(&prefix, policy->networks.keys[networks->list[i]].data,
		    sizeof prefix);
		if (address_in(client->bytes, &prefix))
			return MATCH_YES;
	}
	return MATCH_NO;
}

enum match
match_networks(const struct policy *policy, const struct scope *scope,
    const struct match_facts *facts)
{
	return lesser(among_networks(policy, &scope->networks, facts),
	    opposite(among_networks(policy, &scope->not_networks, facts)));
}

static enum match
among_hosts(const struct policy *policy, const struct ids *hosts,
    const struct match_facts *facts)
{
	if (hosts->any)
		return MATCH_YES;
	if (hosts->count == 0)
		return MATCH_NO;
	if (!facts->has_host)
		return MATCH_UNKNOWN;
	for (uint32_t i = 0; i < hosts->count; i++) {
		if (hostname_matches(
			policy->hosts.keys[hosts->list[i]].data, facts->host))
			return MATCH_YES;
	}
	return MATCH_NO;
}

enum match
match_hosts(const struct policy *policy, const struct scope *scope,
    const struct match_facts *facts)
{
	return lesser(among_hosts(policy, &scope->hosts, facts),
	    opposite(among_hosts(policy, &scope->not_hosts, facts)));
}

/* Each period is looked at once per request. */
static bool
period_holds_now(
    const struct policy *policy, uint32_t id, struct match_facts *facts)
{
	const struct period *period = &policy->periods[id];
	int64_t now = facts->request->time_unix;

	if (id >= MATCH_PERIODS_MAX)
		return period_holds(period, now);
	if (facts->periods[id] == 0)
		facts->periods[id] = period_holds(period, now) ? 2 : 1;
	return facts->periods[id] == 2;
}

static bool
any_period_holds(const struct policy *policy, const struct ids *periods,
    struct match_facts *facts)
{
	for (uint32_t i = 0; i < periods->count; i++) {
		if (period_holds_now(policy, periods->list[i], facts))
			return true;
	}
	return false;
}

bool
match_time(const struct policy *policy, const struct scope *scope,
    struct match_facts *facts)
{
	uint32_t age = facts->request->session_age_seconds;

	return age >= scope->age_least &&
	       (age < scope->age_limit || scope->age_limit == UINT32_MAX) &&
	       (scope->during.any ||
		   any_period_holds(policy, &scope->during, facts)) &&
	       !any_period_holds(policy, &scope->outside, facts);
}

bool
match_rule(const struct policy *policy, const struct scope *scope,
    struct match_facts *facts)
{
	enum match least = scope->unknown_matches ? MATCH_UNKNOWN : MATCH_YES;

	return (scope->services & SERVICE_BIT(facts->service)) != 0 &&
	       match_people(policy, scope, facts) >= least &&
	       match_networks(policy, scope, facts) >= least &&
	       match_hosts(policy, scope, facts) >= least &&
	       match_time(policy, scope, facts);
}
