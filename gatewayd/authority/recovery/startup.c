/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/recovery/startup.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/attempt/attempt_table.h"
#include "gatewayd/authority/change/change.h"
#include "gatewayd/authority/credential/credential_value.h"
#include "gatewayd/authority/factor/factor.h"
#include "gatewayd/authority/recovery/lapse.h"
#include "gatewayd/authority/recovery/orphans.h"
#include "gatewayd/authority/recovery/rights.h"
#include "gatewayd/authority/recovery/unfinished.h"
#include "gatewayd/authority/seal.h"
#include "gatewayd/authority/session/session_file.h"
#include "gatewayd/authority/session/session_restart.h"
#include "gatewayd/authority/subject/lockout.h"
#include "gatewayd/authority/subject/settle.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/format.h"
#include "lib/base/log.h"
#include "policy/policy.h"

#define RETRY_MS 500
static void ask_covered(void *arg);

/* Stays as it is, for whoever looks: a new start would find the same. */
static void
on_refuse(void *authority, const char *text)
{
	struct authority *all = authority;

	log_warnx("%s", text);
	all->recovery.blocked(text);
}

static void
start(struct authority *all, const struct covered *c, uint64_t version)
{
	subjects_covered(&all->subjects, c, version);
	audit_link_start(&all->audit, c);
}

static void
other_key(struct authority *all, const char *other)
{
	char text[TEXT_MAX + 1];

	snprintf(text, sizeof text,
	    "%.80s is key %s, and state.db was sealed with %s: put back the "
	    "key that belongs to this state.db; nobody is let in: see "
	    "\"Contradictions\" in gatewayd(8)",
	    all->conf.seal_key, seal_key_id(all->seal), other);
	on_refuse(all, text);
}

/* The first credential, of a store that does not say itself which key it is
 * sealed with. */
static void
on_credential(void *arg, const struct store_answer *s)
{
	struct authority *all = arg;
	struct credential c;
	uint8_t seed[CREDENTIAL_SEED_MAX];
	char subject[SUBJECT_MAX + 1];

	if (s->status == STORE_OK) {
		if (all->recovery.proven || invitation_is_key(s->key) ||
		    credential_of_key(s->key, subject) < 0 ||
		    credential_value_decode(
			&c, all->seal, subject, s->value, s->value_size) < 0)
			return;
		all->recovery.tried = true;
		all->recovery.proven =
		    credential_seed(&c, all->seal, subject, seed) >= 0;
		explicit_bzero(seed, sizeof seed);
		return;
	}
	if (s->status != STORE_ABSENT)
		loop_timer_at(all->loop, &all->recovery.retry,
		    clock_mono_ms() + RETRY_MS, ask_covered, all);
	else if (all->recovery.tried && !all->recovery.proven)
		other_key(all, "another");
	else
		start(all, &all->recovery.covered, all->recovery.version);
}

static void
prove_key(struct authority *all)
{
	char prefix[KEY_MAX + 1];

	all->recovery.tried = all->recovery.proven = false;
	snprintf(prefix, sizeof prefix, "%s", CREDENTIAL_KEYS);
	store_list(&all->store, prefix, on_credential, all);
}

static void
on_covered(void *arg, const struct store_answer *s)
{
	struct authority *all = arg;
	struct covered *c = &all->recovery.covered;
	char other[SEAL_KEY_ID + 1], later[FORMAT_TEXT];

	*c = (struct covered){0};
	all->recovery.version = s->status == STORE_OK ? s->version : 0;
	if (s->status == STORE_ABSENT) {
		prove_key(all);
		return;
	}
	if (s->status != STORE_OK) {
		loop_timer_at(all->loop, &all->recovery.retry,
		    clock_mono_ms() + RETRY_MS, ask_covered, all);
		return;
	}
	switch (covered_decode(c, all->seal, s->value, s->value_size, other)) {
	case COVERED_OK:
		start(all, c, s->version);
		break;
	case COVERED_OLD:
		prove_key(all);
		break;
	case COVERED_OTHER_KEY:
		other_key(all, other);
		break;
	case COVERED_LATER:
		on_refuse(all,
		    format_refusal(FORMAT_COVERED, NULL, s->value[0], later));
		break;
	default:
		on_refuse(all,
		    "authority/covered in state.db is not what was sealed: "
		    "put back a copy of state.db, or take it away; nobody is "
		    "let in: see \"Contradictions\" in gatewayd(8)");
	}
}

static void
ask_covered(void *arg)
{
	struct authority *all = arg;

	store_get(&all->store, COVERED_KEY, on_covered, all);
}

void
startup_begin(struct authority *all, void (*serve)(struct authority *),
    void (*blocked)(const char *text))
{
	all->recovery.serve = serve;
	all->recovery.blocked = blocked;
	session_file_load(all->session_file);
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
		    (m->verified & (POLICY_PASSWORD | factor_all())) == 0)
			return;
		tries = 0;
	} else if (tries == 0) {
		return;
	}
	until = lockout_from(conf, tries, m->time_ms);
	subject_tries(&all->subjects, m->subject, tries, until);
}

/* An intent to enrol has spent the invitation, whatever came of it. */
static int
over_of(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m)
{
	if (unfinished_replayed(all, m) < 0)
		return -1;
	if (m->kind == RECORD_INTENT && m->outcome == OUTCOME_ENROLLED)
		return rights_replayed(all, m);
	return m->kind == RECORD_ADMIN ? rights_replayed(all, m) : 0;
}

static void
on_record(void *authority, const struct msg_AUDIT_REPLAY_ANS *m)
{
	struct authority *all = authority;
	bool first = !all->recovery.serving;

	all->recovery.records++;
	/* so may a session; what happens later is seen by audit_link */
	if (m->kind == RECORD_SESSION && first)
		session_file_recorded(
		    all->session_file, m->session, m->outcome);
	if (first && (over_of(all, m) < 0 || lapse_replayed(all, m) < 0))
		fatalx("out of memory for the revocations in the log");
	if (m->subject[0] != '\0' && first)
		tries_of(all, m);
	if (m->kind != RECORD_ATTEMPT)
		return;
	/* before we serve, a slot that is left may have its record already */
	if (first)
		attempt_table_recorded(all->attempt_table, m->attempt);
	if (m->subject[0] == '\0')
		return;
	if (m->step != 0)
		rights_mark(all, m);
}

/* Nothing that was begun before is open any more. */
static void
settled(struct authority *all)
{
	if (orphans_record(all) < 0)
		fatalx("out of memory for orphaned attempts");
	if (lapse_record(all) < 0 || session_restart_all(all) < 0)
		fatalx("out of memory for the open sessions");
	settle_go_on(&all->subjects);
	all->recovery.serve(all);
}

static void
on_end(void *authority)
{
	struct authority *all = authority;

	if (all->recovery.serving) {
		log_info("audit is back");
		settle_go_on(&all->subjects);
		return;
	}
	all->recovery.serving = true;
	log_info("caught up with %llu records",
	    (unsigned long long)all->recovery.records);
	subjects_write_soon(&all->subjects);
	unfinished_settle(all, settled);
}

/* It is over, also for whoever comes after us. */
static void
on_written(void *authority, const struct msg_AUDIT_APPEND_REQ *r, int slot)
{
	struct authority *all = authority;

	if (slot >= 0)
		attempt_table_clear(all->attempt_table, slot);
	if (r->kind == RECORD_SESSION)
		session_file_recorded(
		    all->session_file, r->session, r->outcome);
	/* the store is to know of each record, not only of those that change
	 * something there: a log that ends before it was cut */
	subjects_write_soon(&all->subjects);
}

const struct audit_hooks startup_hooks = {.replay = on_record,
    .ready = on_end,
    .refused = on_refuse,
    .written = on_written};
