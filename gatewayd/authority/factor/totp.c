/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/totp.h"

#include <liboath/oath.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/secret.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digits of a code as typed.  Apps show "123 456": blanks between digits
 * are left out here and nowhere else, so both spellings are one code. */
static bool
take_digits(const char *typed, size_t size, char digits_r[TOTP_DIGITS])
{
	size_t count = 0;

	if (size == 0 || !is_digit(typed[0]) || !is_digit(typed[size - 1]))
		return false;
	for (size_t i = 0; i < size; i++) {
		if (typed[i] == ' ' || typed[i] == '\t')
			continue;
		if (!is_digit(typed[i]) || count == TOTP_DIGITS)
			return false;
		digits_r[count++] = typed[i];
	}
	return count == TOTP_DIGITS;
}

/* Of a code that is this step's. */
static enum totp_result
judge(uint64_t step, uint64_t now, uint64_t last)
{
	if (step + TOTP_WINDOW < now)
		return TOTP_LATE;
	if (step > now + TOTP_WINDOW)
		return TOTP_EARLY;
	return step > last ? TOTP_MATCH : TOTP_REPLAYED;
}

enum totp_result
totp_verify(const uint8_t *seed, size_t seed_size, const void *code,
    size_t code_size, int64_t time_seconds, uint64_t last, uint64_t *step_r)
{
	uint64_t now = (uint64_t)time_seconds / TOTP_STEP_SECONDS;
	char digits[TOTP_DIGITS], right[TOTP_DIGITS + 1];
	enum totp_result found, result = TOTP_MISMATCH;

	*step_r = 0;
	if (!take_digits(code, code_size, digits))
		result = TOTP_MALFORMED;
	else if (time_seconds < TOTP_STEP_SECONDS * (TOTP_WINDOW + 1))
		result = TOTP_UNAVAILABLE;
	if (result != TOTP_MISMATCH)
		goto out;
	/* all steps that are known, whichever matches: the same time for all */
	for (uint64_t step = now > TOTP_KNOWN ? now - TOTP_KNOWN : 0;
	     step <= now + TOTP_KNOWN; step++) {
		if (oath_hotp_generate((const char *)seed, seed_size, step,
			TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
			right) != OATH_OK) {
			result = TOTP_UNAVAILABLE;
			break;
		}
		if (!secret_equal(right, TOTP_DIGITS, digits, TOTP_DIGITS))
			continue;
		found = judge(step, now, last);
		if (found >= result)
			continue;
		result = found;
		*step_r = found <= TOTP_REPLAYED ? step : 0;
	}
	explicit_bzero(right, sizeof right);
out:
	explicit_bzero(digits, sizeof digits);
	return result;
}
