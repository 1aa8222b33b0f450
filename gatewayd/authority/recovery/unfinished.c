/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/recovery/unfinished.h"

#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/change/change.h"
#include "gatewayd/authority/change/change_rows.h"
#include "gatewayd/authority/recovery/rights.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define AGAIN_MS 500

struct intent {
	struct table_item item; /* in all->recovery.intents, by its id */
	struct msg_AUDIT_APPEND_REQ record;
};

static bool
is_policy(const struct msg_AUDIT_REPLAY_ANS *m)
{
	return m->bundle[0] != '\0' && outcome_puts_policy(m->outcome);
}

int
unfinished_replayed(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m)
{
	struct table *t = &all->recovery.intents;
	struct intent *i = table_find(t, m->attempt, ATTEMPT_ID);

	if (m->kind == RECORD_ADMIN && i != NULL) {
		table_remove(t, &i->item);
		free(i);
	}
	if (m->kind != RECORD_INTENT || i != NULL ||
	    (change_row(m->outcome) == NULL && !is_policy(m)))
		return 0;
	i = calloc(1, sizeof *i);
	if (i == NULL)
		return -1;
	message_replayed_record(m, &i->record);
	if (table_add(t, &i->item, i->record.attempt, ATTEMPT_ID, i) == 0)
		return 0;
	free(i);
	return -1;
}

static void go_on(void *arg);

static struct intent *
first(struct authority *all)
{
	struct table_item *next;
	size_t at = 0;

	return table_each(&all->recovery.intents, &at, &next);
}

/* As if the log had said it. */
static void
finish(struct authority *all, struct intent *i, bool made)
{
	struct msg_AUDIT_APPEND_REQ r;
	struct msg_AUDIT_REPLAY_ANS m = {0};

	change_outcome(&i->record,
	    made ? (enum outcome)i->record.outcome : OUTCOME_FAILED, &r);
	message_record_replayed(&r, &m);
	if (audit_append_done(&all->audit, &r, NULL, NULL) < 0 ||
	    rights_replayed(all, &m) < 0)
		fatalx("out of memory for an unfinished change");
	log_info("an unfinished change of %s: %s",
	    r.bundle[0] != '\0' ? "the policy" : r.name,
	    made ? "it is made" : "it was not made");
	table_remove(&all->recovery.intents, &i->item);
	free(i);
	go_on(all);
}

static void
on_looked(void *arg, const struct store_answer *a)
{
	struct authority *all = arg;
	struct intent *i = first(all);

	if (a->status != STORE_OK && a->status != STORE_ABSENT)
		loop_timer_at(all->loop, &all->recovery.retry,
		    clock_mono_ms() + AGAIN_MS, go_on, all);
	else
		finish(all, i,
		    a->status == STORE_OK &&
			change_row(i->record.outcome)
			    ->is_there(&i->record, all->seal, a->value,
				a->value_size));
}

static void
go_on(void *arg)
{
	struct authority *all = arg;
	struct intent *i = first(all);
	char key[KEY_MAX + 1];

	if (i == NULL)
		all->recovery.settled(all);
	else if (i->record.bundle[0] != '\0')
		finish(all, i,
		    strcmp(i->record.bundle, all->conf.policy.bundle) == 0);
	else if (change_row(i->record.outcome)->takes)
		/* the safe side of what is not known */
		finish(all, i, true);
	else if (change_key(&i->record, key) < 0)
		finish(all, i, false);
	else
		store_get(&all->store, key, on_looked, all);
}

void
unfinished_settle(struct authority *all, void (*then)(struct authority *))
{
	all->recovery.settled = then;
	go_on(all);
}
