/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_invite.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/subject/invite.h"

static void
on_invited(void *arg, enum store_status status)
{
	struct admin *a = arg;

	if (status == STORE_OK)
		admin_record(a, OUTCOME_INVITED, INVITATION_ID);
	else
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the store did not take the invitation");
	admin_let_go(a);
}

/* A person whose name was changed has credentials that open the old name and
 * no other: whoever wants to help is told which, and how. */
static void
refuse_enrolled(struct admin *a)
{
	char text[TEXT_MAX + 1] = "has a second factor already";

	for (size_t i = 0; i < a->work.subject->credential_count; i++) {
		const struct credential *c = &a->work.subject->credential[i];

		if (strcmp(c->name, a->work.name) == 0) {
			admin_answer(
			    a, ADMIN_NO, "has a second factor already");
			return;
		}
		snprintf(text, sizeof text,
		    "has a second factor that opens only %s: revoke it (its "
		    "id: sallyport factor list %.64s), then invite again",
		    c->name, a->work.name);
	}
	admin_answer(a, ADMIN_NO, text);
}

void
admin_invite(struct admin *a)
{
	if (a->work.subject->credential_count > 0) {
		refuse_enrolled(a);
		return;
	}
	admin_hold(a);
	invite_begin(a->all, a->work.subject, a->work.name, on_invited, a);
}

void
admin_invite_list(struct admin *a)
{
	const struct invitation *i = a->work.subject->invitation;
	struct msg_ADMIN_FACTORS_ANS *f;
	struct message m;

	if (i == NULL)
		return;
	admin_answer_init(a, &m);
	f = &m.u.ADMIN_FACTORS_ANS;
	snprintf(f->credential, sizeof f->credential, "%s", INVITATION_ID);
	snprintf(f->kind, sizeof f->kind, "invited");
	memcpy(f->name, i->name, sizeof f->name);
	if (invitation_start(
		i, a->all->seal, a->work.subject->id, &f->created_ms) < 0)
		snprintf(f->label, sizeof f->label, "unreadable: revoke it");
	else if (i->ended)
		snprintf(f->label, sizeof f->label, "over: revoke it");
	admin_item(a, &m);
}

bool
admin_invite_is_meant(const struct admin *a)
{
	return a->work.subject->invitation != NULL &&
	       strcmp(a->work.request.revoke.credential, INVITATION_ID) == 0;
}

static void
on_uninvited(void *arg, enum store_status status)
{
	struct admin *a = arg;

	if (status == STORE_OK || status == STORE_ABSENT)
		admin_record(a, OUTCOME_REVOKED, INVITATION_ID);
	else
		admin_answer(a, ADMIN_UNAVAILABLE,
		    status == STORE_CONFLICT
			? "it was changed just now: try again"
			: "the store did not answer: try again");
	admin_let_go(a);
}

void
admin_invite_revoke(struct admin *a)
{
	admin_hold(a);
	invite_end(a->all, a->work.subject, on_uninvited, a);
}

static void
on_superseded(void *arg, enum store_status status)
{
	struct admin *a = arg;
	void (*then)(struct admin *) = a->work.then;

	if ((status == STORE_OK || status == STORE_ABSENT) && !a->gone) {
		a->work.then = NULL;
		then(a);
	} else if (status == STORE_OK || status == STORE_ABSENT)
		/* nobody is there for what was to come after it */
		admin_record(a, OUTCOME_REVOKED, INVITATION_ID);
	else
		admin_answer(a, ADMIN_UNAVAILABLE,
		    "the invitation could not be ended: try again");
	admin_let_go(a);
}

void
admin_invite_supersede(struct admin *a, void (*then)(struct admin *))
{
	if (a->work.subject->invitation == NULL) {
		then(a);
		return;
	}
	a->work.then = then;
	admin_hold(a);
	invite_end(a->all, a->work.subject, on_superseded, a);
}
