/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIBSALLYPORT_JWK_H
#define LIBSALLYPORT_JWK_H

#include <jansson.h>
#include <openssl/evp.h>
#include <sallyport/verify.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JWK_KID_MAX 64

/*
 * A public key, with the one algorithm that it verifies (RFC 8725 section 3.1).
 * No caller can choose another algorithm.
 */
struct jwk {
	char kid[JWK_KID_MAX + 1];
	const char *alg; /* ES256, RS256, EdDSA or Ed25519 */
	bool is_ecdsa;	 /* signatures are r and s, not DER */
	size_t sig_len;	 /* bytes in every signature of this key */
	EVP_PKEY *pkey;
	EVP_MD_CTX *init; /* set up once, copied for each signature */
};

/*
 * Parses a key: RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2.
 * SALLYPORT_OK with *jwk_r NULL: this library does not use keys of that kind.
 * SALLYPORT_BAD_KEY: the kind is one of ours, and the key is not safe to use.
 */
sallyport_result jwk_parse(const json_t *object, struct jwk **jwk_r);
void jwk_free(struct jwk **jwk);

/* SALLYPORT_OK, SALLYPORT_SIGNATURE or SALLYPORT_UNAVAILABLE. */
sallyport_result jwk_verify(const struct jwk *jwk, const void *data, size_t len,
    const uint8_t *sig, size_t sig_len);

#endif
