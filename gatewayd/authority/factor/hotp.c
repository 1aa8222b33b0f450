/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/hotp.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/factor/digits.h"
#include "gatewayd/authority/factor/factor.h"
#include "gatewayd/authority/factor/otp_code.h"
#include "gatewayd/authority/factor/otpauth.h"

/* The step of a code is its counter and one: step 0 is that of none. */
static enum factor_result
judge(const struct factor_proof *p, uint64_t step, struct factor_found *found)
{
	*found = (struct factor_found){.step = step};
	if (step <= p->last)
		return FACTOR_REPLAYED;
	if (step <= p->last + HOTP_AHEAD)
		return FACTOR_MATCH;
	/* right after the code before it: the token has been played with */
	if (p->seen != 0 && step == p->seen + 1) {
		found->resynchronised = true;
		return FACTOR_MATCH;
	}
	found->step = 0;
	found->outside = step;
	return FACTOR_AHEAD;
}

static enum factor_result
verify(const struct factor_proof *p, struct factor_found *found_r)
{
	unsigned reach = p->reach > 0 ? p->reach : HOTP_KNOWN;
	uint64_t first = p->last > HOTP_BEHIND ? p->last - HOTP_BEHIND : 0;
	enum factor_result result = FACTOR_MISMATCH;
	char digits[OTP_DIGITS_MAX];

	*found_r = (struct factor_found){0};
	if (!otp_form_is_valid(&p->form) ||
	    p->last > (uint64_t)INT64_MAX - reach)
		return FACTOR_UNAVAILABLE;
	if (!digits_take(p->code, p->code_size, digits, p->form.digits))
		return FACTOR_MALFORMED;
	for (uint64_t step = first + 1; step <= p->last + reach; step++) {
		struct factor_found found;
		enum factor_result judged;
		int right = otp_code_is(p, &p->form, step - 1, digits);

		if (right < 0) {
			*found_r = (struct factor_found){0};
			result = FACTOR_UNAVAILABLE;
			break;
		}
		if (right == 0)
			continue;
		judged = judge(p, step, &found);
		if (judged >= result)
			continue;
		result = judged;
		*found_r = found;
	}
	explicit_bzero(digits, sizeof digits);
	return result;
}

static int
enrol(const struct factor_seed *s, char *out, size_t room, size_t *size_r)
{
	char parameters[64];
	const struct otp_form usual = OTP_FORM_USUAL;
	int size;
	size_t at =
	    (size_t)snprintf(parameters, sizeof parameters, "&counter=0");

	if (s->form.algorithm != usual.algorithm)
		at += (size_t)snprintf(parameters + at, sizeof parameters - at,
		    "&algorithm=%s", otpauth_algorithm(s->form.algorithm));
	if (s->form.digits != usual.digits)
		snprintf(parameters + at, sizeof parameters - at, "&digits=%u",
		    s->form.digits);
	size = otpauth_uri(s, "hotp", parameters, out, room);
	*size_r = size < 0 ? 0 : (size_t)size;
	return size < 0 ? -1 : 0;
}

const struct factor_ops factor_hotp = {.collect = COLLECT_CODE,
    .prompt = PEOPLE_CODE,
    .how = PEOPLE_COUNTER_BASED,
    .reach = HOTP_REACH,
    .verify = verify,
    .enrol = enrol};
