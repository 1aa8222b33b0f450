/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/phases.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/link/peer.h"
#include "gatewayd/authority/session/ending.h"
#include "gatewayd/authority/session/lease.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/lockout.h"
#include "gatewayd/authority/subject/wrong_passwords.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/secret.h"
#include "policy/policy.h"

static void
on_lapse(void *arg)
{
	struct session *s = arg;

	session_end(s, s->state == SESSION_GRANTED ? REASON_NOT_REDEEMED
						   : REASON_NOT_OPENED);
}

static void
on_process_end(void *arg, uint32_t events)
{
	struct session *s = arg;

	(void)events;
	session_end(s, s->state == SESSION_ENDING ? s->ending.reason
						  : REASON_PROCESS_ENDED);
}

static void
next_step(struct session *s, enum session_state state)
{
	s->state = state;
	loop_timer_at(s->all->loop, &s->timer,
	    clock_mono_ms() + s->all->conf.redeem_timeout, on_lapse, s);
}

int
phases_grant(struct authority *all, const struct session_grant *g)
{
	struct session *s = calloc(1, sizeof *s);

	if (s == NULL)
		return -1;
	s->all = all;
	s->record = *g->record;
	s->uid = g->uid;
	s->seconds = g->record->session_seconds;
	s->obligations = g->obligations;
	s->granted_ms = g->record->time_ms;
	memcpy(s->attempt, g->record->attempt, sizeof s->attempt);
	s->claim = *g->claim;
	s->answered = g->answered;
	memcpy(s->id, g->record->session, sizeof s->id);
	if (RAND_bytes(s->ticket, sizeof s->ticket) != 1 ||
	    table_add(&all->sessions, &s->item, s->id, strlen(s->id), s) < 0)
		goto bad;
	if (table_add(&all->grants, &s->grant_item, s->attempt, ATTEMPT_ID, s) <
	    0) {
		table_remove(&all->sessions, &s->item);
		goto bad;
	}
	s->groups = g->groups;
	s->snapshot = snapshot_hold(g->snapshot);
	s->state = SESSION_GRANTED;
	loop_timer_at(all->loop, &s->timer,
	    clock_mono_ms() + all->conf.redeem_timeout, on_lapse, s);
	return 0;
bad:
	free(s);
	return -1;
}

/* For the person, once, before the shell. */
static void
say_length(const struct session *s, char *out, size_t size)
{
	unsigned seconds = (unsigned)((s->ends_ms - s->opened_ms) / 1000);
	unsigned hours = seconds / 3600, minutes = seconds / 60 % 60;

	if (hours > 0 && minutes > 0)
		snprintf(out, size, "This session ends after %u h %u min.",
		    hours, minutes);
	else if (hours > 0)
		snprintf(out, size, "This session ends after %u h.", hours);
	else if (minutes > 0)
		snprintf(out, size, "This session ends after %u min.", minutes);
	else
		snprintf(out, size, "This session ends after %u s.", seconds);
}

/* Goes on, with a ticket for the step after this one. */
static void
granted(struct session *s, enum session_state state, struct pamwire_redeemed *r)
{
	if (RAND_bytes(s->ticket, sizeof s->ticket) != 1) {
		r->result = PAMWIRE_UNAVAILABLE;
		return;
	}
	if (state == SESSION_APPROVED)
		table_remove(&s->all->grants, &s->grant_item);
	next_step(s, state);
	r->result = PAMWIRE_GRANTED;
	memcpy(r->session, s->id, sizeof r->session);
	memcpy(r->account_ticket, s->ticket, sizeof r->account_ticket);
}

void
phases_redeem(struct authority *all, const struct pamwire_redeem *m,
    struct pamwire_redeemed *r)
{
	struct session *s = table_find(&all->grants, m->attempt, ATTEMPT_ID);

	r->result = PAMWIRE_DENIED;
	if (s == NULL || s->state != SESSION_GRANTED)
		return;
	r->result = (uint8_t)claim_prove(&s->claim, &s->record, m);
	if (r->result != PAMWIRE_GRANTED)
		return;
	granted(s,
	    s->claim.phase == PAMWIRE_ACCOUNT ? SESSION_APPROVED
					      : SESSION_REDEEMED,
	    r);
	/* only now is it known that this was not login's own doing */
	if (r->result != PAMWIRE_GRANTED || !s->answered)
		return;
	lockout_clear_of(all, s->record.subject);
	wrong_passwords_clear(
	    all->wrong_passwords, s->record.subject, s->record.client);
}

void
phases_account(struct authority *all, const struct pamwire_account *m,
    struct pamwire_redeemed *r)
{
	struct session *s = table_find(&all->grants, m->attempt, ATTEMPT_ID);

	r->result = PAMWIRE_DENIED;
	if (s == NULL || s->state != SESSION_REDEEMED ||
	    !secret_equal(m->account_ticket, sizeof m->account_ticket,
		s->ticket, sizeof s->ticket) ||
	    !claim_same_facts(
		&s->record, m->service, m->username, m->client, m->port))
		return;
	granted(s, SESSION_APPROVED, r);
}

static bool
may_open(const struct session *s, const struct pamwire_session_open *m)
{
	return s->state == SESSION_APPROVED &&
	       claim_same_facts(
		   &s->record, m->service, m->username, m->client, m->port);
}

/*
 * sshd opens a session in another process than the one that authenticated, and
 * nothing of ours gets from one to the other but by what people can write too.
 * There the connection says which grant is meant: its address and port, which
 * sshd has from the kernel, are those of one connection while that lasts.  The
 * last one, where sshd made it authenticate more than once.
 */
static struct session *
find_by_connection(struct authority *all, const struct pamwire_session_open *m)
{
	struct session *s, *found = NULL;
	struct table_item *next;
	size_t at = 0;

	if (m->client[0] == '\0' || m->port == 0)
		return NULL;
	while ((s = table_each(&all->sessions, &at, &next)) != NULL)
		if (may_open(s, m) &&
		    (found == NULL || s->granted_ms >= found->granted_ms))
			found = s;
	return found;
}

static struct session *
find_granted(struct authority *all, const struct pamwire_session_open *m)
{
	struct session *s;

	if (m->session[0] == '\0')
		return find_by_connection(all, m);
	s = table_find(&all->sessions, m->session, strlen(m->session));
	return s != NULL && may_open(s, m) &&
		       secret_equal(m->ticket, sizeof m->ticket, s->ticket,
			   sizeof s->ticket)
		   ? s
		   : NULL;
}

/* The session ends when this process does, also by kill -9. */
static int
watch_process(struct session *s, int fd)
{
	if (fd < 0) {
		log_warn("session %s: cannot watch its process", s->id);
		return -1;
	}
	if (loop_watch(s->all->loop, &s->process, fd, on_process_end, s) < 0) {
		close(fd);
		return -1;
	}
	return 0;
}

/* The length that the rule gives, from now on; but what an approval opened
 * ends with it, however long the module took to come here. */
static int64_t
end_of(const struct session *s)
{
	const struct msg_AUDIT_APPEND_REQ *r = &s->record;
	int64_t ends = s->opened_ms + (int64_t)s->seconds * 1000;

	return (r->required & POLICY_APPROVAL) != 0 &&
		       r->approval_ends_ms < ends
		   ? r->approval_ends_ms
		   : ends;
}

void
phases_open(struct authority *all, const struct pamwire_session_open *m,
    const struct peer *peer, struct pamwire_session_ans *r)
{
	struct session *s = find_granted(all, m);

	r->result = PAMWIRE_DENIED;
	if (s == NULL)
		return;
	s->opened_ms = clock_wall_ms();
	s->ends_ms = end_of(s);
	if (s->ends_ms <= s->opened_ms) {
		session_end(s, REASON_APPROVAL_OVER);
		return;
	}
	/* seen first, then held: what is held was there when it was seen */
	s->pid = peer->cred.pid;
	s->pid_seen_ms = clock_boot_ms();
	if (watch_process(s, fcntl(peer->pidfd, F_DUPFD_CLOEXEC, 0)) < 0) {
		r->result = PAMWIRE_UNAVAILABLE;
		return;
	}
	s->uid = m->uid;
	snprintf(s->record.tty, sizeof s->record.tty, "%s", m->tty);
	if (session_save(s) < 0) {
		r->result = PAMWIRE_UNAVAILABLE;
		session_end(s, REASON_NOT_KEPT);
		return;
	}
	s->state = SESSION_OPEN;
	ending_at(s);
	lease_begin(s);
	session_report(s, OUTCOME_OPENED, REASON_SESSION_OPENED);
	say_length(s, r->text, sizeof r->text);
	memcpy(r->session, s->id, sizeof r->session);
	r->result = PAMWIRE_GRANTED;
}

/* Both are alive, so that the number is one process' and not two that had it
 * one after the other. */
static bool
is_opener(const struct session *s, const struct peer *peer)
{
	return s->state >= SESSION_OPEN && s->pid == peer->cred.pid &&
	       peer_is_alive(s->process.fd) && peer_is_alive(peer->pidfd);
}

void
phases_close(struct authority *all, const struct pamwire_session_close *m,
    const struct peer *peer, struct pamwire_session_ans *r)
{
	struct session *s =
	    table_find(&all->sessions, m->session, strlen(m->session));

	r->result = PAMWIRE_DENIED;
	if (s == NULL)
		return;
	if (!is_opener(s, peer) || !claim_same_facts(&s->record, m->service,
				       m->username, m->client, m->port)) {
		log_warnx("session %s: process %d did not open it, and so "
			  "cannot close it",
		    s->id, (int)peer->cred.pid);
		return;
	}
	r->result = PAMWIRE_GRANTED;
	memcpy(r->session, s->id, sizeof r->session);
	if (s->state == SESSION_ENDING)
		s->ending.closed = true; /* and its process goes now */
	else
		session_end(s, REASON_SESSION_CLOSED);
}

int
phases_resume(struct session *s, int pidfd)
{
	if (table_add(&s->all->sessions, &s->item, s->id, strlen(s->id), s) < 0)
		return -1;
	if (watch_process(s, pidfd) < 0) {
		table_remove(&s->all->sessions, &s->item);
		return -1;
	}
	ending_at(s);
	lease_resume(s);
	return 0;
}
