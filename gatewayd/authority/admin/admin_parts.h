/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of admin.sock share.  Each verb is a row of a table.  The
 * state of a request is in struct admin_work. */
#ifndef AUTHORITY_ADMIN_ADMIN_PARTS_H
#define AUTHORITY_ADMIN_ADMIN_PARTS_H

#include "gatewayd/authority/admin/admin_actor.h"
#include "gatewayd/authority/authority.h"
#include "gatewayd/authority/change/change.h"
#include "gatewayd/authority/factor/factor.h"
#include "gatewayd/authority/link/directory_link.h"
#include "gatewayd/authority/subject/approval.h"

struct admin;

enum admin_needs {
	ADMIN_NEEDS_NOTHING,
	ADMIN_NEEDS_LOG, /* audit takes records */
	/* the log; and the person, found in the directory and loaded */
	ADMIN_NEEDS_SUBJECT,
	ADMIN_NEEDS_SUBJECT_IF_NAMED
};

/* The socket of the actor; as bits, the sockets that have a verb. */
enum admin_face {
	ADMIN_ROOT = 1,	    /* admin.sock */
	ADMIN_HELPDESK = 2, /* helpdesk.sock */
	ADMIN_AUDITOR = 4   /* auditor.sock */
};

/*
 * A verb.  take validates the request and returns the fault or NULL; without
 * take any request is valid.  Then authority gets what the verb needs.  Then
 * run makes the change or lists.  It ends, maybe later, with admin_answer() or
 * admin_finish().
 */
struct admin_verb {
	enum message_type request, answer;
	size_t request_size;
	enum admin_needs needs;
	unsigned who; /* bits of enum admin_face */
	bool changes; /* it makes a change: the actor must be named */
	bool opens;   /* the change could let the person in */
	const char *(*take)(struct admin *);
	void (*run)(struct admin *);
	void (*drop)(struct admin *); /* frees the verb's state; may be NULL */
};

/* The verb with this request, or NULL. */
const struct admin_verb *admin_verb_find(enum message_type request);

/* The state of one request.  It is wiped after the answer, so the next request
 * finds nothing of it. */
struct admin_work {
	const struct admin_verb *verb; /* NULL: there is no request */
	/* as it was sent; the verb knows which member it is */
	union {
		struct msg_ADMIN_ASK ask;
		struct msg_ADMIN_ABOUT about;
		struct msg_ADMIN_ENROL_REQ enrol;
		struct msg_ADMIN_REVOKE_REQ revoke;
		struct msg_ADMIN_LABEL_REQ label;
		struct msg_ADMIN_PROVE_REQ prove;
		struct msg_ADMIN_GIVE_REQ give;
		struct msg_ADMIN_WITHDRAW_REQ withdraw;
		struct msg_ADMIN_POLICY_REQ policy;
		struct msg_ADMIN_END_REQ end;
	} request;
	uint8_t id[ATTEMPT_ID]; /* of the lookup and of the record */
	struct directory_question question; /* the lookup */
	bool loading;
	bool is_protected;	     /* the person is in a protected group */
	char name[USERNAME_MAX + 1]; /* canonical */
	char subject_id[SUBJECT_MAX + 1];
	struct subject *subject;
	/* the verb's own state */
	union {
		struct {
			struct credential credential; /* the new one */
			uint8_t seed[FACTOR_SEED_MAX];
		} enrol;
		struct {
			struct approval item;
		} approval;
		struct {
			struct session *session; /* that must end */
			struct loop_timer patience;
		} end;
	} of;
	void (*then)(struct admin *); /* after the record; NULL: answer OK */
	struct change *change;	      /* the change, until its result */
	const char *not_made;	      /* the answer if it is not made */
};

struct admin {
	struct authority *all;
	struct channel channel;
	enum admin_face face;
	struct actor actor;
	struct loop_timer deadline; /* not at admin.sock */
	unsigned holds;		    /* calls that still refer to it */
	bool gone;		    /* the client has disconnected */
	struct admin_work work;
};

/* Keep and release the struct while a call back will use it, even after the
 * client is gone: a change that the store may have made must get its record. */
void admin_hold(struct admin *a);
void admin_let_go(struct admin *a);

/* Makes an empty answer of the current verb. */
void admin_answer_init(struct admin *a, struct message *m);
/* Sends one item of a list.  A failure ends the connection, so that half a list
 * cannot look like a whole one. */
void admin_item(struct admin *a, const struct message *m);
/* Sends the last answer, and wipes the state of the request. */
void admin_finish(struct admin *a, struct message *m);
/* The same with a status and a text only.  ADMIN_OK has no text. */
void admin_answer(struct admin *a, enum admin_status status, const char *text);

/* Fills in the parts that every record of a change has. */
void admin_record_init(struct admin *a, struct msg_AUDIT_APPEND_REQ *r,
    enum outcome outcome, enum reason reason);
/* Writes a record, then calls then() or answers ADMIN_OK. */
void admin_record_write(struct admin *a, const struct msg_AUDIT_APPEND_REQ *r);
/* Makes a change, then calls then() or answers ADMIN_OK.  not_made is the
 * answer if the store has another value by now. */
void admin_change(
    struct admin *a, const struct change_order *o, const char *not_made);
/* Fills in an order about a credential or the invitation. */
void admin_order(struct admin *a, struct change_order *o, enum outcome outcome,
    const char *credential);

#endif
