/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_invite.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/invitation.h"
#include "policy/policy.h"

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
	struct change_order o;

	if (a->work.subject->credential_count > 0) {
		refuse_enrolled(a);
		return;
	}
	if (!policy_has_grace(a->all->snapshot->policy)) {
		admin_answer(a, ADMIN_NO,
		    "cannot enrol at a login: no rule of the policy has grace. "
		    "Use sallyport factor enrol, or give a rule grace");
		return;
	}
	admin_order(a, &o, OUTCOME_INVITED, INVITATION_ID);
	/* by its beginning a start knows it again */
	if (invitation_new(&o.invitation, a->all->seal, a->work.subject_id,
		a->work.name, o.record.time_ms) < 0)
		admin_answer(
		    a, ADMIN_UNAVAILABLE, "the invitation could not be sealed");
	else
		admin_change(a, &o, "was changed at the same time: try again");
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
	f->created_ms =
	    invitation_start_ms(i, a->all->seal, a->work.subject->id);
	if (f->created_ms == 0)
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
