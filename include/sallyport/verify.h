/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SALLYPORT_VERIFY_H
#define SALLYPORT_VERIFY_H

#include <stddef.h>
#include <stdint.h>

/*
 * Verifies Sallyport's claims tokens: RFC 9068 access tokens in JWS compact
 * form, signed with ES256, RS256 or Ed25519, from a JWKS alone.  The library
 * opens no file and no connection, reads no clock and no environment, and
 * keeps no state outside its handles.
 *
 * A verifier may be shared by threads that only call sallyport_verify();
 * sallyport_verifier_set_*() must not run at the same time.
 */

#ifdef __cplusplus
extern "C" {
#endif
#ifdef __GNUC__
#pragma GCC visibility push(default)
#endif

#define SALLYPORT_TOKEN_MAX 16384 /* bytes in a token */
#define SALLYPORT_JWKS_MAX 65536  /* bytes in a key set */
#define SALLYPORT_KEYS_MAX 64	  /* keys in a key set */
#define SALLYPORT_LEEWAY_MAX 300  /* seconds */

/* Values are part of the ABI: new ones are added at the end. */
typedef enum sallyport_result {
	SALLYPORT_OK = 0,
	SALLYPORT_MALFORMED,   /* not a token, or not a key set */
	SALLYPORT_ALGORITHM,   /* alg is not the one that the key is for */
	SALLYPORT_HEADER,      /* a header that is not alg, kid or typ */
	SALLYPORT_TYPE,	       /* typ is not at+jwt */
	SALLYPORT_UNKNOWN_KEY, /* no kid, or none of the set */
	SALLYPORT_SIGNATURE,   /* the signature is another's */
	SALLYPORT_CLAIM,       /* a required claim is missing or misshapen */
	SALLYPORT_ISSUER,      /* iss is not the one expected */
	SALLYPORT_AUDIENCE,    /* aud does not name us */
	SALLYPORT_EXPIRED,     /* exp has passed */
	SALLYPORT_NOT_YET,     /* nbf or iat lies ahead */
	SALLYPORT_BAD_KEY,     /* the set has a broken, weak or private key */
	SALLYPORT_NO_KEYS,     /* the set has no key that this library uses */
	SALLYPORT_ARGUMENT,    /* the caller's mistake */
	SALLYPORT_UNAVAILABLE, /* no memory, or libcrypto failed: ask again */
} sallyport_result;

/* Never NULL; one line of English, no full stop. */
const char *sallyport_strerror(sallyport_result result);

typedef struct sallyport_verifier sallyport_verifier;
typedef struct sallyport_claims sallyport_claims;

/*
 * issuer and audience are what iss and aud must be, byte for byte.
 * A new verifier has no keys and a leeway of 0.  Set a leeway of some seconds:
 * otherwise a machine whose clock is behind does not accept a fresh token yet.
 */
sallyport_result sallyport_verifier_new(
    const char *issuer, const char *audience, sallyport_verifier **verifier_r);
void sallyport_verifier_free(sallyport_verifier **verifier);

/*
 * Takes a JWK Set (RFC 7517 section 5) of len bytes.  Each key is for one
 * algorithm, fixed by its kty and crv.  Keys of other kinds, with the alg of
 * another algorithm, not for signatures, or without a kid are ignored.  A set
 * with a broken, weak or private key, or with one kid twice, is refused.  On
 * any error the verifier keeps its old keys.
 */
sallyport_result sallyport_verifier_set_jwks(
    sallyport_verifier *verifier, const char *json, size_t len);
size_t sallyport_verifier_keys(const sallyport_verifier *verifier);

/* How far the clocks of issuer and caller may differ: 0 to 300 seconds. */
sallyport_result sallyport_verifier_set_leeway(
    sallyport_verifier *verifier, unsigned int seconds);

/*
 * Verifies the token at `now` (seconds since 1970, from the caller's clock).
 * Only SALLYPORT_OK means that the token is valid, and only SALLYPORT_OK sets
 * *claims_r, which the caller frees.  Any other result leaves it NULL.
 */
sallyport_result sallyport_verify(const sallyport_verifier *verifier,
    const char *token, size_t len, int64_t now, sallyport_claims **claims_r);
void sallyport_claims_free(sallyport_claims **claims);

/*
 * The claims of a verified token.  Strings are UTF-8 without NUL inside, end
 * with NUL, and are valid until the claims are freed.  The first five are never
 * NULL.  The others are NULL if the token does not have them.
 */
const char *sallyport_claims_iss(const sallyport_claims *claims);
const char *sallyport_claims_sub(const sallyport_claims *claims);
const char *sallyport_claims_jti(const sallyport_claims *claims);
const char *sallyport_claims_client_id(const sallyport_claims *claims);
const char *sallyport_claims_aud(const sallyport_claims *claims, size_t index);
const char *sallyport_claims_sid(const sallyport_claims *claims);
const char *sallyport_claims_acr(const sallyport_claims *claims);
const char *sallyport_claims_preferred_username(const sallyport_claims *claims);
const char *sallyport_claims_employment(const sallyport_claims *claims);

/* Lists: NULL past the end. (So is sallyport_claims_aud.) */
const char *sallyport_claims_amr(const sallyport_claims *claims, size_t index);
const char *sallyport_claims_group(
    const sallyport_claims *claims, size_t index);

/* Seconds since 1970; auth_time is -1 when the token does not have it. */
int64_t sallyport_claims_exp(const sallyport_claims *claims);
int64_t sallyport_claims_iat(const sallyport_claims *claims);
int64_t sallyport_claims_auth_time(const sallyport_claims *claims);

#ifdef __GNUC__
#pragma GCC visibility pop
#endif
#ifdef __cplusplus
}
#endif

#endif
