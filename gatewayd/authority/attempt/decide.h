/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of an attempt, apart from its messages and timers. */
#ifndef AUTHORITY_ATTEMPT_DECIDE_H
#define AUTHORITY_ATTEMPT_DECIDE_H

#include "gatewayd/authority/attempt/attempt.h"
#include "policy/policy.h"

struct policy_request;

struct decide_result {
	enum outcome outcome;
	enum reason reason;
};

/* Does directory say what it would not unless it was taken over?  Its texts
 * end in keys of the store and in records. */
bool decide_is_malformed(
    const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *);
/* What an answer of directory says against the person of that canonical name;
 * REASON_NONE: nothing. */
enum reason decide_entry(
    const char *name, const struct msg_DIRECTORY_LOOKUP_ANS *);
/* What the look-up alone says against it; REASON_NONE: nothing. */
enum reason decide_lookup(
    struct attempt *, const struct msg_DIRECTORY_LOOKUP_ANS *);
/* At the start, before anything is asked: sets refusal when the person is
 * locked out already.  Who only sits at the prompts takes nobody's tries. */
void decide_locked(struct attempt *);
/* The answers are in: reserves a try before any secret is looked at; sets
 * refusal when there is none left, those under way counted. */
void decide_reserve(struct attempt *);
/* Asks the policy which factors to collect; sets collect, or refusal. */
void decide_collect(struct attempt *);
/* Answers and verdict are in: verifies the code, asks the policy with what is
 * proven, spends the code only when everything was right. */
void decide_attempt(struct attempt *, struct decide_result *);
/* The answers are in.  Where the entry says beforehand that the password is
 * expired, has to be changed, or may be locked, a wrong code refuses before the
 * directory may bind. */
void decide_code_first(struct attempt *);
/* The policy's request, with what was proven before us. */
void decide_request(const struct attempt *, struct policy_request *);
/* What the verdict says against the password; REASON_NONE: nothing. */
enum reason decide_password(const struct attempt *);
/* the policy's reason in the words of records */
enum reason decide_policy_reason(enum policy_reason);
/* a failed try, whatever was wrong; none where no answer was given */
void decide_count_failure(struct attempt *);
/* The person's answers were right, and the module has said whose they are. */
void decide_clear_tries(struct authority *, const char *subject);

#endif
