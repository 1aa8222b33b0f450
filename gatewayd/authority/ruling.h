/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the policy is asked about a person: at the attempt, and again at each
 * renewal of a session's lease.  One function makes the request for both: a
 * condition that one of them forgot would let people in whom the other ends,
 * or the other way round.
 */
#ifndef AUTHORITY_RULING_H
#define AUTHORITY_RULING_H

#include <stdint.h>

#include "lib/base/reason.h"
#include "lib/ipc/messages.h"
#include "policy/policy.h"

struct subject_attributes;
struct groups;

/* What the request is made of.  All of it is borrowed, and lives as long as
 * the request does. */
struct ruling_about {
	const struct msg_AUDIT_APPEND_REQ *record;   /* who, where, what for */
	uint8_t employment;			     /* enum employment */
	const struct groups *groups;		     /* NULL: none */
	const struct subject_attributes *attributes; /* NULL: none */
	uint32_t proven;			     /* POLICY_* */
	int64_t opened_ms; /* when the session opened; 0: none is open */
};

void ruling_request(const struct ruling_about *a, struct policy_request *r);
/* The policy's reason in the words of records. */
enum reason ruling_reason(enum policy_reason reason);

#endif
