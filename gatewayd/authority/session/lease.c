/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/lease.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/approvers.h"
#include "gatewayd/authority/ruling.h"
#include "gatewayd/authority/session/ending.h"
#include "gatewayd/authority/session/session.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/subject_attributes.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "policy/policy.h"

#define RESUME_MS 30000 /* within which all resumed ones are asked about */
#define RETRY_MS 30000	/* at the most, while directory is away */

static void on_timer(void *arg);

static void
wait_until(struct session *s, uint64_t deadline)
{
	loop_timer_at(s->all->loop, &s->lease.timer, deadline, on_timer, s);
}

static void
next_renewal(struct session *s)
{
	s->lease.until = 0;
	wait_until(s, clock_mono_ms() + (uint64_t)s->lease.seconds * 1000);
}

void
lease_begin(struct session *s)
{
	if (s->obligations->lease_seconds == 0)
		return;
	s->lease.seconds = s->obligations->lease_seconds;
	next_renewal(s);
}

void
lease_resume(struct session *s)
{
	uint64_t within;
	uint8_t part;

	lease_begin(s);
	if (s->lease.seconds == 0 || RAND_bytes(&part, 1) != 1)
		return;
	within = (uint64_t)s->lease.seconds * 1000;
	if (within > RESUME_MS)
		within = RESUME_MS;
	wait_until(s, clock_mono_ms() + within * part / 256);
}

/* ---- the question ---- */

/* There was no answer: eight tries within one more lease, or one in half a
 * minute where that is more. */
static void
ask_again_later(struct session *s)
{
	uint64_t pause = (uint64_t)s->lease.seconds * 1000 / 8;
	uint64_t next;

	if (pause > RETRY_MS)
		pause = RETRY_MS;
	next = clock_mono_ms() + pause;
	wait_until(s, next < s->lease.until ? next : s->lease.until);
}

static void on_entry(void *arg, const struct directory_answer *answer);

static void
ask_directory(struct session *s)
{
	struct directory_question *q = &s->lease.question;

	memset(q, 0, sizeof *q);
	snprintf(q->name, sizeof q->name, "%s", s->record.name);
	q->answer = on_entry;
	q->arg = s;
	/* directory answers every question, or its channel ends */
	wait_until(s, s->lease.until);
	if (RAND_bytes(q->id, sizeof q->id) != 1 ||
	    directory_ask(s->all, q) < 0) {
		session_stop_lease(s);
		ask_again_later(s);
	}
}

static void
on_subject(void *arg, struct subject *subject, bool ok)
{
	struct session *s = arg;

	s->lease.loading = false;
	if (!ok) {
		ask_again_later(s);
		return;
	}
	s->lease.subject = subject;
	ask_directory(s);
}

/* An approval that was withdrawn since is no more; the store is asked only
 * where one was part of the proof. */
static void
ask(struct session *s)
{
	if ((s->record.verified & POLICY_APPROVAL) == 0) {
		ask_directory(s);
		return;
	}
	wait_until(s, s->lease.until);
	s->lease.loading = true;
	subject_hold(&s->all->subjects, s->record.subject, on_subject, s);
}

static void
on_timer(void *arg)
{
	struct session *s = arg;
	uint64_t now = clock_mono_ms();

	if (s->lease.until == 0) {
		s->lease.until = now + (uint64_t)s->lease.seconds * 1000;
	} else if (now >= s->lease.until) {
		ending_begin(s, REASON_LEASE_UNAVAILABLE);
		return;
	}
	ask(s);
}

/* ---- the answer ---- */

/* What a renewal knows that the login did not. */
struct renewal {
	uint8_t employment;
	struct groups *groups;
	struct subject_attributes *attributes;
	struct approvals approvals;
	struct approvers approvers;
};

static void
decide(const struct session *s, struct renewal *n, struct policy_decision *d)
{
	const struct policy *policy = s->all->snapshot->policy;
	const struct approvers_about approved = {
	    policy, &n->approvals, &s->record, s->uid};
	struct ruling_about about = {.record = &s->record,
	    .employment = n->employment,
	    .groups = n->groups,
	    .attributes = n->attributes,
	    .proven = s->record.verified & ~POLICY_APPROVAL,
	    .opened_ms = s->opened_ms};
	struct policy_request r;

	ruling_request(&about, &r);
	approvers_request(&approved, &n->approvers, &r);
	policy_decide(policy, &r, d);
}

/* Until when the approvals last that the rule asks for; now if they are not
 * enough, which the policy has not said. */
static int64_t
approved_until(const struct renewal *n, const struct policy_way *way)
{
	struct msg_AUDIT_APPEND_REQ record = {0};

	return approvers_choose(&n->approvers, &way->approval, &record)
		   ? record.approval_ends_ms
		   : n->approvers.now_ms;
}

static void
refuse(struct session *s, enum reason why, const char *rule)
{
	snprintf(s->record.rule, sizeof s->record.rule, "%s", rule);
	session_save(s); /* it ends now, kept or not */
	ending_begin(s, (enum reason)(REASON_LEASE | why));
}

/* The session goes on under the rule that lets it in now: tokens, groups and
 * lease are that rule's.  Its end comes nearer if the rule says so, and is
 * never put off. */
static int
renew(
    struct session *s, const struct renewal *n, const struct policy_decision *d)
{
	const struct policy_obligations *o = d->ways[0].obligations;
	uint32_t seconds = o->session_seconds > 0
			       ? o->session_seconds
			       : s->all->conf.session_seconds;
	int64_t ends;

	free(s->groups);
	s->groups = n->groups;
	s->record.employment = n->employment;
	snapshot_release(s->snapshot);
	s->snapshot = snapshot_hold(s->all->snapshot);
	s->obligations = o;
	free(s->resumed);
	s->resumed = NULL;
	snprintf(s->record.rule, sizeof s->record.rule, "%s", d->rule);
	if (o->lease_seconds > 0)
		s->lease.seconds = o->lease_seconds;
	ends = s->opened_ms + (int64_t)seconds * 1000;
	if ((d->ways[0].factors & POLICY_APPROVAL) != 0 &&
	    approved_until(n, &d->ways[0]) < ends)
		ends = approved_until(n, &d->ways[0]);
	if (ends < s->ends_ms) {
		s->ends_ms = ends;
		ending_at(s);
	}
	if (session_save(s) < 0)
		return -1;
	s->lease.renewed_ms = clock_wall_ms();
	return 0;
}

static void
judge(struct session *s, const struct msg_DIRECTORY_LOOKUP_ANS *m,
    struct renewal *n)
{
	enum reason why;
	struct policy_decision d;

	/* just after a reload directory may not have fetched what the policy
	 * names now: that is no answer yet */
	n->attributes =
	    subject_attributes_take(s->all->snapshot->policy, m, &why);
	n->groups =
	    groups_copy(m->group_count, (char(*)[GROUP_MAX + 1]) m->group);
	n->employment = m->employment;
	if (n->attributes == NULL || n->groups == NULL ||
	    !snapshot_was_asked(s->all->snapshot, m)) {
		free(n->attributes);
		free(n->groups);
		ask_again_later(s);
		return;
	}
	decide(s, n, &d);
	free(n->attributes);
	if (d.outcome != POLICY_PERMIT) {
		free(n->groups);
		refuse(s, ruling_reason(d.reason), d.rule);
	} else if (renew(s, n, &d) < 0) {
		ask_again_later(s);
	} else {
		next_renewal(s);
	}
}

static void
answered(
    struct session *s, const struct directory_answer *answer, struct renewal *n)
{
	if (answer->reason == REASON_DIRECTORY_UNAVAILABLE)
		ask_again_later(s);
	else if (answer->reason != REASON_NONE)
		refuse(s, answer->reason, "");
	else if (strcmp(answer->entry->subject, s->record.subject) != 0)
		refuse(s, REASON_ANOTHER_PERSON, "");
	else
		judge(s, answer->entry, n);
}

/* The approvals are those of this moment: one that was withdrawn while
 * directory was asked is no more. */
static void
on_entry(void *arg, const struct directory_answer *answer)
{
	struct session *s = arg;
	struct renewal n = {.employment = 0};
	bool known =
	    s->lease.subject == NULL ||
	    approvals_copy(&n.approvals, &s->lease.subject->approvals) == 0;

	session_stop_lease(s);
	if (known)
		answered(s, answer, &n);
	else
		ask_again_later(s);
	approvals_clear(&n.approvals);
}
