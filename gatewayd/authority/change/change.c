/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/change/change.h"

#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/change/change_rows.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define PATIENCE_MS 10000 /* of who asked */
#define AGAIN_MS 500
#define TAKES_MOST 16 /* times that a row may change under our hands */

struct change {
	struct authority *all;
	struct subject *subject; /* held */
	struct change_order order;
	const struct change_row *row;
	uint32_t pin;
	bool intended;	/* the intent is on disk */
	bool abandoned; /* before it was */
	bool spending;	/* the invitation goes first */
	unsigned takes;
	char key[KEY_MAX + 1];
	struct store_value value;
	enum outcome outcome;
	struct loop_timer again, patience;
	change_call call;
	void *arg;
};

static void
tell(struct change *c, enum change_result result)
{
	change_call call = c->call;

	c->call = NULL;
	loop_timer_off(c->all->loop, &c->patience);
	if (call != NULL)
		call(c->arg, result);
}

/* ---- what came of it ---- */

static void
on_recorded(void *arg, bool on_disk, uint64_t sequence)
{
	struct change *c = arg;

	(void)on_disk;
	(void)sequence;
	subjects_unpin(&c->all->subjects, c->pin);
	c->subject->changing = false;
	tell(c, c->outcome == OUTCOME_FAILED ? CHANGE_NOT_MADE : CHANGE_MADE);
	subject_release(&c->all->subjects, c->subject);
	explicit_bzero(c, sizeof *c);
	free(c);
}

static void
record(void *arg)
{
	struct change *c = arg;
	struct msg_AUDIT_APPEND_REQ r;

	change_outcome(&c->order.record, c->outcome, &r);
	if (audit_append_done(&c->all->audit, &r, on_recorded, c) < 0)
		loop_timer_at(c->all->loop, &c->again,
		    clock_mono_ms() + AGAIN_MS, record, c);
}

static void
finish(struct change *c, bool made, uint64_t version)
{
	c->outcome =
	    made ? (enum outcome)c->order.record.outcome : OUTCOME_FAILED;
	c->row->apply(c->subject, &c->all->subjects, &c->order, made, version);
	record(c);
}

/* ---- the store ---- */

static void put(struct change *c);
static void take(void *arg);

static void
later(struct change *c, void (*what)(void *))
{
	loop_timer_at(
	    c->all->loop, &c->again, clock_mono_ms() + AGAIN_MS, what, c);
}

/* It had the change, and its answer was lost: what is there now? */
static void look(void *arg);

static void
on_looked(void *arg, const struct store_answer *a)
{
	struct change *c = arg;

	if (a->status == STORE_UNAVAILABLE)
		later(c, look);
	else
		finish(c,
		    a->status == STORE_OK && a->value_size == c->value.size &&
			memcmp(a->value, c->value.data, c->value.size) == 0,
		    a->version);
}

static void
look(void *arg)
{
	struct change *c = arg;

	store_get(&c->all->store, c->key, on_looked, c);
}

static void
on_put(void *arg, const struct store_answer *a)
{
	struct change *c = arg;

	if (a->status == STORE_UNAVAILABLE)
		later(c, look);
	else
		finish(c, a->status == STORE_OK, a->version);
}

static void
put(struct change *c)
{
	const struct change_order *o = &c->order;
	const struct invitation *i = c->subject->invitation;
	struct store_row row = {
	    .key = c->key, .value = {c->value.data, c->value.size}};

	if (o->record.outcome == OUTCOME_INVITED && i != NULL)
		row.version = i->version;
	if (o->record.outcome == OUTCOME_GIVEN)
		row.expires_ms = o->approval.ends_ms;
	store_put(&c->all->store, &row, on_put, c);
}

/* What was to be taken away is not there any more.  there: it was. */
static void
taken(struct change *c, bool there)
{
	if (!c->spending) {
		finish(c, true, 0);
		return;
	}
	c->spending = false;
	subject_uninvite(c->subject);
	/* of two who spend one invitation, one does */
	if (!there && reason_find(c->order.record.reason) == REASON_GRACE)
		finish(c, false, 0);
	else
		put(c);
}

static void
on_taken(void *arg, const struct store_answer *a)
{
	struct change *c = arg;

	switch (a->status) {
	case STORE_OK:
		taken(c, true);
		break;
	case STORE_ABSENT:
		taken(c, false);
		break;
	case STORE_CONFLICT:
		if (++c->takes < TAKES_MOST)
			take(c);
		else
			finish(c, false, 0);
		break;
	default:
		later(c, take);
	}
}

static const char *
key_to_take(struct change *c, char room[KEY_MAX + 1])
{
	if (!c->spending)
		return c->key;
	credential_key(room, KEY_MAX + 1, c->subject->id, INVITATION_ID);
	return room;
}

static void
on_there(void *arg, const struct store_answer *a)
{
	struct change *c = arg;
	char room[KEY_MAX + 1];

	if (a->status == STORE_OK)
		store_delete(&c->all->store, key_to_take(c, room), a->version,
		    on_taken, c);
	else
		on_taken(c, a);
}

/* Whatever its version is: marks are written all the time. */
static void
take(void *arg)
{
	struct change *c = arg;
	char room[KEY_MAX + 1];

	store_get(&c->all->store, key_to_take(c, room), on_there, c);
}

/* ---- the intent ---- */

static void
on_intended(void *arg, bool on_disk, uint64_t sequence)
{
	struct change *c = arg;

	(void)on_disk;
	(void)sequence;
	c->intended = true;
	if (c->abandoned)
		finish(c, false, 0);
	else if (c->key[0] == '\0')
		finish(c, true, 0);
	else if (c->row->takes || c->spending)
		take(c);
	else
		put(c);
}

static void
on_late(void *arg)
{
	struct change *c = arg;

	c->abandoned = !c->intended;
	tell(c, CHANGE_UNKNOWN);
}

/* What is to be taken away counts for nobody from this moment on. */
static void
end_now(struct change *c)
{
	const struct msg_AUDIT_APPEND_REQ *r = &c->order.record;
	struct subject *s = c->subject;
	struct approval *p = r->outcome == OUTCOME_WITHDRAWN
				 ? approvals_find(&s->approvals, r->approval)
				 : NULL;

	if (p != NULL)
		approvals_drop(&s->approvals, p);
	if (s->invitation != NULL && change_ends_invitation(r)) {
		s->invitation->ended = true;
		c->spending = !c->row->takes;
	}
}

static struct change *
make(struct authority *all, struct subject *s, const struct change_order *o)
{
	struct change *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	c->all = all;
	c->subject = s;
	c->order = *o;
	c->row = change_row(o->record.outcome);
	if (change_key(&o->record, c->key) == 0 &&
	    (c->row->takes ||
		c->row->encode(o, all->seal, s->id, &c->value) == 0))
		return c;
	free(c);
	return NULL;
}

struct change *
change_begin(struct authority *all, struct subject *s,
    const struct change_order *o, change_call call, void *arg)
{
	struct change *c = s->changing ? NULL : make(all, s, o);
	struct msg_AUDIT_APPEND_REQ intent = o->record;

	if (c == NULL)
		return NULL;
	intent.kind = RECORD_INTENT;
	c->call = call;
	c->arg = arg;
	c->pin = subjects_pin(&all->subjects);
	if (audit_append_done(&all->audit, &intent, on_intended, c) < 0) {
		subjects_unpin(&all->subjects, c->pin);
		free(c);
		return NULL;
	}
	s->changing = true;
	subject_keep(&all->subjects, s);
	end_now(c);
	loop_timer_at(
	    all->loop, &c->patience, clock_mono_ms() + PATIENCE_MS, on_late, c);
	return c;
}

void
change_forget(struct change *c)
{
	c->call = NULL;
	loop_timer_off(c->all->loop, &c->patience);
	if (!c->intended)
		c->abandoned = true;
}
