/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/totp.h"

#include <liboath/oath.h>
#include <stdbool.h>
#include <string.h>

#include "lib/base/secret.h"

static bool
is_code(const uint8_t *code, size_t size)
{
	if (size != TOTP_DIGITS)
		return false;
	for (size_t i = 0; i < size; i++)
		if (code[i] < '0' || code[i] > '9')
			return false;
	return true;
}

enum totp_result
totp_verify(const uint8_t *seed, size_t seed_size, const void *code,
    size_t code_size, int64_t time_seconds, uint64_t last, uint64_t *step_r)
{
	uint64_t now = (uint64_t)time_seconds / TOTP_STEP_SECONDS;
	char right[TOTP_DIGITS + 1];
	enum totp_result result = TOTP_MISMATCH;

	*step_r = 0;
	if (!is_code(code, code_size))
		return TOTP_MALFORMED;
	if (time_seconds < TOTP_STEP_SECONDS * (TOTP_WINDOW + 1))
		return TOTP_UNAVAILABLE;
	/* all steps of the window, whichever matches: the same time for all */
	for (uint64_t step = now - TOTP_WINDOW; step <= now + TOTP_WINDOW;
	     step++) {
		if (oath_hotp_generate((const char *)seed, seed_size, step,
			TOTP_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
			right) != OATH_OK) {
			result = TOTP_UNAVAILABLE;
			break;
		}
		if (!secret_equal(right, TOTP_DIGITS, code, code_size))
			continue;
		if (result == TOTP_MATCH)
			continue;
		*step_r = step;
		result = step > last ? TOTP_MATCH : TOTP_REPLAYED;
	}
	explicit_bzero(right, sizeof right);
	return result;
}
