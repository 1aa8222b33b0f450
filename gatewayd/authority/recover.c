/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/recover.h"

#include <string.h>

#include "gatewayd/authority/attempt/orphans.h"
#include "gatewayd/authority/attempt/slots.h"
#include "gatewayd/authority/session/keep.h"
#include "gatewayd/authority/session/resume.h"
#include "gatewayd/authority/subject/store_value.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "policy/policy.h"

#define RETRY_MS 500
/* Records that are read although the store says that it has their marks: a
 * store that lies, or was put back in part, gets no spent code past this many
 * records, which is more than a code's window takes to fill. */
#define OVERLAP 4096

static void ask_covered(void *arg);

static void
on_covered(void *arg, const struct store_answer *s)
{
	struct authority *all = arg;
	struct reader r;
	uint64_t covered = 0;

	if (s->status == STORE_OK) {
		if (s->value_size > 0 &&
		    store_value(FORMAT_COVERED, s->value[0]) < 0)
			fatalx("the store cannot be read");
		reader_init(&r, s->value, s->value_size);
		covered = reader_u64(&r);
		if (reader_end(&r) < 0)
			fatalx("authority/covered in the store is malformed");
	} else if (s->status != STORE_ABSENT) {
		loop_timer_at(all->loop, &all->recovery.retry,
		    clock_mono_ms() + RETRY_MS, ask_covered, all);
		return;
	}
	subjects_covered(
	    &all->subjects, covered, s->status == STORE_OK ? s->version : 0);
	audit_link_start(&all->audit, covered, OVERLAP);
}

static void
ask_covered(void *arg)
{
	struct authority *all = arg;

	store_get(&all->store, "authority/covered", on_covered, all);
}

void
recover_begin(struct authority *all, void (*serve)(struct authority *))
{
	all->recovery.serve = serve;
	keep_load(all->keep);
	ask_covered(all);
}

static void
tries_of(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m)
{
	const struct conf_authority *conf = &all->conf;
	int64_t until = 0;
	uint32_t tries = m->tries;

	/* A grant clears them when the module has redeemed it.  What the log
	 * knows of that is the session that it opened; one that needed no
	 * answer clears nothing. */
	if (m->kind == RECORD_SESSION) {
		if (m->outcome != OUTCOME_OPENED ||
		    (m->verified & (POLICY_PASSWORD | POLICY_OTP)) == 0)
			return;
		tries = 0;
	} else if (m->kind == RECORD_ADMIN && m->outcome == OUTCOME_UNLOCKED) {
		tries = 0;
	} else if (tries == 0) {
		return;
	}
	if (tries >= conf->max_tries)
		until = m->time_ms + (int64_t)conf->lockout_seconds * 1000;
	subject_tries(&all->subjects, m->subject, tries, until);
}

void
recover_record(void *authority, const struct msg_AUDIT_REPLAY_ANS *m)
{
	struct authority *all = authority;

	all->recovery.records++;
	/* so may a session; what happens later is seen by audit_link */
	if (m->kind == RECORD_SESSION && !all->recovery.serving)
		keep_recorded(all->keep, m->session, m->outcome);
	if (m->subject[0] != '\0' && !all->recovery.serving)
		tries_of(all, m);
	if (m->kind != RECORD_ATTEMPT)
		return;
	/* before we serve, a slot that is left may have its record already */
	if (!all->recovery.serving)
		slots_recorded(all->slots, m->attempt);
	if (m->subject[0] == '\0')
		return;
	if (m->step != 0)
		subject_mark(
		    &all->subjects, m->subject, m->credential, m->step);
}

void
recover_end(void *authority)
{
	struct authority *all = authority;

	if (all->recovery.serving) {
		log_info("audit is back");
		return;
	}
	all->recovery.serving = true;
	log_info("caught up with %llu records",
	    (unsigned long long)all->recovery.records);
	if (orphans_record(all) < 0)
		fatalx("out of memory for orphaned attempts");
	if (resume_all(all) < 0)
		fatalx("out of memory for the sessions that were open");
	subjects_settle(&all->subjects);
	all->recovery.serve(all);
}
