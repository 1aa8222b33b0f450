/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may enrol a second factor by "grace" of the policy.  The decision that
 * grants never hears of an invitation: what is asked here opens the way to an
 * enrolment and to nothing else.
 */
#ifndef AUTHORITY_ATTEMPT_GRACE_H
#define AUTHORITY_ATTEMPT_GRACE_H

#include "gatewayd/authority/attempt/attempt.h"
#include "policy/policy.h"

/* Is there a way in that asks for the password, and for nothing that could be
 * asked for besides, once what has to be enrolled is left out?  Only for a
 * person who was invited and has no credential at all; at any doubt, none. */
bool grace_opens(const struct attempt *a, struct policy_way *way_r);

#endif
