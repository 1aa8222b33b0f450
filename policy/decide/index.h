/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_INDEX_H
#define POLICY_DECIDE_INDEX_H

#include "policy/decide/facts.h"

/*
 * Finds the rules that can match.  Each atom (a group, a network, a pattern)
 * has the set of the rules that name it.  A rule can match only if, in each
 * dimension, it is in the set of one of the request's atoms.  A set is a list
 * of words of bits, and words of 0 are not stored.  summary says which words
 * are stored, and rank counts the stored words before it.
 */
struct rule_set {
	const uint64_t *summary;
	const uint32_t *rank;
	const uint64_t *words;
};

struct dimension {
	struct rule_set *atoms;
	struct rule_set any;	 /* rules that do not ask */
	struct rule_set unknown; /* denies that ask, and are not answered */
};

/* From this address on, up to the next: the smallest network around it. */
struct stretch {
	uint8_t start[16];
	uint32_t network; /* or INTERN_NONE */
};

struct stretches {
	struct stretch *list;
	size_t count;
};

/* Patterns whose first label alone has a star, by what follows it. */
struct tail {
	uint64_t lengths; /* bit n: some begin with n characters */
};

struct same_start {
	uint32_t *patterns;
	uint32_t count;
};

struct index {
	size_t words;	  /* of a full set of rules */
	size_t summaries; /* words of a summary */
	struct dimension principals, networks, hosts;
	struct rule_set unknown_subject;
	struct rule_set services[SERVICE_COUNT];
	struct stretches v4, v6;
	uint32_t *parents; /* per network the smallest one around it */

	struct intern tails;
	struct tail *tail_list;
	struct intern starts; /* number of the tail, then the beginning */
	struct same_start *start_list;
	bool has_deep;	  /* patterns with "**" in front */
	uint32_t *others; /* patterns with stars elsewhere */
	size_t other_count;
};

#define INDEX_HITS_MAX 512

/* The sets of one dimension that hold for a request. */
struct hits {
	const struct rule_set *sets[INDEX_HITS_MAX];
	size_t count;
};

/* 0, or -1 without memory. */
int index_build(struct policy *policy, struct arena *scratch);

/* 0, or -1 if there are too many of them: scan all rules then. */
int index_hits_principals(const struct policy *policy,
    const struct facts *facts, struct hits *hits_r);
int index_hits_networks(const struct policy *policy, const struct facts *facts,
    struct hits *hits_r);
int index_hits_hosts(const struct policy *policy, const struct facts *facts,
    struct hits *hits_r);

/* Rules that one of the sets has: of 64 words, and of 64 rules. */
static inline uint64_t
index_summary(const struct hits *hits, size_t s)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < hits->count; i++)
		bits |= hits->sets[i]->summary[s];
	return bits;
}

static inline uint64_t
index_word_of(const struct rule_set *set, size_t w)
{
	uint64_t summary = set->summary[w / 64];
	uint64_t bit = UINT64_C(1) << w % 64;

	if (!(summary & bit))
		return 0;
	return set->words[set->rank[w / 64] +
			  (unsigned)__builtin_popcountll(summary & (bit - 1))];
}

static inline uint64_t
index_word(const struct hits *hits, size_t w)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < hits->count; i++)
		bits |= index_word_of(hits->sets[i], w);
	return bits;
}

#endif
