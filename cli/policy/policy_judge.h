/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_JUDGE_H
#define CLI_POLICY_POLICY_JUDGE_H

#include "lib/record/record_parse.h"
#include "policy/policy.h"

/*
 * What another policy would have made of a recorded attempt.  The policy's
 * part only: who was refused for a wrong code is refused whatever the policy
 * says, unless it would not have asked for that code.
 */

enum judge_change {
	JUDGE_NONE,	/* no attempt, or the policy was not what ended it */
	JUDGE_SAME,	/* as it was */
	JUDGE_REFUSED,	/* was let in, would be refused */
	JUDGE_ADMITTED, /* was refused, would be let in with these factors */
	JUDGE_UNKNOWN
};

/* Why it cannot be told. */
enum judge_doubt {
	JUDGE_CERTAIN,
	JUDGE_GROUPS,	  /* the record does not hold all of them */
	JUDGE_TEXTS,	  /* the record was cut to fit its line */
	JUDGE_ATTRIBUTES, /* nor all that this policy names */
	JUDGE_ASKS,	  /* would be asked for factors that were not tried */
	JUDGE_HOURS,	  /* depends on when within the attempt it is asked */
	JUDGE_DOUBTS
};

/* An attempt takes at most this long from its first decision to its record:
 * attempt-deadline of gatewayd.conf(5), unless that was made longer. */
#define JUDGE_ATTEMPT_SECONDS 95

struct judgement {
	enum judge_change change;
	enum judge_doubt doubt;
	const char *reason; /* policy_reason_text() of the other policy */
	const char *rule;   /* that decides now, or ""; lives as the policy */
	const char *text;
	uint32_t factors; /* of the way in; JUDGE_ASKS: those not tried */
};

void policy_judge(const struct policy *policy,
    const struct record_parsed *record, struct judgement *judgement_r);

/* "groups_cut", "record_cut", "attributes", "asks", "hours" */
const char *policy_judge_doubt(enum judge_doubt doubt);

#endif
