/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JWK_WRITE_H
#define BASE_JWK_WRITE_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

struct json_write;

#define JWK_MAX 1024 /* bytes of one JWK: RSA 4096 takes about 850 */
#define JWK_KID 43   /* characters: SHA-256 in base64url */

/* What a kind of key is in JOSE (RFC 7518 section 6, RFC 8037 section 2). */
struct jwk_kind {
	const char *kty, *crv, *alg;
	const char *md; /* for EVP; NULL when the algorithm has its own */
	bool is_rsa, is_ecdsa;
};

/* NULL: not EC P-256, Ed25519 or RSA. */
const struct jwk_kind *jwk_kind_of(EVP_PKEY *pkey);

/* The public key as one object of w.  -1: libcrypto failed. */
int jwk_write(struct json_write *w, const struct jwk_kind *kind, EVP_PKEY *pkey,
    const char *kid);

/* The key's name: its thumbprint (RFC 7638).  -1: libcrypto failed. */
int jwk_write_kid(
    const struct jwk_kind *kind, EVP_PKEY *pkey, char kid_r[JWK_KID + 1]);

#endif
