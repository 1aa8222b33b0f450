/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/settle.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"

#define LOADING_MOST 128 /* at a time: who logs in does not wait behind all */
#define AGAIN_MS 1000

static void
put_last(struct subjects *all, struct subject *s)
{
	if (s->settling || s->state == SUBJECT_LOADED)
		return;
	s->settling = true;
	s->next_settle = NULL;
	*all->settle.last = s;
	all->settle.last = &s->next_settle;
}

static struct subject *
take_first(struct subjects *all)
{
	struct subject *s = all->settle.first;

	if (s == NULL)
		return NULL;
	all->settle.first = s->next_settle;
	if (all->settle.first == NULL)
		all->settle.last = &all->settle.first;
	s->settling = false;
	return s;
}

void
settle_later(struct subjects *all, const char *id)
{
	struct subject *s = table_find(&all->table, id, strlen(id));

	if (s != NULL)
		put_last(all, s);
}

void
subject_mark(
    struct subjects *all, const char *id, const struct credential *mark)
{
	struct subject *s = subject_find(all, id);
	struct credential *c;

	if (s == NULL)
		return;
	c = subject_credential(s, mark->id);
	if (c == NULL && s->state == SUBJECT_NEW) {
		struct credential new = {.intact = true};

		memcpy(new.id, mark->id, sizeof new.id);
		c = subject_add_credential(s, &new);
	}
	/* unknown to a loaded subject: revoked meanwhile */
	if (c != NULL)
		subject_take_mark(all, s, c, mark);
	put_last(all, s);
	subject_idle(all, s);
}

void
subject_tries(struct subjects *all, const char *id, uint32_t tries,
    int64_t locked_until_ms)
{
	struct subject *s = subject_find(all, id);

	if (s == NULL)
		return;
	subject_set_tries(all, s, tries, locked_until_ms);
	/* also when it is none: the store may say more */
	subject_tries_dirty(all, s);
	put_last(all, s);
	subject_idle(all, s);
}

static void
go_on(void *arg)
{
	settle_go_on(arg);
}

static void
settled(void *arg, struct subject *s, bool ok)
{
	struct subjects *all = arg;

	all->settle.loading--;
	if (ok) {
		subject_release(all, s);
	} else if (s != NULL && !s->unreadable) {
		put_last(all, s);
		loop_timer_at(all->loop, &all->settle.again,
		    clock_mono_ms() + AGAIN_MS, go_on, all);
	}
	settle_go_on(all);
}

void
settle_go_on(struct subjects *all)
{
	struct subject *s;

	while (!all->settle.again.active &&
	       all->settle.loading < LOADING_MOST &&
	       (s = take_first(all)) != NULL) {
		if (s->state == SUBJECT_LOADED)
			continue;
		all->settle.loading++;
		subject_hold(all, s->id, settled, all);
	}
}
