/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The actor: the person who sends requests to admin.sock.  The name that the
 * command sends is only a claim, because SUDO_USER comes from root's
 * environment.  So authority asks the parent about the peer's pidfd, once for
 * each connection, and records both.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_ACTOR_H
#define AUTHORITY_ADMIN_ADMIN_ACTOR_H

#include "gatewayd/authority/link/process.h"
#include "lib/ipc/messages.h"

struct actor {
	int pidfd;	   /* of the process that connected; -1: unknown */
	uint32_t peer_uid; /* its uid when it did */
	struct process_question question;
	bool asked; /* the parent has answered */
	/* the parent's answer; WHO_UNSET: unknown (no pam_loginuid) */
	uint32_t login_uid, audit_session;
	/* the open session that the process belongs to; "": none */
	char session[SESSION_ID_MAX + 1];
	char subject[SUBJECT_MAX + 1]; /* of that session */
	char name[USERNAME_MAX + 1];   /* the same person's, canonical */
	void (*known)(void *arg);
	void *arg;
};

/* Begins with the peer of that socket. */
void actor_begin(struct actor *a, int sock);
void actor_end(struct actor *a);
/* Calls known() after the parent has answered, at once if it has already.  -1:
 * the parent cannot be asked. */
int actor_ask(struct actor *a, struct authority *all, void (*known)(void *arg),
    void *arg);
/* True if the actor is a known person, by a login uid or by a session. */
bool actor_is_somebody(const struct actor *a);
/* Writes the parent's answer into a record, beside the claimed name. */
void actor_record(const struct actor *a, struct msg_AUDIT_APPEND_REQ *r);

#endif
