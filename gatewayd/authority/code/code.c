/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/code/code.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/code/replaced.h"
#include "lib/base/clock.h"

/* Between two consecutive codes; and between two resynchronisations, which are
 * a second way for a guess. */
#define SEEN_MS 180000
#define RESYNCHRONISE_MS 3600000

bool
code_counts(
    const struct subject *s, const char *name, const struct credential *c)
{
	return strcmp(c->name, name) == 0 && !subject_is_replaced(s, c);
}

/* What is said when no credential's code matched.  A code that was compared is
 * wrong, and a try, whatever could not be compared beside it: otherwise one
 * unreadable credential would make the guesses at another one free. */
static enum reason
reason_of(const bool met[FACTOR_RESULT_COUNT])
{
	return met[FACTOR_REPLAYED]	 ? REASON_CODE_REPLAYED
	       : met[FACTOR_IGNORED]	 ? REASON_FORM_IGNORED
	       : met[FACTOR_LATE]	 ? REASON_CODE_LATE
	       : met[FACTOR_EARLY]	 ? REASON_CODE_EARLY
	       : met[FACTOR_AHEAD]	 ? REASON_CODE_AHEAD
	       : met[FACTOR_MISMATCH]	 ? REASON_WRONG_CODE
	       : met[FACTOR_MALFORMED]	 ? REASON_MALFORMED_CODE
	       : met[FACTOR_UNAVAILABLE] ? REASON_CODE_UNAVAILABLE
	       : met[FACTOR_UNREADABLE]	 ? REASON_CREDENTIAL_UNREADABLE
					 : REASON_WRONG_CODE;
}

static uint64_t
seen(const struct credential *c, int64_t now_ms)
{
	bool counts = now_ms - c->seen_ms < SEEN_MS && now_ms >= c->seen_ms &&
		      now_ms - c->resynchronised_ms >= RESYNCHRONISE_MS;

	return counts ? c->seen : 0;
}

static enum factor_result
verify(const struct authority *all, const struct code_typed *t,
    const struct credential *c, struct factor_found *found_r)
{
	int64_t now_ms = clock_wall_ms();
	uint8_t seed[CREDENTIAL_SEED_MAX];
	int size = credential_seed(c, all->seal, t->subject->id, seed);
	const struct factor_proof proof = {.seed = seed,
	    .seed_size = size > 0 ? (size_t)size : 0,
	    .code = t->code,
	    .code_size = t->size,
	    .time_seconds = now_ms / 1000,
	    .last = c->step,
	    .form = c->form,
	    .drift = c->drift,
	    .seen = seen(c, now_ms)};
	enum factor_result result = FACTOR_UNREADABLE;

	*found_r = (struct factor_found){0};
	if (size >= 0)
		result = factor_of(c->kind)->verify(&proof, found_r);
	explicit_bzero(seed, sizeof seed);
	return result;
}

void
code_judge(const struct authority *all, const struct code_typed *t,
    struct code_judged *code_r)
{
	struct subject *s = t->subject;
	bool met[FACTOR_RESULT_COUNT] = {false};

	*code_r = (struct code_judged){.credential = NULL};
	for (size_t i = 0; i < s->credential_count; i++) {
		struct credential *c = &s->credential[i];
		struct factor_found found;
		enum factor_result r;

		if (!code_counts(s, t->name, c) ||
		    (factor_kind_factor(c->kind) & t->factors) == 0)
			continue;
		r = verify(all, t, c, &found);
		met[r] = true;
		if (r == FACTOR_MATCH) {
			code_r->credential = c;
			code_r->found = found;
		} else if (found.outside != 0) {
			code_r->outside = c;
			code_r->outside_step = found.outside;
		}
	}
	code_r->reason = reason_of(met);
}

void
code_remember(const struct code_judged *code)
{
	if (code->outside == NULL)
		return;
	code->outside->seen = code->outside_step;
	code->outside->seen_ms = clock_wall_ms();
}

void
code_spend(struct authority *all, struct subject *s,
    const struct code_judged *code, struct msg_AUDIT_APPEND_REQ *r)
{
	struct credential *c = code->credential;

	c->seen = 0;
	c->used_ms = clock_wall_ms();
	if (code->found.resynchronised) {
		c->drift = code->found.drift;
		c->resynchronised_ms = c->used_ms;
		snprintf(r->drift, sizeof r->drift, "%+d", c->drift);
	}
	memcpy(r->credential, c->id, sizeof r->credential);
	snprintf(r->factor, sizeof r->factor, "%s", factor_kind_word(c->kind));
	r->step = code->found.step;
	/* in memory now: no other attempt can spend it again */
	subject_accept(&all->subjects, s, c, code->found.step);
	replaced_revoke(all, s, c, r);
}
