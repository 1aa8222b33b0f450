/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_OTP_CODE_H
#define AUTHORITY_FACTOR_OTP_CODE_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/otp_form.h"

struct factor_proof;

/* RFC 4226 section 5.3, with the hash and the digits of the form.  1: digits
 * are the code of that counter; 0: they are not; -1: none can be made. */
int otp_code_is(const struct factor_proof *p, const struct otp_form *form,
    uint64_t counter, const char *digits);

#endif
