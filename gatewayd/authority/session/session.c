/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/session.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/session_file.h"
#include "gatewayd/authority/snapshot.h"
#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/base64url.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/record/record_list.h"
#include "policy/policy.h"

int
session_new_id(char *out, size_t size)
{
	uint8_t random[16];
	ssize_t n;

	if (RAND_bytes(random, sizeof random) != 1)
		return -1;
	n = base64url_encode(random, sizeof random, out, size - 1);
	if (n < 0)
		return -1;
	out[n] = '\0';
	return 0;
}

bool
session_names_group(const struct session *s, const char *dn)
{
	/* a resumed one has those only, by the policy of then */
	return s->snapshot == NULL ||
	       policy_names_group(s->snapshot->policy, dn);
}

struct session *
session_find(struct authority *all, const char *id, uint32_t uid)
{
	struct session *s = table_find(&all->sessions, id, strlen(id));

	return s != NULL && s->state == SESSION_OPEN && s->uid == uid &&
		       clock_wall_ms() < s->ends_ms
		   ? s
		   : NULL;
}

/* ---- across a restart ---- */

/* Audiences and the groups that tokens name.  When they do not fit there are
 * no tokens after a restart, rather than some with fewer groups: an app that
 * refuses people of a group must not miss it. */
static void
add_texts(struct saved_session *k, const struct session *s)
{
	const struct policy_obligations *o = s->obligations;
	bool fit = o->audience_count <= UINT16_MAX;

	for (size_t i = 0; fit && i < o->audience_count;
	     i++, k->audience_count++)
		fit = saved_session_add(k, o->audiences[i]);
	for (size_t i = 0; fit && s->groups != NULL && i < s->groups->count;
	     i++) {
		if (!session_names_group(s, s->groups->dn[i]))
			continue;
		fit = saved_session_add(k, s->groups->dn[i]);
		k->group_count += fit;
	}
	if (fit)
		return;
	log_warnx("session %s: its audiences and groups do not fit "
		  "its file; it gets no tokens after a restart of "
		  "authority",
	    s->id);
	k->audience_count = k->group_count = k->text_size = 0;
}

int
session_save(struct session *s)
{
	struct saved_session *k = calloc(1, sizeof *k);
	int64_t left = s->ends_ms - clock_wall_ms();
	int result;

	if (k == NULL)
		return -1;
	k->process.pid = s->pid;
	k->process.seen_ms = s->pid_seen_ms;
	k->uid = s->uid;
	k->seconds = s->seconds;
	k->granted_ms = s->granted_ms;
	k->opened_ms = s->opened_ms;
	k->ends_ms = s->ends_ms;
	k->ends_boot_ms = clock_boot_ms() + (left > 0 ? (uint64_t)left : 0);
	k->record = s->record;
	memcpy(k->record.attempt, s->attempt, sizeof s->attempt);
	memcpy(k->record.session, s->id, sizeof s->id);
	k->obligations = *s->obligations;
	if (s->lease.seconds > 0)
		k->obligations.lease_seconds = s->lease.seconds;
	add_texts(k, s);
	result = session_file_put(s->all->session_file, k);
	free(k);
	return result;
}

/* ---- the end ---- */

/* Whatever comes for it now is for nobody. */
void
session_stop_lease(struct session *s)
{
	if (s->lease.loading)
		subject_forget(&s->all->subjects, s->record.subject, s);
	s->lease.loading = false;
	if (s->lease.subject != NULL)
		subject_release(&s->all->subjects, s->lease.subject);
	s->lease.subject = NULL;
	directory_forget(s->all, &s->lease.question);
	loop_timer_off(s->all->loop, &s->lease.timer);
}

static void
tell_gone(struct session *s)
{
	void (*gone)(void *) = s->ending.gone;

	s->ending.gone = NULL;
	if (gone != NULL)
		gone(s->ending.arg);
}

static void
session_free(struct session *s)
{
	struct authority *all = s->all;

	loop_timer_off(all->loop, &s->timer);
	session_stop_lease(s);
	tell_gone(s);
	if (s->process.active) {
		int fd = s->process.fd;

		loop_unwatch(all->loop, &s->process);
		close(fd);
	}
	table_remove(&all->grants, &s->grant_item);
	table_remove(&all->sessions, &s->item);
	snapshot_release(s->snapshot);
	free(s->groups);
	free(s->resumed);
	explicit_bzero(s, sizeof *s);
	free(s);
}

void
session_report(struct session *s, enum outcome outcome, enum reason reason)
{
	struct msg_AUDIT_APPEND_REQ *r = &s->record;

	r->kind = RECORD_SESSION;
	r->outcome = (uint8_t)outcome;
	r->time_ms = clock_wall_ms();
	/* the attempt's own record spent the code, and said who this is */
	record_clear(r, RECORD_IN(RECORD_SESSION));
	if (outcome == OUTCOME_CLOSED && r->time_ms > s->opened_ms)
		r->session_seconds =
		    (uint32_t)((r->time_ms - s->opened_ms) / 1000);
	reason_write(reason, r->reason);
	if (outcome == OUTCOME_CLOSED)
		session_file_mark(s->all->session_file, s->id,
		    SESSION_FILE_CLOSED, r->time_ms, reason);
	/* killed before it is sent: session_restart_all() and lapse.c write it
	 */
	if (audit_append_soon(&s->all->audit, r) < 0)
		log_warnx("session %s: no memory for its record", s->id);
}

void
session_end(struct session *s, enum reason reason)
{
	session_report(s,
	    s->state >= SESSION_OPEN ? OUTCOME_CLOSED : OUTCOME_LAPSED, reason);
	session_free(s);
}
