/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_JUDGE_H
#define CLI_POLICY_POLICY_JUDGE_H

#include "lib/record/record_parse.h"
#include "policy/policy.h"

/*
 * Decides a recorded attempt again with another policy.  Only the policy's part
 * is decided.  A person who was refused for a wrong code stays refused, unless
 * the other policy would not have asked for that code.
 */

enum judge_change {
	JUDGE_NONE,	/* no attempt, or it ended for another reason */
	JUDGE_SAME,	/* the outcome is the same */
	JUDGE_REFUSED,	/* the person was let in, and would be refused */
	JUDGE_ADMITTED, /* the person was refused, and would be let in */
	JUDGE_UNKNOWN
};

/* The reason of JUDGE_UNKNOWN. */
enum judge_doubt {
	JUDGE_CERTAIN,
	JUDGE_GROUPS,	  /* the record does not have all groups */
	JUDGE_TEXTS,	  /* texts of the record were cut */
	JUDGE_ATTRIBUTES, /* it lacks attributes that this policy names */
	JUDGE_ASKS,	  /* this policy asks for factors that were not tried */
	JUDGE_HOURS,	  /* hours began or ended during the attempt */
	JUDGE_APPROVERS,  /* the record does not tell their groups and times */
	JUDGE_DOUBTS
};

/* An attempt takes at most this long from its first decision to its record:
 * attempt-deadline of gatewayd.conf(5), unless that was made longer. */
#define JUDGE_ATTEMPT_SECONDS 95

struct judgement {
	enum judge_change change;
	enum judge_doubt doubt;
	const char *reason; /* policy_reason_text() of the other policy */
	const char *rule;   /* that decides, or ""; lives as the policy does */
	const char *text;
	uint32_t factors; /* of the way in; JUDGE_ASKS: those not tried */
};

void policy_judge(const struct policy *policy,
    const struct record_parsed *record, struct judgement *judgement_r);

/* "groups_cut", "record_cut", "attributes", "asks", "hours" */
const char *policy_judge_doubt(enum judge_doubt doubt);

#endif
