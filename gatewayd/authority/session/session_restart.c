/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/session/session_restart.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatewayd/authority/session/ending.h"
#include "gatewayd/authority/session/phases.h"
#include "gatewayd/authority/session/session_file.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

static int
append(struct authority *all, const struct session_file_left *l,
    enum outcome outcome, int64_t time_ms, enum reason reason)
{
	struct msg_AUDIT_APPEND_REQ r = l->saved.record;

	r.kind = RECORD_SESSION;
	r.outcome = (uint8_t)outcome;
	r.time_ms = time_ms;
	if (outcome == OUTCOME_CLOSED && time_ms > l->saved.opened_ms)
		r.session_seconds =
		    (uint32_t)((time_ms - l->saved.opened_ms) / 1000);
	reason_write(reason, r.reason);
	return audit_append(&all->audit, &r, -1, NULL, NULL);
}

/* The mark comes first: whatever happens now, it does not go on. */
static int
closed(struct authority *all, const struct session_file_left *l)
{
	const char *session = l->saved.record.session;
	enum reason reason = l->reason;
	int64_t time_ms = l->time_ms;

	if (l->state != SESSION_FILE_CLOSED) {
		time_ms = clock_wall_ms();
		if (l->state == SESSION_FILE_OPEN)
			reason = REASON_GATEWAY_RESTARTED;
		session_file_mark(all->session_file, session,
		    SESSION_FILE_CLOSED, time_ms, reason);
	}
	return append(all, l, OUTCOME_CLOSED, time_ms, reason);
}

static struct groups *
groups_of(const struct saved_session *k)
{
	struct groups *g = calloc(1, sizeof *g + k->text_size);
	const char *text = saved_session_text(k, k->audience_count);
	char *at;

	if (g == NULL)
		return NULL;
	memcpy(g->text, text, k->text_size - (size_t)(text - k->text));
	at = g->text;
	for (; g->count < k->group_count; g->count++) {
		g->dn[g->count] = at;
		at += strlen(at) + 1;
	}
	return g;
}

/* Not one moment longer than it had: the clock since the boot decides, as
 * the wall's may have been set back. */
static int64_t
end_of(const struct saved_session *k)
{
	uint64_t now = clock_boot_ms(),
		 left = k->ends_boot_ms > now ? k->ends_boot_ms - now : 0;
	int64_t ends;

	if (left > (uint64_t)k->seconds * 1000)
		left = (uint64_t)k->seconds * 1000;
	ends = clock_wall_ms() + (int64_t)left;
	return ends < k->ends_ms ? ends : k->ends_ms;
}

/* Takes the pidfd. */
static int
go_on(struct authority *all, struct session_file_left *l)
{
	const struct saved_session *k = &l->saved;
	struct session *s = calloc(1, sizeof *s);

	if (s == NULL)
		return -1;
	s->all = all;
	s->state = SESSION_OPEN;
	memcpy(s->id, k->record.session, sizeof s->id);
	memcpy(s->attempt, k->record.attempt, sizeof s->attempt);
	s->record = k->record;
	s->uid = k->uid;
	s->pid = k->process.pid;
	s->pid_seen_ms = k->process.seen_ms;
	s->seconds = k->seconds;
	s->granted_ms = k->granted_ms;
	s->opened_ms = k->opened_ms;
	s->ends_ms = end_of(k);
	s->groups = groups_of(k);
	s->resumed = saved_session_obligations(k);
	s->obligations = s->resumed;
	if (s->groups == NULL || s->resumed == NULL ||
	    phases_resume(s, l->pidfd) < 0) {
		free(s->groups);
		free(s->resumed);
		free(s);
		return -1;
	}
	l->pidfd = -1;
	if (l->state == SESSION_FILE_ENDING)
		ending_begin(s, l->reason);
	return 0;
}

int
session_restart_all(struct authority *all)
{
	struct session_file_left *l;
	unsigned on = 0, over = 0;
	int result = 0;

	while (result == 0 &&
	       (l = session_file_next_left(all->session_file)) != NULL) {
		bool alive = l->state != SESSION_FILE_CLOSED && l->pidfd >= 0;

		if (!l->opened)
			result = append(all, l, OUTCOME_OPENED,
			    l->saved.opened_ms, REASON_SESSION_OPENED);
		if (result == 0)
			result = alive ? go_on(all, l) : closed(all, l);
		on += alive;
		over += !alive;
		if (l->pidfd >= 0)
			close(l->pidfd);
		free(l);
	}
	if (on + over > 0)
		log_info("%u sessions continue, %u had ended", on, over);
	return result;
}
