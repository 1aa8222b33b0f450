/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/attempt/attempt_end.h"

#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/attempt/enrolment.h"
#include "gatewayd/authority/attempt/login_channel.h"
#include "gatewayd/authority/attempt/redeem.h"
#include "gatewayd/authority/session/phases.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/recent.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

void
attempt_end_conversation(struct attempt *a, enum result result)
{
	struct login_channel *c = a->login_channel;

	a->login_channel = NULL;
	if (c != NULL)
		login_channel_result(c, result, a);
}

/* Whoever waits: the person's conversation, or the module. */
static void
tell_all(struct attempt *a, enum result result)
{
	struct redeem *r = a->redeem;

	attempt_end_conversation(a, result);
	a->redeem = NULL;
	if (r != NULL)
		redeem_decided(r, result == RESULT_GRANTED);
}

static void
attempt_free(struct attempt *a)
{
	struct authority *all = a->all;

	if (a->decoy || a->question.open)
		directory_forget(all, &a->question);
	loop_timer_off(all->loop, &a->timer);
	table_remove(&all->attempts, &a->item);
	if (a->subject != NULL) {
		if (a->reserved)
			a->subject->inflight--;
		subject_release(&all->subjects, a->subject);
	}
	snapshot_release(a->snapshot);
	free(a->groups);
	free(a->attributes);
	explicit_bzero(a, sizeof *a);
	free(a);
}

/* There will be no record now; the slot stays taken, so that the next start
 * makes one. */
static void
on_no_memory(void *arg)
{
	struct attempt *a = arg;

	log_warnx("out of memory for a record");
	tell_all(a, RESULT_UNAVAILABLE);
	attempt_free(a);
}

/* What hits everybody alike is told as it is.  What only a person of ours can
 * meet, such as credentials that cannot be loaded, is in the record and told
 * as a refusal, or it would say whose name is known. */
static enum result
refusal_of(const struct attempt *a)
{
	return a->outage || a->all->store.channel.fd < 0 ||
		       a->all->directory.fd < 0
		   ? RESULT_UNAVAILABLE
		   : RESULT_DENIED;
}

static void
on_delay(void *arg)
{
	struct attempt *a = arg;

	attempt_end_conversation(a, refusal_of(a));
	attempt_free(a);
}

/* Every refusal leaves at the same time after the answers came in, so that
 * what was wrong cannot be told from how long it took. */
static void
refuse_later(struct attempt *a)
{
	uint64_t from = a->answered != 0 ? a->answered : clock_mono_ms();

	a->state = ATTEMPT_DELAY;
	loop_timer_at(a->all->loop, &a->timer, from + a->all->conf.deny_delay,
	    on_delay, a);
}

/* The groups are the session's from here on. */
static int
make_session(struct attempt *a)
{
	const struct session_grant grant = {.record = &a->record,
	    .claim = &a->claim,
	    .groups = a->groups,
	    .snapshot = a->snapshot,
	    .obligations = a->obligations,
	    .uid = a->claim.uid,
	    .answered = a->answered != 0};

	if (phases_grant(a->all, &grant) < 0)
		return -1;
	a->groups = NULL;
	return 0;
}

static void
on_recorded(void *arg, bool on_disk, uint64_t sequence)
{
	struct attempt *a = arg;

	(void)sequence;
	if (on_disk && a->subject != NULL)
		recent_add(&a->subject->recent, &a->record);
	if (on_disk && a->login_channel != NULL &&
	    (a->record.outcome == OUTCOME_DENIED ||
		a->record.outcome == OUTCOME_ERROR)) {
		refuse_later(a);
		return;
	}
	if (on_disk && a->record.outcome == OUTCOME_GRANTED &&
	    make_session(a) == 0)
		tell_all(a, RESULT_GRANTED);
	else
		tell_all(a, RESULT_UNAVAILABLE);
	attempt_free(a);
}

/* Whoever is refused reads the same.  Only who was shown a seed, and has typed
 * a code of it, is told what came of that. */
static enum people_text
words_of(const struct attempt *a, enum reason reason)
{
	if (a->enrolment == NULL)
		return PEOPLE_REFUSED;
	return reason == REASON_ENROLLED       ? PEOPLE_ENROLLED
	       : reason == REASON_FORM_IGNORED ? PEOPLE_FORM_IGNORED
					       : PEOPLE_REFUSED;
}

/* The one final record.  From here on nothing changes the outcome but audit,
 * and that only from a grant to an error. */
void
attempt_end(struct attempt *a, enum outcome outcome, enum reason reason)
{
	struct authority *all = a->all;

	if (a->state >= ATTEMPT_RECORDING)
		return;
	if (a->verdict == 0 && !a->decoy)
		directory_forget(all, &a->question);
	if (a->state == ATTEMPT_LOADING)
		subject_forget(&all->subjects, a->record.subject, a);
	a->told = words_of(a, reason);
	enrolment_end(a);
	a->state = ATTEMPT_RECORDING;
	a->record.outcome = (uint8_t)outcome;
	reason_write(reason, a->record.reason);
	a->record.time_ms = clock_wall_ms();
	explicit_bzero(a->code, sizeof a->code);
	if (a->login_channel == NULL && a->redeem == NULL &&
	    outcome == OUTCOME_GRANTED)
		a->record.outcome = OUTCOME_ABORTED;
	if (audit_append(&all->audit, &a->record, a->slot, on_recorded, a) < 0)
		loop_timer_at(all->loop, &a->timer, 0, on_no_memory, a);
}

static void
on_deadline(void *arg)
{
	struct attempt *a = arg;

	tell_all(a, RESULT_UNAVAILABLE);
	/* audit is slow or gone; its record will come, and a grant's will be
	 * followed by the one of a session that nobody opened */
	if (a->state >= ATTEMPT_RECORDING)
		return;
	attempt_end(a,
	    a->state == ATTEMPT_COLLECT || a->state == ATTEMPT_ENROL
		? OUTCOME_ABORTED
		: OUTCOME_ERROR,
	    REASON_DEADLINE);
}

void
attempt_end_at(struct attempt *a, uint64_t deadline)
{
	loop_timer_at(a->all->loop, &a->timer, deadline, on_deadline, a);
}
