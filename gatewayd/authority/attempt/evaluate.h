/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of an attempt, apart from its messages and timers. */
#ifndef AUTHORITY_ATTEMPT_EVALUATE_H
#define AUTHORITY_ATTEMPT_EVALUATE_H

#include "gatewayd/authority/attempt/attempt.h"
#include "policy/policy.h"

struct policy_request;

struct evaluation {
	enum outcome outcome;
	enum reason reason;
};

/* What the look-up alone says against it; REASON_NONE: nothing. */
enum reason evaluate_lookup(
    struct attempt *a, const struct directory_answer *answer);
/* At the start, before anything is asked: sets refusal when the person is
 * locked out already.  Who only sits at the prompts takes nobody's tries. */
void evaluate_locked(struct attempt *a);
/* The answers are in: reserves a try before any secret is looked at; sets
 * refusal when there is none left, those under way counted. */
void evaluate_reserve(struct attempt *a);
/* Asks the policy which factors to collect; sets collect, or refusal. */
void evaluate_collect(struct attempt *a);
/* Answers and verdict are in: verifies the code, asks the policy with what is
 * proven, spends the code only when everything was right. */
void evaluate_attempt(struct attempt *a, struct evaluation *result_r);
/* The answers are in.  Where the entry says beforehand that the password is
 * expired, has to be changed, or may be locked, a wrong code refuses before the
 * directory may bind. */
void evaluate_code_first(struct attempt *a);
/* The policy's request, with what was proven before us. */
void evaluate_request(const struct attempt *a, struct policy_request *r);
/* What the verdict says against the password; REASON_NONE: nothing. */
enum reason evaluate_password(const struct attempt *a);
/* a failed try, whatever was wrong; none where no answer was given */
void evaluate_count_failure(struct attempt *a);

#endif
