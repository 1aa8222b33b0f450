/* SPDX-License-Identifier: Apache-2.0 */
/* The decisions of an attempt, without its messages and timers. */
#ifndef AUTHORITY_ATTEMPT_EVALUATE_H
#define AUTHORITY_ATTEMPT_EVALUATE_H

#include "gatewayd/authority/attempt/attempt.h"
#include "policy/policy.h"

struct evaluation {
	enum outcome outcome;
	enum reason reason;
};

/* The reason of the lookup to refuse the attempt, or REASON_NONE. */
enum reason evaluate_lookup(
    struct attempt *a, const struct directory_answer *answer);
/* Sets refusal if the person is locked out, before any prompt.  An attempt that
 * only waits at its prompts uses no try. */
void evaluate_locked(struct attempt *a);
/* Reserves a try after the answers have come, and before any secret is
 * verified.  Sets refusal if no try is left; reserved tries count. */
void evaluate_reserve(struct attempt *a);
/* Asks the policy which factors to collect.  Sets collect or refusal. */
void evaluate_collect(struct attempt *a);
/* Decides after answers and verdict have come.  Verifies the code, and asks the
 * policy with the proven factors.  Spends the code only if all is right. */
void evaluate_attempt(struct attempt *a, struct evaluation *result_r);
/* Verifies the code first if the entry says that the password is expired, must
 * be changed, or may be locked.  A wrong code then refuses the attempt before
 * any bind. */
void evaluate_code_first(struct attempt *a);
/* The reason of the verdict to refuse the attempt, or REASON_NONE. */
enum reason evaluate_password(const struct attempt *a);
/* Counts a failed try, if an answer was given. */
void evaluate_count_failure(struct attempt *a);

#endif
