/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_KEYRING_H
#define AUTHORITY_TOKEN_KEYRING_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/bytes.h"

/*
 * The keys that sign tokens.  A private key is added as PEM, and no function
 * returns it.  Callers name a key by its kid, the thumbprint of RFC 7638.  They
 * can sign with it, and publish its public half.
 *
 * The kind of a key decides its algorithm: ES256 for EC P-256, EdDSA for
 * Ed25519, and RS256 for RSA of 2048 to 4096 bits.
 */

#define KEYRING_KEYS_MAX 16
#define KEYRING_KID 43	      /* characters of a kid */
#define KEYRING_SIGNATURE 512 /* bytes of the longest signature */
#define KEYRING_JWKS_MAX 16384

/* The states of a key, in this order.  A key never goes back to an earlier
 * state. */
enum keyring_state {
	KEYRING_PENDING,  /* published, so that verifiers have it in time */
	KEYRING_ACTIVE,	  /* signs; at most one */
	KEYRING_RETIRED,  /* published until its last token has expired */
	KEYRING_DESTROYED /* wiped; its kid stays taken */
};

enum keyring_result {
	KEYRING_OK,
	KEYRING_UNREADABLE,  /* no private key in PEM, or an encrypted one */
	KEYRING_KIND,	     /* not one of the three kinds */
	KEYRING_WEAK,	     /* RSA below 2048 or above 4096 bits */
	KEYRING_MISMATCH,    /* its two halves do not belong together */
	KEYRING_TWICE,	     /* this key is, or was, there already */
	KEYRING_FULL,	     /* KEYRING_KEYS_MAX */
	KEYRING_UNKNOWN,     /* no such kid */
	KEYRING_STATE,	     /* the key's state does not allow it */
	KEYRING_UNAVAILABLE, /* libcrypto or memory failed */
};

const char *keyring_strerror(enum keyring_result result);

struct keyring;

struct keyring *keyring_new(void); /* NULL: out of memory */
void keyring_free(struct keyring **keyring);

/* Adds a key as pending and tells its kid.  The caller wipes the PEM. */
enum keyring_result keyring_add(struct keyring *keyring, const char *pem,
    size_t len, char kid_r[KEYRING_KID + 1]);

/* Activates a pending key, and retires the one that was active. */
enum keyring_result keyring_activate(struct keyring *keyring, const char *kid);
enum keyring_result keyring_retire(struct keyring *keyring, const char *kid);
enum keyring_result keyring_destroy(struct keyring *keyring, const char *kid);

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

/* The JWK Set (RFC 7517) of all keys that are not destroyed. */
enum keyring_result keyring_jwks(
    const struct keyring *keyring, char *out, size_t size, size_t *len_r);

#endif
