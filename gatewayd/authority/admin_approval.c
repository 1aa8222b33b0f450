/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin_approval.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/common/clock.h"
#include "gatewayd/common/name.h"

#define TEXT_REFERENCE                                                      \
	"the reference must be 1 to 64 printable ASCII characters without " \
	"blanks"

static struct approvals *
theirs(struct admin *a)
{
	return &a->subject->approvals;
}

static int
key_of(const struct admin *a, char *out, size_t size)
{
	return approval_key(out, size, a->subject_id, a->approval.reference);
}

static void
make_record(
    struct admin *a, struct msg_AUDIT_APPEND_REQ *r, enum outcome outcome)
{
	const struct approval *p = &a->approval;

	admin_record_init(a, r, outcome, REASON_APPROVAL_CHANGE);
	memcpy(r->approval, p->reference, sizeof r->approval);
	memcpy(r->approver, p->giver, sizeof r->approver);
	memcpy(r->approval_service, p->service, sizeof r->approval_service);
	r->approval_ends_ms = p->ends_ms;
}

/* ---- give ---- */

void
admin_approval_take_give(struct admin *a, const struct msg_ADMIN_GIVE_REQ *m)
{
	struct approval *p = &a->approval;

	a->request = MSG_ADMIN_GIVE_REQ;
	*p = (struct approval){0};
	memcpy(a->actor, m->actor, sizeof a->actor);
	memcpy(p->reference, m->approval, sizeof p->reference);
	a->approval_seconds = m->seconds;
	if (name_reference(m->approval, APPROVAL_MAX) < 0)
		admin_answer(a, ADMIN_NO, TEXT_REFERENCE);
	else if (m->seconds == 0 || m->seconds > APPROVAL_SECONDS_MAX)
		admin_answer(
		    a, ADMIN_NO, "an approval is for 1 second to 30 days");
	else if (m->service[0] != '\0' &&
		 name_canonical(m->service, strlen(m->service), p->service,
		     sizeof p->service) < 0)
		admin_answer(a, ADMIN_NO, "the service is no name of one");
	else if (name_canonical(
		     m->actor, strlen(m->actor), p->giver, sizeof p->giver) < 0)
		admin_answer(a, ADMIN_NO, "who gives it has no user name");
	else
		admin_look_up(a, MSG_ADMIN_GIVE_REQ, m->name);
}

/* Not given: its place is free again. */
static void
fail_give(struct admin *a, enum admin_status status, const char *text)
{
	approvals_drop(
	    theirs(a), approvals_find(theirs(a), a->approval.reference));
	admin_answer(a, status, text);
	admin_let_go(a);
}

static void
on_given(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;
	struct message m;

	if (s->status != STORE_OK) {
		fail_give(a, ADMIN_UNAVAILABLE,
		    "recorded, but the store did not take it, as far as is "
		    "known: withdraw it and give it again");
		return;
	}
	approvals_find(theirs(a), a->approval.reference)->pending = false;
	message_init(&m, MSG_ADMIN_GIVE_ANS);
	m.u.ADMIN_GIVE_ANS.status = ADMIN_OK;
	memcpy(m.u.ADMIN_GIVE_ANS.subject, a->subject_id,
	    sizeof m.u.ADMIN_GIVE_ANS.subject);
	m.u.ADMIN_GIVE_ANS.ends_ms = a->approval.ends_ms;
	channel_post(&a->channel, &m);
	admin_idle(a);
	admin_let_go(a);
}

static void
on_give_recorded(void *arg, bool on_disk, uint64_t sequence)
{
	struct admin *a = arg;
	uint8_t value[VALUE_MAX];
	char key[KEY_MAX + 1];
	size_t size;

	(void)sequence;
	if (!on_disk) {
		fail_give(a, ADMIN_UNAVAILABLE,
		    "not given: the record could not be written");
		return;
	}
	if (approval_encode(&a->approval, a->all->seal, a->subject_id, value,
		sizeof value, &size) < 0 ||
	    key_of(a, key, sizeof key) < 0) {
		fail_give(a, ADMIN_UNAVAILABLE,
		    "recorded, but it could not be sealed: give it again");
		return;
	}
	store_put_until(&a->all->store, key, 0, a->approval.ends_ms, value,
	    size, on_given, a);
}

static void
on_place(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;
	struct msg_AUDIT_APPEND_REQ r;

	if (s->status == STORE_OK) {
		fail_give(a, ADMIN_NO,
		    "the store holds one of that reference: withdraw it first");
		return;
	}
	if (s->status != STORE_ABSENT) {
		fail_give(a, ADMIN_UNAVAILABLE, "the store did not answer");
		return;
	}
	make_record(a, &r, OUTCOME_GIVEN);
	if (audit_append(&a->all->audit, &r, -1, on_give_recorded, a) < 0)
		on_give_recorded(a, false, 0);
}

void
admin_approval_give(struct admin *a)
{
	struct approval *p = &a->approval;
	char key[KEY_MAX + 1];

	if (strcmp(p->giver, a->name) == 0) {
		admin_answer(a, ADMIN_NO, "nobody approves of themselves");
		return;
	}
	p->given_ms = clock_wall_ms();
	p->ends_ms = p->given_ms + (int64_t)a->approval_seconds * 1000;
	p->pending = true;
	approvals_expire(theirs(a), p->given_ms);
	if (approvals_find(theirs(a), p->reference) != NULL) {
		admin_answer(a, ADMIN_NO,
		    "has an approval of that reference: withdraw it first");
		return;
	}
	if (snprintf(p->name, sizeof p->name, "%s", a->name) >=
		(int)sizeof p->name ||
	    key_of(a, key, sizeof key) < 0) {
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the directory's stable id cannot be used");
		return;
	}
	if (approvals_add(theirs(a), p) < 0) {
		admin_answer(a, ADMIN_NO,
		    "has as many approvals as there may be: withdraw one");
		return;
	}
	admin_hold(a);
	store_get(&a->all->store, key, on_place, a);
}

/* ---- withdraw ---- */

void
admin_approval_take_withdraw(
    struct admin *a, const struct msg_ADMIN_WITHDRAW_REQ *m)
{
	a->request = MSG_ADMIN_WITHDRAW_REQ;
	a->approval = (struct approval){0};
	memcpy(a->actor, m->actor, sizeof a->actor);
	memcpy(
	    a->approval.reference, m->approval, sizeof a->approval.reference);
	if (name_reference(m->approval, APPROVAL_MAX) < 0)
		admin_answer(a, ADMIN_NO, TEXT_REFERENCE);
	else
		admin_look_up(a, MSG_ADMIN_WITHDRAW_REQ, m->name);
}

static void
end_withdraw(struct admin *a, enum admin_status status, const char *text)
{
	admin_answer(a, status, text);
	admin_let_go(a);
}

static void
on_withdraw_recorded(void *arg, bool on_disk, uint64_t sequence)
{
	(void)sequence;
	if (on_disk)
		end_withdraw(arg, ADMIN_OK, "");
	else
		end_withdraw(arg, ADMIN_UNAVAILABLE,
		    "withdrawn, but the record could not be written");
}

static void
on_withdrawn(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;
	struct msg_AUDIT_APPEND_REQ r;

	if (s->status != STORE_OK && s->status != STORE_ABSENT) {
		end_withdraw(a, ADMIN_UNAVAILABLE,
		    "the store did not answer, and gatewayd would have it back "
		    "at its next start: withdraw it again");
		return;
	}
	make_record(a, &r, OUTCOME_WITHDRAWN);
	if (audit_append(&a->all->audit, &r, -1, on_withdraw_recorded, a) < 0)
		on_withdraw_recorded(a, false, 0);
}

/* What is there is taken away, also when it is not one of ours. */
static void
on_there(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;
	struct approval there;
	char key[KEY_MAX + 1];

	if (s->status == STORE_ABSENT && !a->approval_known) {
		end_withdraw(a, ADMIN_NO, "has no approval of that reference");
		return;
	}
	if (s->status != STORE_OK) {
		on_withdrawn(a, s);
		return;
	}
	key_of(a, key, sizeof key); /* it did fit */
	if (!a->approval_known &&
	    approval_decode(&there, a->all->seal, a->subject_id,
		a->approval.reference, s->value, s->value_size) == 0)
		a->approval = there;
	store_delete(&a->all->store, key, s->version, on_withdrawn, a);
}

void
admin_approval_withdraw(struct admin *a)
{
	struct approval *known =
	    approvals_find(theirs(a), a->approval.reference);
	char key[KEY_MAX + 1];

	if (known != NULL && known->pending) {
		admin_answer(a, ADMIN_NO, "is being given just now: try again");
		return;
	}
	if (key_of(a, key, sizeof key) < 0) {
		admin_answer(a, ADMIN_NO, "has no approval of that reference");
		return;
	}
	a->approval_known = known != NULL;
	if (known != NULL) {
		a->approval = *known;
		/* whatever the store says: it opens nothing from now on */
		approvals_drop(theirs(a), known);
	}
	admin_hold(a);
	store_get(&a->all->store, key, on_there, a);
}

/* ---- list ---- */

void
admin_approval_take_list(
    struct admin *a, const struct msg_ADMIN_APPROVALS_REQ *m)
{
	a->request = MSG_ADMIN_APPROVALS_REQ;
	a->subject_id[0] = '\0';
	if (m->name[0] != '\0')
		admin_look_up(a, MSG_ADMIN_APPROVALS_REQ, m->name);
	else
		admin_approval_list(a);
}

/* -1: the channel does not take it. */
static int
post_item(struct admin *a, const struct store_answer *s)
{
	struct msg_ADMIN_APPROVALS_ANS *i;
	struct approval p;
	struct message m;

	message_init(&m, MSG_ADMIN_APPROVALS_ANS);
	i = &m.u.ADMIN_APPROVALS_ANS;
	i->status = ADMIN_OK;
	if (approval_of_key(s->key, i->subject, i->approval) < 0)
		return 0;
	if (approval_decode(&p, a->all->seal, i->subject, i->approval, s->value,
		s->value_size) == 0) {
		memcpy(i->name, p.name, sizeof p.name);
		memcpy(i->service, p.service, sizeof i->service);
		memcpy(i->giver, p.giver, sizeof i->giver);
		i->given_ms = p.given_ms;
		i->ends_ms = p.ends_ms;
	}
	return channel_post(&a->channel, &m);
}

static void
on_item(void *arg, const struct store_answer *s)
{
	struct admin *a = arg;

	if (s->status == STORE_OK) {
		if (!a->gone && post_item(a, s) < 0) {
			/* half a list must not look like a whole one */
			channel_close(&a->channel);
			a->gone = true;
		}
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

	if (a->subject_id[0] != '\0')
		fits = approval_key(prefix, sizeof prefix, a->subject_id, "");
	else
		snprintf(prefix, sizeof prefix, "%s", APPROVAL_KEYS);
	if (fits < 0) {
		admin_answer(a, ADMIN_NO, "has no approval");
		return;
	}
	admin_hold(a);
	store_list(&a->all->store, prefix, on_item, a);
}
