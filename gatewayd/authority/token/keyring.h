/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_KEYRING_H
#define AUTHORITY_TOKEN_KEYRING_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/bytes.h"

/*
 * The keys that sign tokens.  A private key is added as PEM, and no function
 * returns it.  Callers name a key by its kid, the thumbprint of RFC 7638.  They
 * can sign with it, and publish its public half.  At most one key is active and
 * signs.  The others are published: the next one, so that verifiers have it in
 * time, and earlier ones until their last token has expired.  A key leaves with
 * its ring, when a reload brings another one.
 *
 * The kind of a key decides its algorithm: ES256 for EC P-256, EdDSA for
 * Ed25519, and RS256 for RSA of 2048 to 4096 bits.
 */

#define KEYRING_KEYS_MAX 16
#define KEYRING_KID 43	      /* characters of a kid */
#define KEYRING_SIGNATURE 512 /* bytes of the longest signature */
#define KEYRING_JWKS_MAX 16384

enum keyring_result {
	KEYRING_OK,
	KEYRING_UNREADABLE,  /* no private key in PEM, or an encrypted one */
	KEYRING_KIND,	     /* not one of the three kinds */
	KEYRING_WEAK,	     /* RSA below 2048 or above 4096 bits */
	KEYRING_MISMATCH,    /* its two halves do not belong together */
	KEYRING_TWICE,	     /* this key is there already */
	KEYRING_FULL,	     /* KEYRING_KEYS_MAX */
	KEYRING_UNKNOWN,     /* no such kid */
	KEYRING_INACTIVE,    /* another key signs */
	KEYRING_UNAVAILABLE, /* libcrypto or memory failed */
};

const char *keyring_strerror(enum keyring_result result);

struct keyring;

struct keyring *keyring_new(void); /* NULL: out of memory */
void keyring_free(struct keyring **keyring);

/* Adds a key, not yet active, and tells its kid.  The caller wipes the PEM. */
enum keyring_result keyring_add(struct keyring *keyring, const char *pem,
    size_t len, char kid_r[KEYRING_KID + 1]);

/* This key signs from now on, and no other. */
enum keyring_result keyring_activate(struct keyring *keyring, const char *kid);

/* The kid of the key that signs, or NULL. */
const char *keyring_active(const struct keyring *keyring);
/* The JWS algorithm of a key, or NULL if there is no such key. */
const char *keyring_alg(const struct keyring *keyring, const char *kid);

/*
 * Signs with the active key.  The signature has the form of JWS: r and s, 32
 * bytes each, for ES256 (RFC 7518 section 3.4), and that of RFC 8037 for EdDSA.
 */
enum keyring_result keyring_sign(struct keyring *keyring, const char *kid,
    struct bytes data, uint8_t signature[KEYRING_SIGNATURE], size_t *len_r);

/* The JWK Set (RFC 7517) of all keys. */
enum keyring_result keyring_jwks(
    const struct keyring *keyring, char *out, size_t size, size_t *len_r);

#endif
