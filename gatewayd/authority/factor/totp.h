/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_TOTP_H
#define AUTHORITY_FACTOR_TOTP_H

#include <stddef.h>
#include <stdint.h>

#define TOTP_STEP_SECONDS 30
#define TOTP_DIGITS 6
#define TOTP_SEED 20  /* bytes of a new seed: RFC 4226 section 4, R6 */
#define TOTP_WINDOW 1 /* steps before and after now: RFC 6238 section 5.2 */
/* So many steps before and after now a code is told from a wrong one; it is
 * refused all the same. */
#define TOTP_KNOWN 10

/* Where a code is that of several steps, the first of these counts. */
enum totp_result {
	TOTP_MATCH = 1,
	TOTP_REPLAYED, /* right, but not newer than the last accepted one */
	TOTP_LATE,     /* of a step before the window */
	TOTP_EARLY,    /* of a step after it */
	TOTP_MISMATCH,
	TOTP_MALFORMED, /* not six ASCII digits, with blanks between or none */
	TOTP_UNAVAILABLE
};

/*
 * RFC 6238 with HMAC-SHA-1.  last: the last accepted step, 0 for none; only a
 * later one can match, so a code counts once.  *step_r is the code's step
 * after TOTP_MATCH and TOTP_REPLAYED.
 */
enum totp_result totp_verify(const uint8_t *seed, size_t seed_size,
    const void *code, size_t code_size, int64_t time_seconds, uint64_t last,
    uint64_t *step_r);

#endif
