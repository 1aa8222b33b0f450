/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JWK_WRITE_H
#define BASE_JWK_WRITE_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>

struct json_write;

#define JWK_MAX 1024 /* bytes of one JWK: RSA 4096 takes about 850 */
#define JWK_KID 43   /* characters: SHA-256 in base64url */

/* A kind of key in the words of JOSE (RFC 7518 section 6, RFC 8037 section 2).
 */
struct jwk_kind {
	const char *kty, *crv, *alg;
	const char *md; /* digest for EVP; NULL if the algorithm has its own */
	bool is_rsa, is_ecdsa;
};

/* The kind of a key; NULL if it is not EC P-256, Ed25519 or RSA. */
const struct jwk_kind *jwk_kind_of(EVP_PKEY *pkey);

/* Writes the public key as one object.  -1: libcrypto failed. */
int jwk_write(struct json_write *w, const struct jwk_kind *kind, EVP_PKEY *pkey,
    const char *kid);

/* Writes the key's name, which is its thumbprint (RFC 7638).  -1: libcrypto
 * failed. */
int jwk_write_kid(
    const struct jwk_kind *kind, EVP_PKEY *pkey, char kid_r[JWK_KID + 1]);

#endif
