/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIBSALLYPORT_CLAIMS_H
#define LIBSALLYPORT_CLAIMS_H

#include <sallyport/verify.h>
#include <stddef.h>
#include <stdint.h>

struct claims_expected {
	const char *issuer;
	const char *audience;
	unsigned int leeway; /* seconds */
};

/*
 * Both are for the payload of a token whose signature has been verified.
 * claims_parse() checks the form: RFC 9068 section 2.2 requires iss, exp, aud,
 * sub, client_id, iat and jti.  claims_accept() then compares iss, aud and the
 * times with what is expected.
 */
sallyport_result claims_parse(
    const char *json, size_t len, sallyport_claims **claims_r);
sallyport_result claims_accept(const sallyport_claims *claims,
    const struct claims_expected *expected, int64_t now);

#endif
