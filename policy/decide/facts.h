/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_FACTS_H
#define POLICY_DECIDE_FACTS_H

#include "policy/model.h"
#include "policy/value/hostname.h"

#define FACTS_HITS_MAX 500
#define FACTS_PERIODS_MAX 128

/* A request, understood: in the policy's own numbers. */
struct facts {
	const struct policy_request *request;
	uint32_t hits[FACTS_HITS_MAX]; /* principals that the person is */
	size_t hit_count;
	bool has_host;
	size_t host_length;
	char host[HOSTNAME_MAX + 1];
	enum service service;
	uint8_t periods[FACTS_PERIODS_MAX]; /* 0 not looked at yet, 1 no, 2 */
};

/* 0, or -1 if the request is malformed. */
int facts_gather(const struct policy *policy,
    const struct policy_request *request, struct facts *facts_r);

/*
 * How a condition stands.  Unknown is for what the request does not know: it
 * counts as no for a permit and as yes for a deny.
 */
enum match { MATCH_NO, MATCH_UNKNOWN, MATCH_YES };

enum match facts_match_principals(const struct policy *policy,
    const struct ids *principals, const struct facts *facts);
enum match facts_match_networks(const struct policy *policy,
    const struct ids *networks, const struct facts *facts);
enum match facts_match_hosts(const struct policy *policy,
    const struct ids *hosts, const struct facts *facts);

/* During, outside and age, which are always known. */
bool facts_match_time(const struct policy *policy, const struct scope *scope,
    struct facts *facts);

bool period_holds(const struct period *period, int64_t time_unix);

/* All of it. */
bool facts_match(
    const struct policy *policy, const struct rule *rule, struct facts *facts);

#endif
