/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_TOTP_H
#define AUTHORITY_FACTOR_TOTP_H

/* RFC 6238: factor_totp of factor.h. */
#define TOTP_STEP_SECONDS 30 /* of the usual form */
#define TOTP_DIGITS 6
#define TOTP_SEED 20
#define TOTP_WINDOW 1 /* steps before and after now: RFC 6238 section 5.2 */
/* A code of this many steps before or after now is refused as late or early,
 * and not as wrong. */
#define TOTP_KNOWN 10
/* The steps that an authenticator's clock may be off: an hour and more, for
 * who has set it to another time zone. */
#define TOTP_DRIFT 130

#endif
