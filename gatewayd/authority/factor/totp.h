/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_TOTP_H
#define AUTHORITY_FACTOR_TOTP_H

/* RFC 6238 with HMAC-SHA-1: factor_totp of factor.h. */
#define TOTP_STEP_SECONDS 30
#define TOTP_DIGITS 6
#define TOTP_SEED 20  /* bytes of a new seed: RFC 4226 section 4, R6 */
#define TOTP_WINDOW 1 /* steps before and after now: RFC 6238 section 5.2 */
/* A code of this many steps before or after now is refused as late or early,
 * and not as wrong. */
#define TOTP_KNOWN 10

#endif
