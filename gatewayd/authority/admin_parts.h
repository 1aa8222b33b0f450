/* SPDX-License-Identifier: Apache-2.0 */
/* What admin.c shares with the files that make one kind of change. */
#ifndef AUTHORITY_ADMIN_PARTS_H
#define AUTHORITY_ADMIN_PARTS_H

#include "gatewayd/authority/approval.h"
#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/totp.h"

/*
 * A change goes: look the person up, load the subject, change the store,
 * write the record, answer.  One at a time on a connection.
 */
struct admin {
	struct authority *all;
	struct channel channel;
	struct table_item lookup; /* in all->lookups while it is under way */
	bool looking;
	uint8_t id[ATTEMPT_ID]; /* of the look-up, and of the record */
	enum message_type request;
	char name[USERNAME_MAX + 1];
	char label[CREDENTIAL_LABEL_MAX + 1];
	char credential_id[CREDENTIAL_ID_MAX + 1];
	char actor[65];
	char subject_id[SUBJECT_MAX + 1];
	bool loading;
	bool changing;		 /* the store was asked for a change */
	bool gone;		 /* and the client did not wait for it */
	struct session *session; /* whose end is waited for */
	struct loop_timer patience;
	struct subject *subject;
	struct credential credential; /* the new one */
	uint8_t seed[TOTP_SEED];
	/* the one that is given or withdrawn */
	struct approval approval;
	uint32_t approval_seconds;
	bool approval_known;	      /* withdrawn from memory already */
	void (*then)(struct admin *); /* after the invitation is over */
};

/* The request under way is over: what it held is let go. */
void admin_idle(struct admin *);
/* Answers so and is idle; ADMIN_OK where the answer says nothing else. */
void admin_answer(struct admin *, enum admin_status, const char *text);
/* The store was asked for a change, or is through with it: as long as it may
 * make one the struct stays, whoever waits for it. */
void admin_hold(struct admin *);
void admin_let_go(struct admin *);
/* Has directory say who that is; then it is on_subject()'s turn. */
void admin_look_up(struct admin *, enum message_type, const char *name);
/* Writes that a credential, or the invitation, was changed; then answers. */
void admin_record(struct admin *, enum outcome, const char *credential);
/* The parts of a change's record that are always the same. */
void admin_record_init(struct admin *, struct msg_AUDIT_APPEND_REQ *,
    enum outcome, enum reason reason);

#endif
