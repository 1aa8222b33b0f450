/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_JWS_H
#define AUTHORITY_TOKEN_JWS_H

#include <stddef.h>

struct token_claims;
struct keyring;

#define JWS_TOKEN_MAX 8192 /* what AUTHORITY_TOKEN_ANS carries */

/*
 * A token (RFC 9068, JWS compact form) of these claims, signed by the active
 * key; NUL-terminated, *len_r without it.  Only claims are ever signed, never
 * bytes of others.  -1: no active key, claims that token_claims_write()
 * refuses, no room, or libcrypto failed; out is then empty.
 */
int jws_sign(struct keyring *keyring, const struct token_claims *claims,
    char *out, size_t size, size_t *len_r);

#endif
