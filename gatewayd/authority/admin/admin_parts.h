/* SPDX-License-Identifier: Apache-2.0 */
/* What the verbs of admin.sock share: a verb is a row, a request is its state.
 */
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
	/* the log, and the person: looked up in the directory, and loaded */
	ADMIN_NEEDS_SUBJECT,
	ADMIN_NEEDS_SUBJECT_IF_NAMED
};

/* Whose socket somebody sits at, and who may ask for a verb. */
enum admin_face {
	ADMIN_ROOT = 1,	    /* admin.sock */
	ADMIN_HELPDESK = 2, /* helpdesk.sock */
	ADMIN_AUDITOR = 4   /* auditor.sock */
};

/*
 * A verb.  Its request is judged by take (NULL: any will do), which says what
 * is wrong with it, or NULL.  Then what it needs is seen to, and run makes the
 * change, or tells: sooner or later it ends in admin_answer() or its like.
 */
struct admin_verb {
	enum message_type request, answer;
	size_t request_size;
	enum admin_needs needs;
	unsigned who; /* bits of enum admin_face */
	bool changes; /* somebody has to answer for it */
	bool opens;   /* and it may let the person in */
	const char *(*take)(struct admin *);
	void (*run)(struct admin *);
	void (*drop)(struct admin *); /* what the verb holds; NULL: nothing */
};

/* NULL: there is no such verb. */
const struct admin_verb *admin_verb_find(enum message_type request);

/* One request and all that comes of it: wiped as soon as it is answered, so
 * that nothing of it can be taken for the next one's. */
struct admin_work {
	const struct admin_verb *verb; /* NULL: none is under way */
	/* as it was sent; the member is the verb's */
	union {
		struct msg_ADMIN_ASK ask;
		struct msg_ADMIN_ABOUT about;
		struct msg_ADMIN_ENROL_REQ enrol;
		struct msg_ADMIN_REVOKE_REQ revoke;
		struct msg_ADMIN_GIVE_REQ give;
		struct msg_ADMIN_WITHDRAW_REQ withdraw;
		struct msg_ADMIN_POLICY_REQ policy;
		struct msg_ADMIN_END_REQ end;
	} request;
	uint8_t id[ATTEMPT_ID]; /* of the look-up, and of the record */
	struct directory_question question; /* who is this? */
	bool loading;
	bool is_protected;	     /* the person is of such a group */
	char name[USERNAME_MAX + 1]; /* canonical */
	char subject_id[SUBJECT_MAX + 1];
	struct subject *subject;
	/* what a verb holds while it is under way */
	union {
		struct {
			struct credential credential; /* the new one */
			uint8_t seed[FACTOR_SEED_MAX];
		} enrol;
		struct {
			struct approval item;
		} approval;
		struct {
			struct session *session; /* whose end is waited for */
			struct loop_timer patience;
		} end;
	} of;
	void (*then)(struct admin *); /* after the record, if not OK is said */
	struct change *change;	      /* that is under way */
	const char *not_made;	      /* what to say then */
};

struct admin {
	struct authority *all;
	struct channel channel;
	enum admin_face face;
	struct actor actor;
	struct loop_timer deadline; /* not of root's */
	unsigned holds;		    /* it stays, also when the client is gone */
	bool gone;		    /* the client did not wait */
	struct admin_work work;
};

/* As long as somebody will call it back the struct stays, whoever waits for
 * the answer: a change that the store may make is seen to its end and
 * recorded. */
void admin_hold(struct admin *a);
void admin_let_go(struct admin *a);

/* An answer of the verb under way, to be filled. */
void admin_answer_init(struct admin *a, struct message *m);
/* One item of a list.  One that does not go out ends the connection: half a
 * list must not look like a whole one. */
void admin_item(struct admin *a, const struct message *m);
/* The last answer, and the request is over: nothing is left of its state. */
void admin_finish(struct admin *a, struct message *m);
/* The same, with nothing else to say; ADMIN_OK has no text. */
void admin_answer(struct admin *a, enum admin_status status, const char *text);

/* The parts of a change's record that are always the same. */
void admin_record_init(struct admin *a, struct msg_AUDIT_APPEND_REQ *r,
    enum outcome outcome, enum reason reason);
/* Writes it, then answers; by then() where that is set. */
void admin_record_write(struct admin *a, const struct msg_AUDIT_APPEND_REQ *r);
/* Begins the change; then answers, by then() where that is set.  not: what to
 * say when something else is there. */
void admin_change(
    struct admin *a, const struct change_order *o, const char *not_made);
/* An order whose record is of a credential, or the invitation. */
void admin_order(struct admin *a, struct change_order *o, enum outcome outcome,
    const char *credential);

#endif
