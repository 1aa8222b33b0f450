/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_POLICY_REFERENCE_H
#define TESTS_POLICY_REFERENCE_H

/*
 * A slow second evaluator that shares no code with policy/: small policies
 * over a fixed world in which what matches what was written down by hand.
 * Sets are bits of a uint32_t; 0 in a rule means any.
 */

#include "policy/policy.h"

enum {
	/* 4 groups, contractor, vendor, a person, employee, an id, a shift */
	MODEL_PRINCIPALS = 10,
	MODEL_NO_EMPLOYMENT = 1, /* what is unknown of a person */
	MODEL_NO_ID = 2,
	MODEL_NO_SHIFT = 4,
	MODEL_NETWORKS = 6,
	MODEL_ADDRESSES = 8, /* the last one is unknown */
	MODEL_HOSTS = 6,
	MODEL_NAMES = 11,  /* the last one is unknown */
	MODEL_PERIODS = 6, /* of a month and of a year at the end */
	MODEL_TIMES = 18,
	MODEL_SERVICES = 6, /* the last one is of the family of sudo */
	MODEL_AGES = 3,
	MODEL_RULES = 12,
};

struct model_scope {
	uint32_t principals, networks, hosts, services, during, outside;
	uint32_t also; /* "&"; 0 for none */
	/* "except"; 0 for none */
	uint32_t not_principals, not_networks, not_hosts;
	int age; /* 0 any, 1 below 10m, 2 above 10m */
};

struct model_rule {
	struct model_scope scope;
	bool deny;
	uint32_t ways[4];  /* sets of factors; 0 is none; of a deny "without" */
	unsigned approval; /* of so many people; 0: none */
	unsigned approval_of;	  /* 1 to 4: p0 to p3; 0: anybody */
	unsigned approval_within; /* minutes; 0: no limit */
	unsigned session;	  /* hours */
	unsigned grace;		  /* days */
};

struct model_policy {
	size_t count;
	struct model_rule rules[MODEL_RULES];
};

/* Somebody has approved. */
struct model_approver {
	unsigned who; /* 0 to 2 are others; the person; somebody unknown */
	unsigned of;  /* as in a rule; 0: in no group */
	unsigned age; /* minutes */
};

enum {
	MODEL_APPROVERS = 6,
	MODEL_OWN = 3,
	MODEL_STRANGER = 4,
};

struct model_request {
	size_t approver_count;
	struct model_approver approvers[MODEL_APPROVERS];
	uint32_t principals; /* those that the person is */
	unsigned unknown;    /* MODEL_NO_ bits */
	unsigned address, name, time, service, age;
	uint32_t proven;
	int64_t grace_start; /* seconds before the request, 0 none */
};

uint32_t model_random(uint32_t *state);
void model_random_policy(
    uint32_t *state, size_t rules, struct model_policy *policy_r);
void model_random_scope(uint32_t *state, struct model_scope *scope_r);
void model_random_request(uint32_t *state, struct model_request *request_r);

/* As text, rules in the order that the permutation says (NULL: as is). */
void model_print(const struct model_policy *policy, const size_t *order,
    char *out, size_t size);
size_t model_print_scope(
    const struct model_scope *scope, bool principals, char *out, size_t size);

/* What the request leaves unknown matches only if_unknown. */
bool model_scope_matches(const struct model_scope *scope,
    const struct model_request *request, bool if_unknown);
/* Of an assertion: what is unknown is in no list. */
bool model_claim_matches(
    const struct model_scope *scope, const struct model_request *request);

void model_random_approval(uint32_t *state, struct model_rule *rule);
/* Have as many approved as the rule asks for? */
bool model_approved(
    const struct model_rule *rule, const struct model_request *request);

/* Some rule denies, some rule permits, with just the proven factors. */
bool model_denies(
    const struct model_policy *policy, const struct model_request *request);
bool model_permits(
    const struct model_policy *policy, const struct model_request *request);

/* The rule's factors and grace are content with what is proven. */
bool model_content(
    const struct model_rule *rule, const struct model_request *request);

/* " with (a + b) | (c)", with another word for "with" */
size_t model_print_ways(
    const char *word, const uint32_t ways[4], char *out, size_t size);

/* The request in the library's words; valid until the next call. */
const struct policy_request *model_translate(
    const struct model_request *request);

#endif
