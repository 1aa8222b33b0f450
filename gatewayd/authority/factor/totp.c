/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/totp.h"

#include <liboath/oath.h>
#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/factor/digits.h"
#include "gatewayd/authority/factor/factor.h"
#include "gatewayd/authority/factor/otpauth.h"
#include "lib/base/secret.h"

/* Of a code that is this step's. */
static enum factor_result
judge(uint64_t step, uint64_t now, uint64_t last)
{
	if (step + TOTP_WINDOW < now)
		return FACTOR_LATE;
	if (step > now + TOTP_WINDOW)
		return FACTOR_EARLY;
	return step > last ? FACTOR_MATCH : FACTOR_REPLAYED;
}

static enum factor_result
verify(const struct factor_proof *p, uint64_t *step_r)
{
	uint64_t now = (uint64_t)p->time_seconds / TOTP_STEP_SECONDS;
	char digits[TOTP_DIGITS], right[TOTP_DIGITS + 1];
	enum factor_result found, result = FACTOR_MISMATCH;

	*step_r = 0;
	if (!digits_take(p->code, p->code_size, digits, TOTP_DIGITS))
		result = FACTOR_MALFORMED;
	else if (p->time_seconds < TOTP_STEP_SECONDS * (TOTP_WINDOW + 1))
		result = FACTOR_UNAVAILABLE;
	if (result != FACTOR_MISMATCH)
		goto out;
	/* all steps that are known, whichever matches: the same time for all */
	for (uint64_t step = now > TOTP_KNOWN ? now - TOTP_KNOWN : 0;
	     step <= now + TOTP_KNOWN; step++) {
		if (oath_hotp_generate((const char *)p->seed, p->seed_size,
			step, TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
			right) != OATH_OK) {
			result = FACTOR_UNAVAILABLE;
			break;
		}
		if (!secret_equal(right, TOTP_DIGITS, digits, TOTP_DIGITS))
			continue;
		found = judge(step, now, p->last);
		if (found >= result)
			continue;
		result = found;
		*step_r = found <= FACTOR_REPLAYED ? step : 0;
	}
	explicit_bzero(right, sizeof right);
out:
	explicit_bzero(digits, sizeof digits);
	return result;
}

static int
enrol(const struct factor_seed *s, char *out, size_t room, size_t *size_r)
{
	char parameters[64];

	snprintf(parameters, sizeof parameters,
	    "algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS,
	    TOTP_STEP_SECONDS);
	return otpauth_uri(s, "totp", parameters, out, room, size_r);
}

const struct factor_ops factor_totp = {.collect = COLLECT_CODE,
    .prompt = PEOPLE_CODE,
    .how = PEOPLE_TIME_BASED,
    .digits = TOTP_DIGITS,
    .seed_size = TOTP_SEED,
    .verify = verify,
    .enrol = enrol};
