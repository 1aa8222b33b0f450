/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides whether a person may enrol a second factor under a rule with "grace".
 * The decision that grants an attempt does not use invitations.  This one leads
 * to an enrolment, and to nothing else.
 */
#ifndef AUTHORITY_ATTEMPT_GRACE_H
#define AUTHORITY_ATTEMPT_GRACE_H

#include "gatewayd/authority/attempt/attempt.h"
#include "policy/policy.h"

/*
 * True if the person was invited, has no credential at all, and some rule with
 * grace would need nothing but the password.  In any doubt false.
 */
bool grace_opens(const struct attempt *a, struct policy_way *way_r);

#endif
