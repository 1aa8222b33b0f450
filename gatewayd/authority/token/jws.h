/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_JWS_H
#define AUTHORITY_TOKEN_JWS_H

#include <stddef.h>

struct token_claims;
struct keyring;

#define JWS_TOKEN_MAX 8192 /* what AUTHORITY_TOKEN_ANS carries */

/*
 * Writes a token (RFC 9068, JWS compact form) with these claims, signed by the
 * active key.  out ends with a NUL, which *len_r does not count.  The function
 * signs claims only: no caller can have bytes of its choice signed.  -1, and an
 * empty out: there is no active key, token_claims_write() refuses the claims,
 * there is no room, or libcrypto failed.
 */
int jws_sign(struct keyring *keyring, const struct token_claims *claims,
    char *out, size_t size, size_t *len_r);

#endif
