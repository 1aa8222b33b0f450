/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One attempt, from BEGIN to its one final record.  course.h has its order.
 */
#ifndef AUTHORITY_ATTEMPT_ATTEMPT_H
#define AUTHORITY_ATTEMPT_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/link/directory_link.h"
#include "gatewayd/authority/session/claim.h"
#include "gatewayd/authority/subject/groups.h"
#include "gatewayd/authority/subject/subject_attributes.h"
#include "lib/base/people.h"
#include "lib/ipc/messages.h"

struct login_channel;
struct enrolment;
struct policy_obligations;
struct policy_request;
struct redeem;

enum attempt_state {
	ATTEMPT_LOOKUP,	   /* waits for directory's answer */
	ATTEMPT_LOADING,   /* waits for the store's credentials */
	ATTEMPT_COLLECT,   /* waits for the person's answers */
	ATTEMPT_VERIFY,	   /* has answers, waits for the verdict */
	ATTEMPT_ENROL,	   /* waits for the code of a new seed */
	ATTEMPT_ENROLLING, /* that code was right; writes the credential */
	ATTEMPT_CLAIMED,   /* nothing was asked; waits for the module */
	ATTEMPT_RECORDING, /* waits for the receipt of the final record */
	ATTEMPT_DELAY	   /* has the receipt; delays the refusal */
};

struct attempt {
	struct table_item item;
	struct authority *all;
	enum attempt_state state;
	struct login_channel *login_channel; /* NULL: the person is gone */
	struct redeem *redeem; /* the module, if it waits for the record */
	struct directory_question question; /* the lookup */
	uint8_t ticket[TICKET];
	struct claim claim;
	/* the record as it grows; its attempt field is the id */
	struct msg_AUDIT_APPEND_REQ record;
	int slot;
	struct loop_timer timer; /* deadline, then the refusal's delay */
	uint64_t answered;	 /* when the answers came; 0: not yet */
	struct snapshot *snapshot;
	struct subject *subject; /* held; NULL: an unknown person */
	struct groups *groups;
	struct subject_attributes *attributes; /* names are the snapshot's */
	const struct policy_obligations *obligations; /* of a grant */
	bool outage;	     /* no lookup was possible */
	bool reserved;	     /* a try of the subject is reserved */
	bool decoy;	     /* directory binds as no entry */
	enum reason refusal; /* set as soon as the refusal is certain */
	/* a reason of the entry that a bind may still disprove */
	enum reason unsure;
	bool code_first; /* the code was wrong, before any bind */
	bool grace;	 /* refused, but the right password opens enrolment */
	struct enrolment *enrolment; /* in the second round */
	enum people_text told;	     /* of a refusal; of who enrols, its own */
	uint32_t proven;	     /* by sshd, before us: POLICY_* */
	uint32_t collect;	     /* the factors to ask for */
	uint8_t verdict;	     /* enum verdict; 0: not yet */
	uint8_t verdict_state;
	size_t code_size;
	uint8_t code[64];
};

/* The policy's request, with the factors that sshd had proven. */
void attempt_request(const struct attempt *a, struct policy_request *r);

#endif
