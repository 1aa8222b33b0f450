/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An attempt from BEGIN to its one final record.  The order is fixed: look
 * up, ask for answers, reserve the try, have the password bound and the code
 * verified, ask the policy again with what was proven, write the record, and
 * only with its receipt grant.
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
	ATTEMPT_LOOKUP,	   /* directory was asked who this is */
	ATTEMPT_LOADING,   /* the store was asked for credentials */
	ATTEMPT_COLLECT,   /* answers are awaited */
	ATTEMPT_VERIFY,	   /* answers are in, the verdict is awaited */
	ATTEMPT_ENROL,	   /* the code of a new seed is awaited */
	ATTEMPT_ENROLLING, /* it was right, and is being written down */
	ATTEMPT_CLAIMED,   /* nobody was asked; the module has to come first */
	ATTEMPT_RECORDING, /* the final record is on its way to disk */
	ATTEMPT_DELAY	   /* recorded; the refusal leaves at its time */
};

struct attempt {
	struct table_item item;
	struct authority *all;
	enum attempt_state state;
	struct login_channel *login_channel; /* NULL: the person is gone */
	struct redeem *redeem; /* the module, that waits for the record */
	struct directory_question question; /* who is this? */
	uint8_t ticket[TICKET];
	struct claim claim;
	/* the record as it grows; its attempt field is the id */
	struct msg_AUDIT_APPEND_REQ record;
	int slot;
	struct loop_timer timer; /* deadline, then the refusal's delay */
	uint64_t answered;	 /* when the answers came; 0 not yet */
	struct snapshot *snapshot;
	struct subject *subject; /* held; NULL: nobody we know */
	struct groups *groups;
	struct subject_attributes *attributes; /* names are the snapshot's */
	const struct policy_obligations *obligations; /* of a grant */
	bool outage;	     /* nobody could have been looked up */
	bool reserved;	     /* one of the subject's tries is this one */
	bool decoy;	     /* directory binds its password as nobody */
	enum reason refusal; /* once it is sure; then decoy */
	/* what the entry says against the account, until a bind has told */
	enum reason unsure;
	bool grace; /* refused, but with the right password may enrol */
	struct enrolment *enrolment; /* in the second round */
	const char *words; /* of the refusal; NULL: the same as for all */
	uint32_t proven;   /* by sshd, before us: POLICY_* */
	uint32_t collect;  /* what is asked for */
	uint8_t verdict;   /* enum verdict, 0 not yet */
	uint8_t verdict_state;
	size_t code_size;
	uint8_t code[64];
};

/* Begins; collect or result will be called on the conversation, later or at
 * once.  NULL: no room; nothing was begun and nothing needs a record. */
struct attempt *attempt_open(struct authority *all, struct login_channel *c,
    const struct msg_AUTHORITY_OPEN_REQ *m);
void attempt_answer(
    struct attempt *a, const struct msg_AUTHORITY_ANSWER_REQ *m);
/* The conversation ended; it is not touched any more. */
void attempt_gone(struct attempt *a);

/*
 * Where nobody was asked for anything a permit rests on what login says that
 * sshd had proven.  Nothing is written of a grant before the module has said
 * the same: this is its word.  True: it is, and redeem_decided() will be called
 * on it, later.  False: there is no such attempt, or it is not.
 */
bool attempt_claim(struct authority *all, const struct pamwire_redeem *m,
    struct redeem *redeem);
/* the module does not wait any more */
void attempt_unclaim(struct attempt *a);

/* The outcome of an enrolment; words as above. */
void attempt_end(struct attempt *a, enum outcome outcome, enum reason reason,
    const char *words);

/* from directory */
void attempt_verdict(
    struct authority *all, const struct msg_DIRECTORY_VERDICT_NOTE *m);
/* directory is gone, and with it every bind under way */
void attempts_without_verdict(struct authority *all);

#endif
