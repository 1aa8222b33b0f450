/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/subject.h"

#include <stdlib.h>
#include <string.h>

#include "gatewayd/authority/credential/credential_pack.h"
#include "lib/base/clock.h"

#define WRITE_MS 500

void
subjects_covered(
    struct subjects *all, const struct covered *covered, uint64_t version)
{
	all->covered = *covered;
	all->covered_version = version;
}

void
subjects_write_soon(struct subjects *all)
{
	if (!all->timer.active)
		loop_timer_at(all->loop, &all->timer,
		    clock_mono_ms() + WRITE_MS, all->write, all);
}

uint32_t
subjects_pin(struct subjects *all)
{
	all->dirty[all->epoch & 1]++;
	return all->epoch;
}

void
subjects_unpin(struct subjects *all, uint32_t pin)
{
	all->dirty[pin & 1]--;
	subjects_write_soon(all);
}

/* Of one that is clean: the store has all of it. */
static void
pack(struct subject *s)
{
	if (s->credential_count == 0 || s->packed != NULL)
		return;
	s->packed = credential_pack(s->credential, s->credential_count);
	if (s->packed == NULL)
		return; /* no memory: they stay as they are */
	free(s->credential);
	s->credential = NULL;
}

/* Without memory it is one that the store has to be asked for. */
static void
unpack(struct subject *s)
{
	if (s->packed == NULL)
		return;
	s->credential = credential_unpack(s->packed, s->credential_count);
	free(s->packed);
	s->packed = NULL;
	if (s->credential != NULL)
		return;
	s->credential_count = 0;
	s->state = SUBJECT_NEW;
}

void
subject_wanted(struct subjects *all, struct subject *s)
{
	if (!s->idle)
		return;
	s->newer->older = s->older;
	s->older->newer = s->newer;
	s->idle = false;
	all->idle_count--;
	unpack(s);
}

/* Has something that the store was not asked to take yet. */
static bool
is_unwritten(const struct subject *s)
{
	if (s->tries_dirty && !s->tries_writing)
		return true;
	for (size_t i = 0; s->packed == NULL && i < s->credential_count; i++)
		if (s->credential[i].dirty && !s->credential[i].writing)
			return true;
	return false;
}

/* Has something that the store does not have.  What is packed has nothing. */
static bool
is_dirty(const struct subject *s)
{
	if (s->tries_dirty || s->tries_writing || s->over_count > 0 ||
	    s->queued || s->settling)
		return true;
	for (size_t i = 0; s->packed == NULL && i < s->credential_count; i++)
		if (s->credential[i].dirty || s->credential[i].writing)
			return true;
	return false;
}

void
subject_queue(struct subjects *all, struct subject *s)
{
	if (s->queued || s->state != SUBJECT_LOADED || !is_unwritten(s))
		return;
	s->queued = true;
	s->next_dirty = NULL;
	*all->last_dirty = s;
	all->last_dirty = &s->next_dirty;
	subjects_write_soon(all);
}

static void
drop(struct subjects *all, struct subject *s)
{
	free(s->packed);
	s->packed = NULL;
	subject_wanted(all, s);
	table_remove(&all->table, &s->item);
	free(s->credential);
	approvals_clear(&s->approvals);
	free(s->invitation);
	free(s->recent);
	free(s->over);
	free(s);
}

void
subject_idle(struct subjects *all, struct subject *s)
{
	if (s->idle || s->users > 0 || s->waiters != NULL)
		return;
	if (s->state != SUBJECT_LOADED && s->credential_count == 0 &&
	    !is_dirty(s)) {
		drop(all, s);
		return;
	}
	s->older = all->idle.older;
	s->newer = &all->idle;
	s->older->newer = s;
	all->idle.older = s;
	s->idle = true;
	all->idle_count++;
	if (s->state == SUBJECT_LOADED && !is_dirty(s))
		pack(s);
}

void
subjects_evict(struct subjects *all)
{
	struct subject *oldest = all->idle.newer;

	if (all->idle_count > SUBJECTS_KEPT && !is_dirty(oldest))
		drop(all, oldest);
}

struct subject *
subject_find(struct subjects *all, const char *id)
{
	size_t size = strlen(id);
	struct subject *s = table_find(&all->table, id, size);

	if (s != NULL) {
		subject_wanted(all, s);
		return s;
	}
	if (size == 0 || size > SUBJECT_MAX)
		return NULL;
	s = calloc(1, sizeof *s + size + 1);
	if (s == NULL)
		return NULL;
	s->id = memcpy(s + 1, id, size);
	if (table_add(&all->table, &s->item, s->id, size, s) < 0) {
		free(s);
		return NULL;
	}
	return s;
}

struct credential *
subject_add_credential(struct subject *s, const struct credential *new)
{
	struct credential *c;

	if (s->credential_count == SUBJECT_CREDENTIALS)
		return NULL;
	c = reallocarray(s->credential, s->credential_count + 1, sizeof *c);
	if (c == NULL)
		return NULL;
	s->credential = c;
	c += s->credential_count++;
	*c = *new;
	return c;
}

struct credential *
subject_credential(struct subject *s, const char *id)
{
	for (size_t i = 0; i < s->credential_count; i++)
		if (strcmp(s->credential[i].id, id) == 0)
			return &s->credential[i];
	return NULL;
}

int
subject_invite(struct subject *s, const struct invitation *new)
{
	if (s->invitation == NULL)
		s->invitation = malloc(sizeof *s->invitation);
	if (s->invitation == NULL)
		return -1;
	*s->invitation = *new;
	return 0;
}

void
subject_uninvite(struct subject *s)
{
	free(s->invitation);
	s->invitation = NULL;
}

static void
credential_dirty(struct subjects *all, struct subject *s, struct credential *c)
{
	if (!c->dirty) {
		c->dirty = true;
		c->epoch = subjects_pin(all);
	}
	subject_queue(all, s);
}

void
subject_accept(struct subjects *all, struct subject *s, struct credential *c,
    uint64_t step)
{
	/* what the store changed is not made ours by writing it again */
	if (step <= c->step || !c->intact)
		return;
	c->step = step;
	credential_dirty(all, s, c);
}

void
subject_take_mark(struct subjects *all, struct subject *s, struct credential *c,
    const struct credential *mark)
{
	if (mark->resynchronised_ms > c->resynchronised_ms) {
		c->resynchronised_ms = mark->resynchronised_ms;
		c->drift = mark->drift;
	}
	if (mark->used_ms > c->used_ms)
		c->used_ms = mark->used_ms;
	if (mark->label[0] != '\0' && c->intact) {
		memcpy(c->label, mark->label, sizeof c->label);
		credential_dirty(all, s, c);
	}
	subject_accept(all, s, c, mark->step);
}

bool
subject_is_replaced(const struct subject *s, const struct credential *c)
{
	for (size_t i = 0; i < s->credential_count; i++)
		if (s->credential[i].step > 0 && s->credential[i].intact &&
		    strcmp(s->credential[i].replaces, c->id) == 0)
			return true;
	return false;
}

void
subject_drop_credential(
    struct subjects *all, struct subject *s, struct credential *c)
{
	size_t at = (size_t)(c - s->credential), last = s->credential_count - 1;

	if (c->dirty)
		all->dirty[c->epoch & 1]--;
	s->credential[at] = s->credential[last];
	explicit_bzero(&s->credential[last], sizeof s->credential[last]);
	s->credential_count--;
}

void
subject_tries_dirty(struct subjects *all, struct subject *s)
{
	if (!s->tries_dirty) {
		s->tries_dirty = true;
		s->tries_epoch = subjects_pin(all);
	}
	subject_queue(all, s);
}

void
subject_set_tries(struct subjects *all, struct subject *s, uint32_t tries,
    int64_t locked_until_ms)
{
	if (s->tries == tries && s->locked_until_ms == locked_until_ms)
		return;
	s->tries = tries;
	s->locked_until_ms = locked_until_ms;
	subject_tries_dirty(all, s);
}

void
subject_keep(struct subjects *all, struct subject *s)
{
	subject_wanted(all, s);
	s->users++;
}

void
subject_release(struct subjects *all, struct subject *s)
{
	s->users--;
	subject_idle(all, s);
}
