/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_TOKEN_CLAIMS_H
#define AUTHORITY_TOKEN_TOKEN_CLAIMS_H

#include <stddef.h>
#include <stdint.h>

#define TOKEN_CLAIMS_JTI 22 /* characters: 128 bits in base64url */
#define TOKEN_CLAIMS_MAX \
	6000 /* bytes of JSON, so that a token fits its message */

/* What was proven, for amr (RFC 8176). "mfa" is added when two of them are. */
enum token_claims_amr {
	TOKEN_CLAIMS_PWD = 1 << 0, /* password */
	TOKEN_CLAIMS_OTP = 1 << 1, /* code */
	TOKEN_CLAIMS_POP = 1 << 2, /* possession of a key: publickey, fido2 */
};

/*
 * What a token says (RFC 9068 section 2.2).  Text is UTF-8.  Those in the
 * first row must be there, the others may be NULL; times are seconds since
 * 1970, auth_time 0 when there is none.
 */
struct token_claims {
	const char *iss, *sub, *aud, *client_id, *jti;
	const char *sid, *preferred_username, *acr, *employment;
	int64_t iat, exp, auth_time;
	unsigned int amr; /* enum token_claims_amr, together */
	/* only those that this audience is to see */
	const char *const *groups;
	size_t group_count;
};

/* 128 random bits.  -1: none to be had; then there is no token. */
int token_claims_jti(char jti_r[TOKEN_CLAIMS_JTI + 1]);

/*
 * The JSON, not terminated.  -1: a required claim is missing, a text is not
 * UTF-8, exp is not after iat, or it does not fit.
 */
int token_claims_write(
    const struct token_claims *claims, char *out, size_t size, size_t *len_r);

#endif
