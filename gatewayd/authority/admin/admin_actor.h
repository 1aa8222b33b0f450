/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who asks at admin.sock.  What the command says of itself is only a claim:
 * SUDO_USER comes from root's environment.  So authority asks the parent once
 * a connection, by the peer's pidfd, and records both.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_ACTOR_H
#define AUTHORITY_ADMIN_ADMIN_ACTOR_H

#include "gatewayd/authority/link/process.h"
#include "lib/ipc/messages.h"

struct actor {
	int pidfd; /* of the process that connected; -1: not to be had */
	uint32_t peer_uid; /* its uid when it did */
	struct process_question question;
	bool asked; /* the parent has answered */
	/* what it said; WHO_UNSET: nobody knows (no pam_loginuid) */
	uint32_t login_uid, audit_session;
	/* the open session that the process belongs to; "": none of ours */
	char session[SESSION_ID_MAX + 1];
	char subject[SUBJECT_MAX + 1]; /* whose session that is */
	void (*known)(void *arg);
	void *arg;
};

/* Of the peer of that socket. */
void actor_begin(struct actor *a, int sock);
void actor_end(struct actor *a);
/* Has known() called when the parent has answered, at once if it has already.
 * -1: it cannot be asked. */
int actor_ask(struct actor *a, struct authority *all, void (*known)(void *arg),
    void *arg);
/* Is it known which person that is: by a login uid or by a session? */
bool actor_is_somebody(const struct actor *a);
/* What is known, beside the name that was claimed, into a record. */
void actor_record(const struct actor *a, struct msg_AUDIT_APPEND_REQ *r);

#endif
