/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/factor/otp_code.h"

#include <liboath/oath.h>
#include <string.h>

#include "gatewayd/authority/factor/factor.h"
#include "lib/base/secret.h"

static int
flags_of(unsigned algorithm)
{
	return algorithm == OTP_SHA256	 ? OATH_TOTP_HMAC_SHA256
	       : algorithm == OTP_SHA512 ? OATH_TOTP_HMAC_SHA512
					 : 0;
}

/* oath_hotp_generate() has SHA-1 only; with steps of a second its sister's time
 * is the counter. */
int
otp_code_is(const struct factor_proof *p, const struct otp_form *form,
    uint64_t counter, const char *digits)
{
	char right[OTP_DIGITS_MAX + 1];
	int result = -1;

	if (counter <= (uint64_t)INT64_MAX &&
	    oath_totp_generate2((const char *)p->seed, p->seed_size,
		(time_t)counter, 1, 0, form->digits, flags_of(form->algorithm),
		right) == OATH_OK)
		result =
		    secret_equal(right, form->digits, digits, form->digits);
	explicit_bzero(right, sizeof right);
	return result;
}
