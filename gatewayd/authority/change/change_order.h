/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_CHANGE_CHANGE_ORDER_H
#define AUTHORITY_CHANGE_CHANGE_ORDER_H

#include "gatewayd/authority/credential/credential.h"
#include "gatewayd/authority/subject/approval.h"
#include "gatewayd/authority/subject/invitation.h"
#include "lib/ipc/messages.h"

/* The change to make.  Of the last three members one is set, as the outcome
 * says; none if the change takes something away. */
struct change_order {
	struct msg_AUDIT_APPEND_REQ record;
	struct credential credential; /* OUTCOME_ENROLLED */
	struct invitation invitation; /* OUTCOME_INVITED */
	struct approval approval;     /* OUTCOME_GIVEN */
};

#endif
