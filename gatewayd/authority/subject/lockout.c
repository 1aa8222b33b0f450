/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/lockout.h"

#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"

/* of a lockout that begins now */
static int64_t
latest(const struct authority *all)
{
	return clock_wall_ms() + (int64_t)all->conf.lockout_seconds * 1000;
}

int64_t
lockout_until(struct authority *all, struct subject *s)
{
	if (s->tries < all->conf.max_tries)
		return 0;
	if (s->locked_until_ms <= clock_wall_ms()) {
		lockout_clear(all, s);
		return 0;
	}
	if (s->locked_until_ms > latest(all))
		subject_set_tries(&all->subjects, s, s->tries, latest(all));
	return s->locked_until_ms;
}

uint32_t
lockout_count(struct authority *all, struct subject *s)
{
	uint32_t tries = s->tries + 1;

	subject_set_tries(&all->subjects, s, tries,
	    tries >= all->conf.max_tries ? latest(all) : 0);
	return tries;
}

void
lockout_clear(struct authority *all, struct subject *s)
{
	subject_set_tries(&all->subjects, s, 0, 0);
}

static void
on_loaded(void *arg, struct subject *s, bool ok)
{
	struct authority *all = arg;

	if (!ok)
		return;
	lockout_clear(all, s);
	subject_release(&all->subjects, s);
}

void
lockout_clear_of(struct authority *all, const char *subject)
{
	subject_hold(&all->subjects, subject, on_loaded, all);
}
