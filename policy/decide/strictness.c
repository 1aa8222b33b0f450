/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide/strictness.h"

#include <string.h>

#include "policy/value/factors.h"
#include "policy/value/quorum.h"

static uint32_t
limit(uint32_t seconds)
{
	return seconds == 0 ? UINT32_MAX : seconds;
}

#define ORDER(a, b)                                \
	do {                                       \
		if ((a) != (b))                    \
			return (a) < (b) ? -1 : 1; \
	} while (0)

int
strictness_compare(const struct rule *a, const struct rule *b)
{
	const struct policy_obligations *left = &a->obligations;
	const struct policy_obligations *right = &b->obligations;
	int order;

	ORDER(limit(left->session_seconds), limit(right->session_seconds));
	ORDER(limit(left->token_seconds), limit(right->token_seconds));
	ORDER(left->audience_count, right->audience_count);
	ORDER(limit(left->lease_seconds), limit(right->lease_seconds));
	order = strcmp(a->text, b->text);
	return order != 0 ? order : strcmp(a->label, b->label);
}

static bool
same_audiences(
    const struct policy_obligations *a, const struct policy_obligations *b)
{
	if (a->audience_count != b->audience_count)
		return false;
	for (size_t i = 0; i < a->audience_count; i++)
		if (strcmp(a->audiences[i], b->audiences[i]) != 0)
			return false;
	return true;
}

bool
strictness_same(const struct rule *a, const struct rule *b)
{
	const struct policy_obligations *left = &a->obligations;
	const struct policy_obligations *right = &b->obligations;

	return left->session_seconds == right->session_seconds &&
	       left->token_seconds == right->token_seconds &&
	       left->lease_seconds == right->lease_seconds &&
	       quorum_same(&a->approval, &b->approval) &&
	       same_audiences(left, right);
}

/* How many of these factors the rule requires; -1: it is not met by them. */
static int
rank(const struct rule *rule, uint32_t factors)
{
	int most = -1;

	for (unsigned i = 0; i < rule->way_count; i++) {
		int count = (int)factors_count(rule->ways[i]);

		if ((rule->ways[i] & ~factors) == 0 && count > most)
			most = count;
	}
	return most;
}

bool
strictness_beats(const struct rule *a, const struct rule *b, uint32_t factors)
{
	int left = rank(a, factors), right = rank(b, factors);

	return left > right ||
	       (left == right && left >= 0 && strictness_compare(a, b) < 0);
}

/* Of two that require equally much.  A third rule may stand between two that
 * name the same audiences, and name others. */
static bool
comes_first_or_is_same(const struct rule *a, const struct rule *b)
{
	return strictness_compare(a, b) < 0 ||
	       (strictness_same(a, b) && (a->obligations.audience_count == 0 ||
					     strcmp(a->text, b->text) == 0));
}

static bool
is_as_good(const struct rule *a, const struct rule *b, uint32_t factors)
{
	int left = rank(a, factors), right = rank(b, factors);

	return left > right ||
	       (left == right && left >= 0 && comes_first_or_is_same(a, b));
}

bool
strictness_replaces(
    const struct rule *a, const struct rule *b, uint32_t factors)
{
	if (a->obligations.grace_seconds < b->obligations.grace_seconds ||
	    (b->obligations.grace_seconds != 0 &&
		(factors_open(b) & ~factors_open(a)) != 0))
		return false;
	/* most permits of a policy ask for the same factors */
	if (a->way_count == b->way_count &&
	    memcmp(a->ways, b->ways, a->way_count) == 0)
		return comes_first_or_is_same(a, b);
	for (uint32_t more = factors; more < FACTORS_SETS; more++) {
		if ((more & factors) == factors &&
		    factors_suffice(b->need, more) && !is_as_good(a, b, more))
			return false;
	}
	return true;
}
