/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/evaluate.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/approvers.h"
#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/attempt/grace.h"
#include "gatewayd/authority/code/code.h"
#include "gatewayd/authority/factor/factor.h"
#include "gatewayd/authority/link/entry.h"
#include "gatewayd/authority/ruling.h"
#include "gatewayd/authority/session/session.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/lockout.h"
#include "gatewayd/authority/subject/wrong_passwords.h"
#include "lib/base/clock.h"
#include "lib/wire/pamwire.h"
#include "policy/policy.h"

/* Does a bind say more of this state than the entry does? */
static bool
is_for_bind(uint8_t state)
{
	return state == ACCOUNT_MAYBE_LOCKED || state == ACCOUNT_MUST_CHANGE ||
	       state == ACCOUNT_PASSWORD_EXPIRED;
}

enum reason
evaluate_lookup(struct attempt *a, const struct directory_answer *answer)
{
	if (a->refusal != REASON_NONE)
		return a->refusal;
	if (answer->entry == NULL)
		return answer->reason;
	if (!a->claim.local)
		return REASON_UNKNOWN_LOCAL_USER;
	if (is_for_bind(answer->entry->state)) {
		a->unsure = answer->reason;
		return REASON_NONE;
	}
	return answer->reason;
}

/* Why there is no try, with so many under way; or REASON_NONE. */
static enum reason
no_try(struct attempt *a, uint32_t inflight)
{
	if (!lockout_has_try(a->all, a->subject, inflight))
		return REASON_LOCKED_OUT;
	return wrong_passwords_are_too_many(
		   a->all->wrong_passwords, a->subject->id, a->record.client)
		   ? REASON_WRONG_PASSWORDS
		   : REASON_NONE;
}

static bool
is_out_of_tries(const struct attempt *a)
{
	return a->refusal == REASON_LOCKED_OUT ||
	       a->refusal == REASON_WRONG_PASSWORDS;
}

void
evaluate_locked(struct attempt *a)
{
	if (a->refusal == REASON_NONE)
		a->refusal = no_try(a, 0);
}

void
evaluate_reserve(struct attempt *a)
{
	struct subject *s = a->subject;
	enum reason reason;

	/* whom the start has found locked out is it until the end */
	if (s == NULL || is_out_of_tries(a))
		return;
	reason = no_try(a, s->inflight);
	if (reason != REASON_NONE) {
		if (a->refusal == REASON_NONE || a->grace)
			a->refusal = reason;
		a->grace = false;
		return;
	}
	s->inflight++;
	a->reserved = true;
	attempt_table_reserved(a->all->attempt_table, a->slot);
}

static void
give_back(struct attempt *a)
{
	struct subject *s = a->subject;

	/* only somebody who is known has a try reserved */
	if (a->reserved && s != NULL)
		s->inflight--;
	a->reserved = false;
}

void
evaluate_count_failure(struct attempt *a)
{
	struct subject *s = a->subject;

	if (!a->reserved || s == NULL)
		return;
	give_back(a);
	/* without the password a code is no guess: nobody learns of it, and a
	 * stranger locks nobody out */
	if ((a->collect & POLICY_PASSWORD) != 0 &&
	    a->verdict != VERDICT_MATCH && !a->code_first)
		wrong_passwords_count(
		    a->all->wrong_passwords, s->id, a->record.client);
	else
		a->record.tries = lockout_count(a->all, s);
}

static void
take_rule(struct attempt *a, const struct policy_decision *d)
{
	snprintf(a->record.rule, sizeof a->record.rule, "%s", d->rule);
}

/* The approvals that are in force now; the record says which one lasts longest.
 */
static void
take_approvals(
    struct attempt *a, struct approvers *approvers, struct policy_request *r)
{
	struct msg_AUDIT_APPEND_REQ *record = &a->record;
	const struct approvers_about about = {
	    a->snapshot->policy, &a->subject->approvals, record, a->claim.uid};
	const struct policy_quorum none = {0};

	approvers_request(&about, approvers, r);
	approvers_choose(approvers, &none, record);
}

static uint32_t
obtainable(const struct attempt *a)
{
	uint32_t factors = POLICY_PASSWORD;

	if (a->claim.phase != PAMWIRE_AUTHN)
		return 0;
	for (size_t i = 0; i < a->subject->credential_count; i++)
		if (code_counts(
			a->subject, a->record.name, &a->subject->credential[i]))
			factors |=
			    factor_kind_factor(a->subject->credential[i].kind);
	return factors;
}

/* A password that is over is bound only after a right code: each bind may use
 * up one of the few logins that the directory still grants. */
static bool
bind_will_tell(const struct attempt *a)
{
	return (a->collect & POLICY_PASSWORD) != 0 &&
	       (a->unsure == REASON_ACCOUNT_LOCKED ||
		   (a->collect & factor_all()) != 0);
}

/* Where no bind follows, what the entry says decides. */
static void
take_unsure(struct attempt *a)
{
	if (a->unsure == REASON_NONE || bind_will_tell(a))
		return;
	if (a->grace && a->unsure == REASON_ACCOUNT_LOCKED)
		return; /* who enrols gives the password */
	a->refusal = a->unsure;
	a->grace = false;
}

static void
ask_policy(struct attempt *a)
{
	struct approvers approvers;
	struct policy_request r;
	struct policy_decision d;
	struct policy_way way;

	attempt_request(a, &r);
	take_approvals(a, &approvers, &r);
	r.obtainable = obtainable(a);
	policy_decide(a->snapshot->policy, &r, &d);
	take_rule(a, &d);
	/* what `sallyport policy replay` has to know of a refusal */
	a->record.verified = r.proven;
	a->record.obtainable = r.obtainable;
	if (d.outcome != POLICY_ASK && d.outcome != POLICY_PERMIT) {
		a->refusal = ruling_reason(d.reason);
		a->grace =
		    d.reason == POLICY_REASON_FACTORS && grace_opens(a, &way);
		return;
	}
	a->record.required = d.ways[0].factors;
	a->collect = d.ways[0].missing;
	/* a permit that wants nothing more still is decided at the end */
}

void
evaluate_collect(struct attempt *a)
{
	ask_policy(a);
	take_unsure(a);
}

static void
judge(const struct attempt *a, struct code_judged *code_r)
{
	const struct code_typed typed = {.subject = a->subject,
	    .name = a->record.name,
	    .factors = a->collect,
	    .code = a->code,
	    .size = a->code_size};

	code_judge(a->all, &typed, code_r);
}

void
evaluate_code_first(struct attempt *a)
{
	struct code_judged code;

	if (a->unsure == REASON_NONE || a->refusal != REASON_NONE ||
	    (a->collect & factor_all()) == 0)
		return;
	judge(a, &code);
	a->code_first = code.credential == NULL;
	if (a->code_first)
		a->refusal = code.reason;
}

enum reason
evaluate_password(const struct attempt *a)
{
	switch (a->verdict) {
	case VERDICT_MATCH:
		/* of a lockout that is over the match itself has told */
		return a->unsure == REASON_NONE ||
			       a->unsure == REASON_ACCOUNT_LOCKED
			   ? entry_state_reason(a->verdict_state)
			   : a->unsure;
	case VERDICT_MISMATCH:
		return a->verdict_state != 0 &&
			       a->verdict_state != ACCOUNT_ACTIVE
			   ? entry_state_reason(a->verdict_state)
			   : REASON_WRONG_PASSWORD;
	case VERDICT_UNAVAILABLE:
		return REASON_DIRECTORY_UNAVAILABLE;
	default:
		return REASON_MALFORMED_ANSWER;
	}
}

static void
deny(struct attempt *a, enum reason reason, struct evaluation *r)
{
	/* what could not be checked is no try of theirs */
	if (reason_is_no_answer(reason)) {
		*r = (struct evaluation){OUTCOME_ERROR, reason};
		return;
	}
	evaluate_count_failure(a);
	*r = (struct evaluation){OUTCOME_DENIED, reason};
}

/* A session that an approval opened ends with it. */
static uint32_t
session_seconds(const struct attempt *a, const struct policy_way *way)
{
	const struct policy_obligations *o = way->obligations;
	uint32_t seconds = o->session_seconds > 0
			       ? o->session_seconds
			       : a->all->conf.session_seconds;
	int64_t left = (a->record.approval_ends_ms - clock_wall_ms()) / 1000;

	if ((way->factors & POLICY_APPROVAL) == 0 || left >= seconds)
		return seconds;
	return left > 1 ? (uint32_t)left : 1;
}

static int
take_obligations(struct attempt *a, const struct policy_way *way)
{
	a->obligations = way->obligations;
	a->record.session_seconds = session_seconds(a, way);
	return session_new_id(a->record.session, sizeof a->record.session);
}

void
evaluate_attempt(struct attempt *a, struct evaluation *result_r)
{
	struct code_judged code = {.credential = NULL};
	enum reason reason = a->refusal;
	struct policy_request request;
	struct approvers approvers;
	struct policy_decision d;

	if (reason != REASON_NONE || a->subject == NULL) {
		deny(a, reason != REASON_NONE ? reason : REASON_UNKNOWN_PERSON,
		    result_r);
		return;
	}
	/* one of the beginning may be over by now, or withdrawn */
	attempt_request(a, &request);
	request.proven = a->record.verified;
	take_approvals(a, &approvers, &request);
	a->record.verified = request.proven;
	/* both are looked at whichever is wrong, and neither is told */
	if ((a->collect & POLICY_PASSWORD) != 0) {
		reason = evaluate_password(a);
		if (reason == REASON_NONE)
			a->record.verified |= POLICY_PASSWORD;
	}
	if ((a->collect & factor_all()) != 0) {
		judge(a, &code);
		if (code.credential != NULL) {
			a->record.verified |=
			    factor_kind_factor(code.credential->kind);
		} else if (reason == REASON_NONE) {
			code_remember(&code);
			reason = code.reason;
		}
	}
	a->record.verified |= a->proven;
	if (reason != REASON_NONE) {
		deny(a, reason, result_r);
		return;
	}
	request.proven = a->record.verified;
	policy_decide(a->snapshot->policy, &request, &d);
	take_rule(a, &d);
	if (d.outcome != POLICY_PERMIT) {
		deny(a, ruling_reason(d.reason), result_r);
		return;
	}
	if (!approvers_choose(&approvers, &d.ways[0].approval, &a->record)) {
		deny(a, REASON_FACTORS, result_r);
		return;
	}
	if (take_obligations(a, &d.ways[0]) < 0) {
		deny(a, REASON_NO_RANDOMNESS, result_r);
		return;
	}
	if (code.credential != NULL)
		code_spend(a->all, a->subject, &code, &a->record);
	give_back(a);
	a->record.required = d.ways[0].factors;
	*result_r = (struct evaluation){OUTCOME_GRANTED, REASON_PERMIT};
}
