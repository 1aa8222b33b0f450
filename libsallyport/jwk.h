/* SPDX-License-Identifier: Apache-2.0 */
#ifndef JWK_H
#define JWK_H

#include <jansson.h>
#include <openssl/evp.h>
#include <sallyport/verify.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JWK_KID_MAX 64

/*
 * A public key and the one algorithm it is for (RFC 8725 section 3.1); there
 * is no way to ask it for another.
 */
struct jwk {
	char kid[JWK_KID_MAX + 1];
	const char *alg; /* ES256, RS256, EdDSA or Ed25519 */
	bool is_ecdsa;	 /* signatures are r and s, not what EVP takes */
	size_t sig_len;	 /* bytes in every signature of this key */
	EVP_PKEY *pkey;
	EVP_MD_CTX *init; /* set up once, copied for each signature */
};

/*
 * RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2.
 * SALLYPORT_OK with *jwk_r NULL: a key that this library has no use for.
 * SALLYPORT_BAD_KEY: one of our kinds that must not be used.
 */
sallyport_result jwk_parse(const json_t *object, struct jwk **jwk_r);
void jwk_free(struct jwk **jwk);

/* SALLYPORT_OK, SALLYPORT_SIGNATURE or SALLYPORT_UNAVAILABLE. */
sallyport_result jwk_verify(const struct jwk *jwk, const void *data, size_t len,
    const uint8_t *sig, size_t sig_len);

#endif
