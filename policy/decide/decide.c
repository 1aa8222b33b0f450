/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "policy/decide/approved.h"
#include "policy/decide/index.h"
#include "policy/decide/match.h"
#include "policy/decide/strictness.h"
#include "policy/value/factors.h"

#define MASKS 64u

/* Per set of factors the rule whose obligations would apply. */
struct candidates {
	const struct policy *policy;
	need allowed;	  /* the sets that all denies so far let pass */
	uint64_t present; /* bit m: rules[m] is set */
	uint64_t grace;
	uint64_t unapproved; /* the rule's approvals are not enough */
	const struct rule *rules[MASKS];
	uint8_t own[MASKS]; /* what of the set the rule itself requires */
};

/* What a rule requires, by one of its ways. */
struct asked {
	const struct rule *rule;
	uint32_t factors;
	bool grace;
	bool unapproved;
};

#define ORDER(a, b)                                \
	do {                                       \
		if ((a) != (b))                    \
			return (a) < (b) ? -1 : 1; \
	} while (0)

/* A way that needs no grace comes first, then the one that requires most. */
static int
compare_asked(const struct asked *a, const struct asked *b)
{
	ORDER(a->grace, b->grace);
	ORDER(factors_count(b->factors), factors_count(a->factors));
	return strictness_compare(a->rule, b->rule);
}

static struct asked
asked_of(const struct candidates *candidates, uint32_t factors)
{
	return (struct asked){candidates->rules[factors],
	    candidates->own[factors], candidates->grace >> factors & 1,
	    candidates->unapproved >> factors & 1};
}

static void
add_candidate(
    struct candidates *candidates, uint32_t factors, const struct asked *asked)
{
	uint64_t bit = UINT64_C(1) << factors;

	if (candidates->present & bit) {
		struct asked before = asked_of(candidates, factors);

		/* without its approvals a way is the last choice */
		if (asked->unapproved != before.unapproved
			? asked->unapproved
			: compare_asked(asked, &before) >= 0)
			return;
	}
	candidates->present |= bit;
	candidates->grace =
	    asked->grace ? candidates->grace | bit : candidates->grace & ~bit;
	candidates->unapproved = asked->unapproved
				     ? candidates->unapproved | bit
				     : candidates->unapproved & ~bit;
	candidates->rules[factors] = asked->rule;
	candidates->own[factors] = (uint8_t)asked->factors;
}

/* With what else the denies want. */
static void
add_way(struct candidates *candidates, const struct asked *asked)
{
	uint8_t ways[32];
	unsigned count;

	if (factors_suffice(candidates->allowed, asked->factors)) {
		add_candidate(candidates, asked->factors, asked);
		return;
	}
	count = factors_ways(
	    candidates->allowed & factors_need(asked->factors), ways);
	for (unsigned i = 0; i < count; i++)
		add_candidate(candidates, ways[i], asked);
}

static bool
grace_applies(const struct policy_request *request, const struct rule *rule)
{
	int64_t start = request->grace_start_unix;

	return rule->obligations.grace_seconds != 0 && start > 0 &&
	       start <= request->time_unix &&
	       request->time_unix - start < rule->obligations.grace_seconds;
}

static void
add_ways(struct candidates *candidates, const struct match_facts *facts,
    const struct rule *rule)
{
	bool grace = grace_applies(facts->request, rule);
	struct asked asked = {
	    .rule = rule,
	    .unapproved = rule->approval.count > 0 &&
			  !approved_enough(&rule->approval, facts),
	};

	for (unsigned i = 0; i < rule->way_count; i++) {
		uint32_t rest = factors_without_enrolled(rule->ways[i]);

		asked.factors = rule->ways[i];
		asked.grace = false;
		add_way(candidates, &asked);
		asked.factors = rest;
		asked.grace = true;
		if (grace && rest != rule->ways[i])
			add_way(candidates, &asked);
	}
}

static unsigned
count_bits(uint32_t bits)
{
	unsigned count = 0;

	for (; bits != 0; bits &= bits - 1)
		count++;
	return count;
}

static int
compare_ways(const struct candidates *candidates, const struct policy_way *a,
    const struct policy_way *b)
{
	struct asked left = asked_of(candidates, a->factors),
		     right = asked_of(candidates, b->factors);
	int order;

	ORDER(count_bits(a->missing), count_bits(b->missing));
	order = compare_asked(&left, &right);
	if (order != 0)
		return order;
	ORDER(a->factors, b->factors);
	return 0;
}

static struct policy_quorum
quorum_text(const struct policy *policy, const struct quorum *quorum)
{
	struct policy_quorum text = {quorum->count, NULL, quorum->within};

	for (size_t i = 0; i < policy->approver_group_count; i++)
		if (quorum->count > 0 &&
		    policy->approver_groups[i].principal == quorum->of)
			text.group = policy->approver_groups[i].dn;
	return text;
}

static struct policy_way
make_way(const struct candidates *candidates, uint32_t factors, uint32_t proven)
{
	const struct rule *rule = candidates->rules[factors];
	bool unapproved = candidates->unapproved >> factors & 1;
	struct policy_way way = {
	    .factors = factors,
	    .missing =
		factors & (unapproved ? ~proven | POLICY_APPROVAL : ~proven),
	    .grace = candidates->grace >> factors & 1,
	    .approval = quorum_text(candidates->policy, &rule->approval),
	    .rule = rule->label,
	    .text = rule->text,
	    .obligations = &rule->obligations,
	};

	return way;
}

/* Those ways that are open, in the order that the contract promises. */
static void
list_ways(const struct candidates *candidates,
    const struct policy_request *request, uint32_t closed,
    struct policy_decision *decision)
{
	size_t count = 0;

	for (uint64_t left = candidates->present; left != 0; left &= left - 1) {
		uint32_t m = (uint32_t)__builtin_ctzll(left);
		struct policy_way way =
		    make_way(candidates, m, request->proven);
		size_t at = count;

		if (way.missing & closed)
			continue;
		for (; at > 0; at--) {
			if (compare_ways(
				candidates, &way, &decision->ways[at - 1]) >= 0)
				break;
			decision->ways[at] = decision->ways[at - 1];
		}
		decision->ways[at] = way;
		count++;
	}
	decision->way_count = count;
}

static void
conclude(const struct candidates *candidates,
    const struct policy_request *request, struct policy_decision *decision)
{
	if (candidates->present == 0) {
		decision->reason = POLICY_REASON_NO_RULE;
		return;
	}
	list_ways(candidates, request, ~request->obtainable, decision);
	if (decision->way_count == 0) {
		/* the rule that comes nearest, for the record */
		list_ways(candidates, request, 0, decision);
		decision->reason = POLICY_REASON_FACTORS;
		decision->rule = decision->ways[0].rule;
		decision->text = decision->ways[0].text;
		decision->way_count = 0;
		return;
	}
	decision->rule = decision->ways[0].rule;
	decision->text = decision->ways[0].text;
	decision->outcome =
	    decision->ways[0].missing == 0 ? POLICY_PERMIT : POLICY_ASK;
	decision->reason = decision->outcome == POLICY_PERMIT
			       ? POLICY_REASON_PERMIT
			       : POLICY_REASON_ASK;
}

static void
deny_by(const struct rule *rule, struct policy_decision *decision)
{
	decision->reason = POLICY_REASON_DENIED_BY_RULE;
	decision->rule = rule->label;
	decision->text = rule->text;
}

/* True if the rule denies, and so decides.  Denies come before all permits. */
static bool
apply(const struct rule *rule, const struct match_facts *facts,
    struct candidates *candidates)
{
	if (!rule->deny) {
		add_ways(candidates, facts, rule);
		return false;
	}
	if (!factors_suffice(rule->need,
		facts->request->proven | facts->request->obtainable))
		return true;
	candidates->allowed &= rule->need;
	return false;
}

/* The 64 rules of one word.  The one that denies, or NULL. */
static const struct rule *
apply_word(const struct policy *policy, struct match_facts *facts, size_t w,
    uint64_t rules, struct candidates *candidates)
{
	for (; rules != 0; rules &= rules - 1) {
		size_t r = w * 64 + (size_t)__builtin_ctzll(rules);
		const struct rule *rule = &policy->rules[r];

		if ((index_is_exact(&rule->scope)
			    ? match_time(policy, &rule->scope, facts)
			    : match_rule(policy, &rule->scope, facts)) &&
		    apply(rule, facts, candidates))
			return rule;
	}
	return NULL;
}

/* *deny_r: the rule that denies, or NULL.  -1: the index is no help. */
static int
apply_indexed(const struct policy *policy, struct match_facts *facts,
    struct candidates *candidates, const struct rule **deny_r)
{
	const struct index *index = policy->index;
	const struct rule_set *service = &index->services[facts->service];
	struct hits principals, networks, hosts;

	if (index_hits_principals(policy, facts, &principals) != 0 ||
	    index_hits_networks(policy, facts, &networks) != 0 ||
	    index_hits_hosts(policy, facts, &hosts) != 0)
		return -1;
	for (size_t s = 0; s < index->summaries; s++) {
		uint64_t words = index_summary(&principals, s) &
				 index_summary(&networks, s) &
				 index_summary(&hosts, s) & service->summary[s];

		for (; words != 0; words &= words - 1) {
			size_t w = s * 64 + (size_t)__builtin_ctzll(words);
			uint64_t rules = index_word(&principals, w) &
					 index_word(&networks, w) &
					 index_word(&hosts, w) &
					 index_word_of(service, w);

			*deny_r =
			    apply_word(policy, facts, w, rules, candidates);
			if (*deny_r != NULL)
				return 0;
		}
	}
	return 0;
}

/* One rule after the other.  The one that denies, or NULL. */
static const struct rule *
apply_all(const struct policy *policy, struct match_facts *facts,
    struct candidates *candidates)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct rule *rule = &policy->rules[i];

		if (match_rule(policy, &rule->scope, facts) &&
		    apply(rule, facts, candidates))
			return rule;
	}
	return NULL;
}

void
policy_decide(const struct policy *policy, const struct policy_request *request,
    struct policy_decision *decision_r)
{
	struct candidates candidates;
	struct match_facts facts;
	const struct rule *deny = NULL;

	decision_r->outcome = POLICY_DENY;
	decision_r->reason = POLICY_REASON_NO_POLICY;
	decision_r->rule = "";
	decision_r->text = "";
	decision_r->way_count = 0;
	if (policy == NULL)
		return;
	if (match_gather(policy, request, &facts) != 0) {
		decision_r->reason = POLICY_REASON_MALFORMED_REQUEST;
		return;
	}
	candidates.policy = policy;
	candidates.present = candidates.grace = candidates.unapproved = 0;
	candidates.allowed = ~(need)0;
	if (apply_indexed(policy, &facts, &candidates, &deny) < 0)
		deny = apply_all(policy, &facts, &candidates);
	if (deny != NULL)
		deny_by(deny, decision_r);
	else
		conclude(&candidates, request, decision_r);
}

const char *
policy_reason_text(enum policy_reason reason)
{
	static const char *const texts[] = {
	    [POLICY_REASON_NO_POLICY] = "no_policy",
	    [POLICY_REASON_MALFORMED_REQUEST] = "malformed_request",
	    [POLICY_REASON_NO_RULE] = "no_rule",
	    [POLICY_REASON_DENIED_BY_RULE] = "denied_by_rule",
	    [POLICY_REASON_FACTORS] = "factors",
	    [POLICY_REASON_ASK] = "ask",
	    [POLICY_REASON_PERMIT] = "permit",
	};

	return (size_t)reason < sizeof texts / sizeof texts[0]
		   ? texts[reason]
		   : "malformed_request";
}
