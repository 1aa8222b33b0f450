/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_MATCH_H
#define POLICY_DECIDE_MATCH_H

#include "policy/model.h"
#include "policy/value/hostname.h"

#define MATCH_HITS_MAX 500
#define MATCH_PERIODS_MAX 128

/* An approval as numbers.  A person is the number of the first one by the same
 * person, or one of these. */
#define MATCH_UNKNOWN_PERSON UINT32_MAX
#define MATCH_OWN (UINT32_MAX - 1) /* whose request it is */
struct match_approver {
	uint32_t person;
	uint32_t group; /* a principal of the policy, or INTERN_NONE */
};

/* A request as numbers of the policy's atoms. */
struct match_facts {
	const struct policy_request *request;
	uint32_t hits[MATCH_HITS_MAX]; /* principals that the person is */
	size_t hit_count;
	uint64_t unknown; /* of the person: FACT_ bits */
	bool has_host;
	size_t host_length;
	char host[HOSTNAME_MAX + 1];
	unsigned service; /* of policy.services */
	/* as many as the request has */
	struct match_approver approvers[POLICY_APPROVERS_MAX];
	/* per period: 0 not evaluated yet, 1 does not hold, 2 holds */
	uint8_t periods[MATCH_PERIODS_MAX];
};

/* 0, or -1 if the request is malformed. */
int match_gather(const struct policy *policy,
    const struct policy_request *request, struct match_facts *facts_r);

/*
 * Whether a condition matches.  It is unknown if the request lacks the fact.
 * Unknown counts as no for a permit, and as yes for a deny
 * (scope.unknown_matches).  What a list leaves unknown, "except" that list does
 * too.
 */
enum match { MATCH_NO, MATCH_UNKNOWN, MATCH_YES };

enum match match_people(const struct policy *policy, const struct scope *scope,
    const struct match_facts *facts);
enum match match_networks(const struct policy *policy,
    const struct scope *scope, const struct match_facts *facts);
enum match match_hosts(const struct policy *policy, const struct scope *scope,
    const struct match_facts *facts);

/* The conditions during, outside and age, which are never unknown. */
bool match_time(const struct policy *policy, const struct scope *scope,
    struct match_facts *facts);

/* All conditions of a rule. */
bool match_rule(const struct policy *policy, const struct scope *scope,
    struct match_facts *facts);

#endif
