/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An attempt, from BEGIN to its one final record.  The order is fixed.  Look
 * the person up.  Collect answers.  Reserve the try.  Let directory bind with
 * the password, and verify the code.  Ask the policy again with the proven
 * factors. Write the record.  Grant only after its receipt.
 */
#ifndef AUTHORITY_ATTEMPT_ATTEMPT_H
#define AUTHORITY_ATTEMPT_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/link/directory_link.h"
#include "gatewayd/authority/session/claim.h"
#include "gatewayd/authority/subject/subject_attributes.h"
#include "gatewayd/authority/subject/groups.h"
#include "lib/ipc/messages.h"

struct login_channel;
struct enrolment;
struct pamwire_redeem;
struct redeem;
struct policy_obligations;

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
	bool grace; /* refused, but the right password opens enrolment */
	struct enrolment *enrolment; /* in the second round */
	bool enrolled;		     /* refused with words of its own */
	uint32_t proven;	     /* by sshd, before us: POLICY_* */
	uint32_t collect;	     /* the factors to ask for */
	uint8_t verdict;	     /* enum verdict; 0: not yet */
	uint8_t verdict_state;
	size_t code_size;
	uint8_t code[64];
};

/*
 * Begins an attempt.  Calls conversation_collect() or conversation_result(),
 * later or at once.  NULL: there is no room; no attempt began, and no record is
 * needed.
 */
struct attempt *attempt_open(struct authority *all, struct login_channel *c,
    const struct msg_AUTHORITY_OPEN_REQ *m);
void attempt_answer(
    struct attempt *a, const struct msg_AUTHORITY_ANSWER_REQ *m);
/* The conversation has ended.  The attempt does not use it any more. */
void attempt_gone(struct attempt *a);

/*
 * If the person was asked for no factor, a permit depends only on the factors
 * that sshd had proven, as login reports them.  So no grant is recorded before
 * the module reports the same: this is the module's report.  True: the report
 * matches, and redeem_decided() will be called later.  False: there is no such
 * attempt, or the report differs.
 */
bool attempt_claim(struct authority *all, const struct pamwire_redeem *m,
    struct redeem *redeem);
/* The module does not wait any more. */
void attempt_unclaim(struct attempt *a);

/* Ends an attempt with the outcome of an enrolment. */
void attempt_end(struct attempt *a, enum outcome outcome, enum reason reason);

/* from directory */
void attempt_verdict(
    struct authority *all, const struct msg_DIRECTORY_VERDICT_NOTE *m);
/* directory is gone, so no verdict will come. */
void attempts_without_verdict(struct authority *all);

#endif
