/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/recovery/rights.h"

#include "gatewayd/authority/change/change_rows.h"
#include "gatewayd/authority/subject/revocation.h"
#include "gatewayd/authority/subject/settle.h"

void
rights_mark(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct credential mark;

	message_replayed_record(m, &r);
	change_mark(&r, &mark);
	subject_mark(&all->subjects, m->subject, &mark);
}

int
rights_replayed(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m)
{
	struct subjects *s = &all->subjects;
	int result = 0;

	if (m->subject[0] == '\0')
		return 0; /* it is about the policy */
	switch (m->outcome) {
	case OUTCOME_REVOKED:
		result = revocation_add(s, m->subject, false, m->credential);
		break;
	case OUTCOME_WITHDRAWN:
		result = revocation_add(s, m->subject, true, m->approval);
		break;
	case OUTCOME_ENROLLED: /* which ends the invitation */
		result = revocation_add(s, m->subject, false, INVITATION_ID);
		break;
	case OUTCOME_INVITED:
		revocation_drop(s, m->subject, false, INVITATION_ID);
		break;
	case OUTCOME_CHANGED:
		rights_mark(all, m);
		break;
	case OUTCOME_UNLOCKED:
		subject_tries(s, m->subject, 0, 0);
		break;
	case OUTCOME_GIVEN:
		revocation_except(
		    s, m->subject, m->approval, m->approval_ends_ms);
		break;
	default:
		break;
	}
	settle_later(s, m->subject);
	return result;
}
