/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_DECIDE_INDEX_H
#define POLICY_DECIDE_INDEX_H

#include "policy/decide/match.h"

/*
 * The index finds the rules that can match.  Each atom (a group, a network, a
 * pattern) has the set of the rules that name it.  A rule can match only if, in
 * each dimension, it is in the set of one of the request's atoms.
 *
 * A set has one bit for each rule, in words of 64.  Only words that are not 0
 * are stored.  summary has a bit for each word: set if the word is stored.
 * rank[i] counts the stored words of all summaries before summary[i].
 */
struct rule_set {
	const uint64_t *summary;
	const uint32_t *rank;
	const uint64_t *words;
};

struct dimension {
	struct rule_set *atoms;
	struct rule_set any;	 /* rules without a condition here */
	struct rule_set unknown; /* denies that match an unknown fact; not
				    of principals */
};

/* The smallest network around the addresses from start to the next stretch. */
struct stretch {
	uint8_t start[16];
	uint32_t network; /* or INTERN_NONE */
};

struct stretches {
	struct stretch *list;
	size_t count;
};

/* The patterns with a star in their first label only, by the other labels. */
struct tail {
	uint64_t lengths; /* bit n: one has n characters before its star */
};

struct same_start {
	uint32_t *patterns;
	uint32_t count;
};

struct index {
	size_t words;	  /* of a full set of rules */
	size_t summaries; /* words of a summary */
	struct dimension principals, networks, hosts;
	struct rule_set unknown_of_person[FACT_COUNT]; /* denies */
	struct rule_set *services;		       /* by number */
	struct stretches v4, v6;
	uint32_t *parents; /* per network: the smallest network around it */

	struct intern tails;
	struct tail *tail_list;
	struct intern starts; /* keys: tail's number, text before the star */
	struct same_start *start_list;
	bool has_deep;	  /* some pattern begins with "**" */
	uint32_t *others; /* the patterns with stars elsewhere */
	size_t other_count;
};

#define INDEX_HITS_MAX (MATCH_HITS_MAX + FACT_COUNT + 1)

/* The sets of one dimension whose rules can match a request. */
struct hits {
	const struct rule_set *sets[INDEX_HITS_MAX];
	size_t count;
};

/* Only the list of each dimension that asks is in the index. */
static inline bool
index_is_exact(const struct scope *scope)
{
	bool exact = true;

#define IN_INDEX(KIND, name, words, asks) \
	exact = exact && ((asks) || scope->name.count == 0);
	SCOPE_PEOPLE(IN_INDEX)
	SCOPE_PLACES(IN_INDEX)
#undef IN_INDEX
	return exact;
}

/* 0, or -1 without memory. */
int index_build(struct policy *policy, struct arena *scratch);

/* 0, or -1 if there are more than INDEX_HITS_MAX: then scan all rules. */
int index_hits_principals(const struct policy *policy,
    const struct match_facts *facts, struct hits *hits_r);
int index_hits_networks(const struct policy *policy,
    const struct match_facts *facts, struct hits *hits_r);
int index_hits_hosts(const struct policy *policy,
    const struct match_facts *facts, struct hits *hits_r);

/* The union of the sets: summary s, and below word w. */
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
