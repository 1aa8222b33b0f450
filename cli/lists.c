/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/lists.h"

#include "lib/record/record.h"

/* A person who has a new name keeps the credentials of the old one, and they
 * open only that: so each has its name. */
static void
show_factor(struct items *items, const struct message *m)
{
	const struct msg_ADMIN_FACTORS_ANS *f = &m->u.ADMIN_FACTORS_ANS;

	items_string(items, "kind", f->kind);
	items_time(items, "created", f->created_ms);
	items_time(items, "used", f->used_ms);
	items_string(items, "credential", f->credential);
	items_string(items, "name", f->name);
	items_string(items, "label", f->label);
	items_string(items, "replaces", f->replaces);
	items_hide(items);
	items_string(items, "subject", f->subject);
	items_string(items, "serial", f->serial);
	items_uint(items, "last_step", f->step);
	items_string(items, "algorithm", f->algorithm);
	items_uint(items, "digits", f->digits);
	items_uint(items, "period", f->period);
	items_int(items, "drift_seconds", f->drift_seconds);
}

const struct ask_list lists_factors = {
    ASK(FACTORS), show_factor, "no credential, and no invitation"};

static void
show_session(struct items *items, const struct message *m)
{
	const struct msg_ADMIN_SESSIONS_ANS *s = &m->u.ADMIN_SESSIONS_ANS;

	items_string(items, "session", s->session);
	items_time(items, "opened", s->opened_ms);
	items_time(items, "ends", s->ends_ms);
	items_time(items, "renewed", s->renewed_ms);
	items_string(items, "name", s->name);
	items_string(items, "client", s->client);
	items_string(items, "service", s->service);
	items_string(items, "ending", s->ending);
	items_hide(items);
	items_string(items, "subject", s->subject);
	items_uint(items, "uid", s->uid);
	items_uint(items, "lease_seconds", s->lease_seconds);
}

const struct ask_list lists_sessions = {
    ASK(SESSIONS), show_session, "no open session"};

static void
show_attempt(struct items *items, const struct message *m)
{
	const struct msg_ADMIN_ATTEMPTS_ANS *t = &m->u.ADMIN_ATTEMPTS_ANS;
	const char *outcome = record_outcome_name(t->outcome);

	items_time(items, "time", t->time_ms);
	items_string(items, "outcome", outcome != NULL ? outcome : "?");
	items_string(items, "reason", t->reason);
	items_string(items, "client", t->client);
	items_string(items, "service", t->service);
	items_string(items, "reference", t->reference);
}

const struct ask_list lists_attempts = {
    ASK(ATTEMPTS), show_attempt, "no attempt since gatewayd's start"};
