/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_approval.h"

#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gatewayd/authority/admin/admin_guard.h"
#include "gatewayd/authority/approvers.h"
#include "gatewayd/authority/snapshot.h"
#include "lib/base/clock.h"
#include "lib/base/name.h"
#include "policy/policy.h"

#define TEXT_REFERENCE                                                      \
	"the reference must be 1 to 64 printable ASCII characters without " \
	"blanks"

static struct approvals *
theirs(struct admin *a)
{
	return &a->work.subject->approvals;
}

static int
key_of(const struct admin *a, char *out, size_t size)
{
	return approval_key(
	    out, size, a->work.subject_id, a->work.of.approval.item.reference);
}

static void
make_order(struct admin *a, struct change_order *o, enum outcome outcome)
{
	const struct approval *p = &a->work.of.approval.item;
	struct msg_AUDIT_APPEND_REQ *r = &o->record;

	*o = (struct change_order){.approval = *p};
	admin_record_init(a, r, outcome, REASON_APPROVAL_CHANGE);
	approvers_record_one(p, r);
}

/* ---- give ---- */

/* The services of the policy, and administration itself. */
static bool
is_service(const struct policy *policy, const char *name)
{
	if (strcmp(name, GUARD_SERVICE) == 0)
		return true;
	for (size_t i = 0; policy_service(policy, i) != NULL; i++)
		if (strcmp(policy_service(policy, i), name) == 0)
			return true;
	return false;
}

const char *
admin_approval_take_give(struct admin *a)
{
	const struct msg_ADMIN_GIVE_REQ *q = &a->work.request.give;
	struct approval *p = &a->work.of.approval.item;

	memcpy(p->reference, q->approval, sizeof p->reference);
	if (name_reference(q->approval, APPROVAL_MAX) < 0)
		return TEXT_REFERENCE;
	if (q->seconds == 0 || q->seconds > APPROVAL_SECONDS_MAX)
		return "an approval is for 1 second to 30 days";
	if (q->service[0] != '\0' &&
	    name_canonical(q->service, strlen(q->service), p->service,
		sizeof p->service) < 0)
		return "the service does not have the form of a service name";
	if (q->service[0] != '\0' &&
	    !is_service(a->all->snapshot->policy, p->service))
		return "there is no service of that name: sallyport-policy(5) "
		       "lists them";
	if (name_canonical(
		q->actor, strlen(q->actor), p->giver, sizeof p->giver) < 0)
		return "the giver has no user name";
	if (!actor_is_somebody(&a->actor))
		return "you cannot be identified: this process has no "
		       "login uid (pam_loginuid), and belongs to no open "
		       "session";
	p->giver_uid = a->actor.login_uid;
	return NULL;
}

static void
answer_given(struct admin *a)
{
	struct message m;

	admin_answer_init(a, &m);
	m.u.ADMIN_GIVE_ANS.ends_ms = a->work.of.approval.item.ends_ms;
	m.u.ADMIN_GIVE_ANS.known =
	    a->work.of.approval.item.giver_subject[0] != '\0';
	m.u.ADMIN_GIVE_ANS.groups = a->work.of.approval.item.group_count;
	admin_finish(a, &m);
}

static void
give(struct admin *a)
{
	struct approval *p = &a->work.of.approval.item;
	struct change_order o;
	char key[KEY_MAX + 1];

	p->given_ms = clock_wall_ms();
	p->ends_ms = p->given_ms + (int64_t)a->work.request.give.seconds * 1000;
	approvals_expire(theirs(a), p->given_ms);
	if (approvals_find(theirs(a), p->reference) != NULL) {
		admin_answer(a, ADMIN_NO,
		    "already has an approval with that reference: withdraw "
		    "it first");
		return;
	}
	if (snprintf(p->name, sizeof p->name, "%s", a->work.name) >=
		(int)sizeof p->name ||
	    key_of(a, key, sizeof key) < 0) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the directory's stable id cannot be used");
		return;
	}
	if (theirs(a)->count == APPROVALS_MAX) {
		admin_answer(a, ADMIN_NO,
		    "has the maximum number of approvals: withdraw one");
		return;
	}
	make_order(a, &o, OUTCOME_GIVEN);
	a->work.then = answer_given;
	admin_change(a, &o,
	    "not given: the store has an approval with that reference: "
	    "withdraw it first");
}

/* Why the giver cannot approve, or NULL with what is sealed of the giver. */
static const char *
take_giver(struct admin *a, const struct directory_answer *answer)
{
	struct approval *p = &a->work.of.approval.item;

	if (answer->entry == NULL)
		return "not given: the directory does not say who you are";
	if (strcmp(answer->entry->subject, a->actor.subject) != 0)
		return "not given: your name is another person's in the "
		       "directory by now";
	if (answer->reason != REASON_NONE)
		return "not given: your account in the directory is not active";
	memcpy(p->giver_subject, a->actor.subject, sizeof p->giver_subject);
	return approvers_take_groups(
		   a->all->snapshot->policy, answer->entry, p) < 0
		   ? "not given: your groups cannot be sealed"
		   : NULL;
}

static void
on_giver(void *arg, const struct directory_answer *answer)
{
	struct admin *a = arg;
	const char *wrong;

	admin_hold(a);
	if (answer->entry != NULL &&
	    !snapshot_was_asked(a->all->snapshot, answer->entry)) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the policy was loaded meanwhile: try again");
		admin_let_go(a);
		return;
	}
	wrong = take_giver(a, answer);
	if (wrong != NULL)
		admin_answer(a,
		    answer->reason == REASON_DIRECTORY_UNAVAILABLE
			? ADMIN_UNAVAILABLE
			: ADMIN_NO,
		    wrong);
	else
		give(a);
	admin_let_go(a);
}

/* The groups that count are those of this moment.  The directory is asked by
 * the name of the giver's own session, which no process can choose. */
static void
ask_giver(struct admin *a)
{
	struct directory_question *q = &a->work.question;

	memset(q, 0, sizeof *q);
	memcpy(q->name, a->actor.name, sizeof q->name);
	q->answer = on_giver;
	q->arg = a;
	if (RAND_bytes(q->id, sizeof q->id) != 1 ||
	    directory_ask(a->all, q) < 0)
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the directory cannot be reached");
}

void
admin_approval_give(struct admin *a)
{
	const struct approval *p = &a->work.of.approval.item;

	if (strcmp(p->giver, a->work.name) == 0 ||
	    strcmp(a->actor.name, a->work.name) == 0 ||
	    strcasecmp(a->actor.subject, a->work.subject_id) == 0)
		admin_answer(
		    a, ADMIN_NO, "nobody can approve their own logins");
	else if (a->actor.subject[0] != '\0')
		ask_giver(a);
	else
		give(a);
}

/* ---- withdraw ---- */

const char *
admin_approval_take_withdraw(struct admin *a)
{
	const struct msg_ADMIN_WITHDRAW_REQ *q = &a->work.request.withdraw;
	struct approval *p = &a->work.of.approval.item;

	memcpy(p->reference, q->approval, sizeof p->reference);
	return name_reference(q->approval, APPROVAL_MAX) < 0 ? TEXT_REFERENCE
							     : NULL;
}

static void
withdraw(struct admin *a)
{
	struct change_order o;

	make_order(a, &o, OUTCOME_WITHDRAWN);
	admin_change(a, &o, "was changed at the same time: withdraw it again");
}

/* What is there is taken away, also when it is not one of ours. */
static void
on_there(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;
	struct approval there;

	if (s->status != STORE_OK) {
		admin_answer(a,
		    s->status == STORE_ABSENT ? ADMIN_NO : ADMIN_UNAVAILABLE,
		    s->status == STORE_ABSENT
			? "has no approval with that reference"
			: "the store did not answer");
		admin_let_go(a);
		return;
	}
	if (approval_decode(&there, a->all->seal, a->work.subject_id,
		a->work.of.approval.item.reference,
		(struct bytes){s->value, s->value_size}) == 0)
		a->work.of.approval.item = there;
	withdraw(a);
	admin_let_go(a);
}

void
admin_approval_withdraw(struct admin *a)
{
	struct approval *known =
	    approvals_find(theirs(a), a->work.of.approval.item.reference);
	char key[KEY_MAX + 1];

	if (key_of(a, key, sizeof key) < 0) {
		admin_answer(
		    a, ADMIN_NO, "has no approval with that reference");
		return;
	}
	if (known != NULL) {
		a->work.of.approval.item = *known;
		withdraw(a);
		return;
	}
	admin_hold(a);
	store_get(&a->all->store, key, on_there, a);
}

/* ---- list ---- */

static void
tell_item(struct admin *a, const struct store_answer *s)
{
	struct msg_ADMIN_APPROVALS_ANS *i;
	struct approval p;
	struct message m;

	admin_answer_init(a, &m);
	i = &m.u.ADMIN_APPROVALS_ANS;
	if (approval_of_key(s->key, i->subject, i->approval) < 0)
		return;
	if (approval_decode(&p, a->all->seal, i->subject, i->approval,
		(struct bytes){s->value, s->value_size}) == 0) {
		memcpy(i->name, p.name, sizeof p.name);
		memcpy(i->service, p.service, sizeof i->service);
		memcpy(i->giver, p.giver, sizeof i->giver);
		memcpy(i->giver_id, p.giver_subject, sizeof i->giver_id);
		i->groups = p.group_count;
		i->given_ms = p.given_ms;
		i->ends_ms = p.ends_ms;
	}
	admin_item(a, &m);
}

static void
on_item(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;

	if (s->status == STORE_OK) {
		tell_item(a, s);
		return;
	}
	if (s->status == STORE_ABSENT)
		admin_answer(a, ADMIN_OK, "");
	else
		admin_answer(a, ADMIN_UNAVAILABLE, "the store did not answer");
	admin_let_go(a);
}

void
admin_approval_list(struct admin *a)
{
	char prefix[KEY_MAX + 1];
	int fits = 0;

	if (a->work.subject_id[0] != '\0')
		fits =
		    approval_key(prefix, sizeof prefix, a->work.subject_id, "");
	else
		snprintf(prefix, sizeof prefix, "%s", APPROVAL_KEYS);
	if (fits < 0) {
		admin_answer(a, ADMIN_NO, "has no approval");
		return;
	}
	admin_hold(a);
	store_list(&a->all->store, prefix, on_item, a);
}
