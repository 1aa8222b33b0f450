/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/subject/lockout.h"

#include "gatewayd/authority/subject/subject_hold.h"
#include "lib/base/clock.h"

int64_t
lockout_from(
    const struct conf_authority *conf, uint32_t tries, int64_t since_ms)
{
	uint64_t wait = conf->lockout_seconds;

	if (tries < conf->max_tries)
		return 0;
	if (tries >= conf->stop_tries)
		return LOCKOUT_FOREVER;
	for (uint32_t n = conf->max_tries; n < tries; n++) {
		if (wait >= conf->lockout_most_seconds)
			break;
		wait *= 2;
	}
	if (wait > conf->lockout_most_seconds)
		wait = conf->lockout_most_seconds;
	return since_ms + (int64_t)wait * 1000;
}

/* of a lockout that begins now */
static int64_t
latest(const struct authority *all, uint32_t tries)
{
	return lockout_from(&all->conf, tries, clock_wall_ms());
}

int64_t
lockout_until(struct authority *all, struct subject *s)
{
	int64_t longest = latest(all, s->tries);

	if (longest == 0)
		return 0;
	if (longest == LOCKOUT_FOREVER)
		return longest;
	if (s->locked_until_ms <= clock_wall_ms())
		return 0;
	if (s->locked_until_ms > longest)
		subject_set_tries(&all->subjects, s, s->tries, longest);
	return s->locked_until_ms;
}

bool
lockout_has_try(struct authority *all, struct subject *s, uint32_t inflight)
{
	return lockout_until(all, s) == 0 &&
	       (s->tries + inflight < all->conf.max_tries || inflight == 0);
}

uint32_t
lockout_count(struct authority *all, struct subject *s)
{
	uint32_t tries = s->tries < UINT32_MAX ? s->tries + 1 : UINT32_MAX;

	subject_set_tries(&all->subjects, s, tries, latest(all, tries));
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
