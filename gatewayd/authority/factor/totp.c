/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/totp.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/factor/digits.h"
#include "gatewayd/authority/factor/factor.h"
#include "gatewayd/authority/factor/otp_code.h"
#include "gatewayd/authority/factor/otpauth.h"

/* A code as typed, and the steps that are looked at. */
struct look {
	const struct factor_proof *proof;
	struct otp_form form;
	char digits[OTP_DIGITS_MAX];
	uint64_t now; /* this machine's step */
};

/* Of a code that is this step's. */
static enum factor_result
judge(const struct look *l, uint64_t step, struct factor_found *found)
{
	const struct factor_proof *p = l->proof;
	int64_t ahead = (int64_t)(step - l->now), off = ahead - p->drift;

	*found = (struct factor_found){.drift = p->drift};
	if (off >= -TOTP_WINDOW && off <= TOTP_WINDOW) {
		found->step = step;
		return step > p->last ? FACTOR_MATCH : FACTOR_REPLAYED;
	}
	/* right after the code before it: it is the clock that is off */
	if (p->seen != 0 && step == p->seen + 1 && step > p->last &&
	    ahead >= -TOTP_DRIFT && ahead <= TOTP_DRIFT) {
		found->step = step;
		found->drift = (int32_t)ahead;
		found->resynchronised = true;
		return FACTOR_MATCH;
	}
	found->outside = step > p->last ? step : 0;
	return off < 0 ? FACTOR_LATE : FACTOR_EARLY;
}

/* All steps that are known, whichever matches: the same time for all. */
static enum factor_result
search(const struct look *l, unsigned reach, struct factor_found *found_r)
{
	uint64_t centre = l->now + (uint64_t)(int64_t)l->proof->drift;
	enum factor_result result = FACTOR_MISMATCH;

	for (uint64_t step = centre - reach; step <= centre + reach; step++) {
		struct factor_found found;
		enum factor_result judged;
		int right = otp_code_is(l->proof, &l->form, step, l->digits);

		if (right < 0) {
			*found_r = (struct factor_found){0};
			return FACTOR_UNAVAILABLE;
		}
		if (right == 0)
			continue;
		judged = judge(l, step, &found);
		if (judged >= result)
			continue;
		result = judged;
		*found_r = found;
	}
	return result;
}

static bool
look_at(struct look *l, const struct factor_proof *p, struct otp_form form)
{
	l->proof = p;
	l->form = form;
	l->now = (uint64_t)p->time_seconds / form.period;
	return digits_take(p->code, p->code_size, l->digits, form.digits);
}

/* Several apps take a form that they cannot make, and go on as usual.  Nothing
 * is let in by this: it is to be told. */
static bool
is_ignored(struct look *l, const struct factor_proof *p)
{
	const struct otp_form usual = OTP_FORM_USUAL;
	struct factor_found found;

	for (unsigned i = 1; i < 8; i++) {
		struct otp_form form = {
		    i & 1 ? usual.algorithm : p->form.algorithm,
		    i & 2 ? usual.digits : p->form.digits,
		    i & 4 ? usual.period : p->form.period};

		if (look_at(l, p, form) &&
		    search(l, TOTP_KNOWN, &found) != FACTOR_MISMATCH)
			return true;
	}
	return false;
}

static enum factor_result
verify(const struct factor_proof *p, struct factor_found *found_r)
{
	unsigned reach = p->reach > 0 ? p->reach : TOTP_KNOWN;
	enum factor_result result;
	struct look l;

	*found_r = (struct factor_found){0};
	if (!otp_form_is_valid(&p->form) || p->drift > TOTP_DRIFT ||
	    p->drift < -TOTP_DRIFT)
		result = FACTOR_UNAVAILABLE;
	else if (!look_at(&l, p, p->form))
		result = FACTOR_MALFORMED;
	else if (p->time_seconds <
		 p->form.period * (int64_t)(reach + TOTP_DRIFT + 1))
		result = FACTOR_UNAVAILABLE;
	else
		result = search(&l, reach, found_r);
	if ((result == FACTOR_MISMATCH || result == FACTOR_MALFORMED) &&
	    p->last == 0 && !otp_form_is_usual(&p->form) && is_ignored(&l, p))
		result = FACTOR_IGNORED;
	explicit_bzero(&l, sizeof l);
	return result;
}

/* What is as usual is left out: the shorter URI is the smaller QR code. */
static int
enrol(const struct factor_seed *s, char *out, size_t room, size_t *size_r)
{
	const struct otp_form usual = OTP_FORM_USUAL;
	char parameters[64] = "";
	size_t at = 0;
	int size;

	if (s->form.algorithm != usual.algorithm)
		at += (size_t)snprintf(parameters, sizeof parameters,
		    "&algorithm=%s", otpauth_algorithm(s->form.algorithm));
	if (s->form.digits != usual.digits)
		at += (size_t)snprintf(parameters + at, sizeof parameters - at,
		    "&digits=%u", s->form.digits);
	if (s->form.period != usual.period)
		snprintf(parameters + at, sizeof parameters - at, "&period=%u",
		    s->form.period);
	size = otpauth_uri(s, "totp", parameters, out, room);
	*size_r = size < 0 ? 0 : (size_t)size;
	return size < 0 ? -1 : 0;
}

const struct factor_ops factor_totp = {.collect = COLLECT_CODE,
    .prompt = PEOPLE_CODE,
    .how = PEOPLE_TIME_BASED,
    .reach = TOTP_DRIFT,
    .timed = true,
    .verify = verify,
    .enrol = enrol};
