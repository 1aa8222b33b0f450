/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the policy's request about a person, for the attempt and for each
 * renewal of a lease.  One function serves both.  If one of two functions
 * forgot a condition, the attempt and the renewal would decide differently.
 */
#ifndef AUTHORITY_RULING_H
#define AUTHORITY_RULING_H

#include <stdint.h>

#include "lib/base/reason.h"
#include "lib/ipc/messages.h"
#include "policy/policy.h"

struct subject_attributes;
struct groups;

/* The parts of the request.  All of them must live as long as the request. */
struct ruling_about {
	const struct msg_AUDIT_APPEND_REQ *record;   /* who, where, what for */
	uint8_t employment;			     /* enum employment */
	const struct groups *groups;		     /* NULL: none */
	const struct subject_attributes *attributes; /* NULL: none */
	uint32_t proven;			     /* POLICY_* */
	int64_t opened_ms; /* when the session opened; 0: none is open */
};

void ruling_request(const struct ruling_about *a, struct policy_request *r);
/* The reason for a record, of a reason of the policy. */
enum reason ruling_reason(enum policy_reason reason);

#endif
