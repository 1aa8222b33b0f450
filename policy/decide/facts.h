/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_FACTS_H
#define POLICY_DECIDE_FACTS_H

#include "policy/model.h"
#include "policy/value/hostname.h"

#define FACTS_HITS_MAX 500
#define FACTS_PERIODS_MAX 128

/* A request as numbers of the policy's atoms. */
struct facts {
	const struct policy_request *request;
	uint32_t hits[FACTS_HITS_MAX]; /* principals that the person is */
	size_t hit_count;
	uint64_t unknown; /* of the person: FACT_ bits */
	bool has_host;
	size_t host_length;
	char host[HOSTNAME_MAX + 1];
	enum service service;
	/* per period: 0 not evaluated yet, 1 does not hold, 2 holds */
	uint8_t periods[FACTS_PERIODS_MAX];
};

/* 0, or -1 if the request is malformed. */
int facts_gather(const struct policy *policy,
    const struct policy_request *request, struct facts *facts_r);

/*
 * Whether a condition matches.  It is unknown if the request lacks the fact.
 * Unknown counts as no for a permit, and as yes for a deny
 * (scope.unknown_matches).
 */
enum match { MATCH_NO, MATCH_UNKNOWN, MATCH_YES };

enum match facts_match_principals(const struct policy *policy,
    const struct ids *principals, const struct facts *facts);
enum match facts_match_networks(const struct policy *policy,
    const struct ids *networks, const struct facts *facts);
enum match facts_match_hosts(const struct policy *policy,
    const struct ids *hosts, const struct facts *facts);

/* The conditions during, outside and age, which are never unknown. */
bool facts_match_time(const struct policy *policy, const struct scope *scope,
    struct facts *facts);

bool period_holds(const struct period *period, int64_t time_unix);

/* All conditions of a rule. */
bool facts_match(const struct policy *policy, const struct scope *scope,
    struct facts *facts);

#endif
