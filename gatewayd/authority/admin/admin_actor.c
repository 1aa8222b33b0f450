/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/admin/admin_actor.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/link/peer.h"
#include "gatewayd/authority/session/belongs.h"
#include "gatewayd/authority/session/session.h"

void
actor_begin(struct actor *a, int sock)
{
	struct peer peer;

	a->login_uid = a->audit_session = WHO_UNSET;
	a->pidfd = peer_open(sock, &peer) < 0 ? -1 : peer.pidfd;
	a->peer_uid = a->pidfd < 0 ? UINT32_MAX : peer.cred.uid;
}

void
actor_end(struct actor *a)
{
	process_forget(&a->question);
	if (a->pidfd >= 0)
		close(a->pidfd);
	a->pidfd = -1;
}

static void
on_who(void *arg, const struct process *w)
{
	struct actor *a = arg;
	const struct session *s = belongs_find(a->question.all, w);

	a->asked = true;
	if (w->known) {
		a->login_uid = w->login_uid;
		a->audit_session = w->audit_session;
	}
	if (s != NULL) {
		snprintf(a->session, sizeof a->session, "%s", s->id);
		memcpy(a->subject, s->record.subject, sizeof a->subject);
		memcpy(a->name, s->record.name, sizeof a->name);
	}
	a->known(a->arg);
}

int
actor_ask(
    struct actor *a, struct authority *all, void (*known)(void *arg), void *arg)
{
	if (a->asked) {
		known(arg);
		return 0;
	}
	if (a->pidfd < 0)
		return -1;
	a->known = known;
	a->arg = arg;
	return process_ask(all, &a->question, a->pidfd, on_who, a);
}

bool
actor_is_somebody(const struct actor *a)
{
	return a->login_uid != WHO_UNSET || a->session[0] != '\0';
}

void
actor_record(const struct actor *a, struct msg_AUDIT_APPEND_REQ *r)
{
	if (a->login_uid == WHO_UNSET)
		snprintf(r->actor_login, sizeof r->actor_login, "unknown");
	else
		snprintf(r->actor_login, sizeof r->actor_login, "%u",
		    (unsigned)a->login_uid);
	if (a->audit_session != WHO_UNSET)
		r->actor_audit_session = a->audit_session;
	memcpy(r->actor_session, a->session, sizeof r->actor_session);
}
