/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_CHANGE_CHANGE_ORDER_H
#define AUTHORITY_CHANGE_CHANGE_ORDER_H

#include "gatewayd/authority/subject/approval.h"
#include "gatewayd/authority/subject/credential.h"
#include "gatewayd/authority/subject/invitation.h"
#include "lib/ipc/messages.h"

/* What is to be there: the one that the outcome is about; for a change that
 * takes something away, nothing. */
struct change_order {
	struct msg_AUDIT_APPEND_REQ record;
	struct credential credential; /* OUTCOME_ENROLLED */
	struct invitation invitation; /* OUTCOME_INVITED */
	struct approval approval;     /* OUTCOME_GIVEN */
};

#endif
