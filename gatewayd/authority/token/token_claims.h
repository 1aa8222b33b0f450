/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_TOKEN_CLAIMS_H
#define AUTHORITY_TOKEN_TOKEN_CLAIMS_H

#include <stddef.h>
#include <stdint.h>

#define TOKEN_CLAIMS_JTI 22 /* characters: 128 bits in base64url */
#define TOKEN_CLAIMS_MAX \
	6000 /* bytes of JSON, so that a token fits its message */

/* The factors that were proven, for amr (RFC 8176).  Two of them add "mfa". */
enum token_claims_amr {
	TOKEN_CLAIMS_PWD = 1 << 0, /* password */
	TOKEN_CLAIMS_OTP = 1 << 1, /* code */
	TOKEN_CLAIMS_POP = 1 << 2, /* possession of a key: publickey, fido2 */
};

/*
 * The claims of a token (RFC 9068 section 2.2).  Texts are UTF-8.  The claims
 * of the first row are required, and those of the second may be NULL.  Times
 * are seconds since 1970.  auth_time 0: the token has no such claim.
 */
struct token_claims {
	const char *iss, *sub, *aud, *client_id, *jti;
	const char *sid, *preferred_username, *acr, *employment;
	int64_t iat, exp, auth_time;
	unsigned int amr; /* enum token_claims_amr, together */
	/* only the groups that this audience may see */
	const char *const *groups;
	size_t group_count;
};

/* Writes 128 random bits.  -1: libcrypto has none, and there is no token. */
int token_claims_jti(char jti_r[TOKEN_CLAIMS_JTI + 1]);

/*
 * Writes the claims as JSON, without a NUL.  -1: a required claim is missing, a
 * text is not UTF-8, exp is not after iat, or the JSON does not fit.
 */
int token_claims_write(
    const struct token_claims *claims, char *out, size_t size, size_t *len_r);

#endif
