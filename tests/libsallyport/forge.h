/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORGE_H
#define FORGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Signs whatever it is told to, with keys made for one test run: an issuer
 * that has lost its mind.  Strings are the caller's to free; a failure ends
 * the program.
 */
enum forge_key { FORGE_EC, FORGE_RSA, FORGE_ED, FORGE_KEYS };

struct forge;

struct forge *forge_new(void);
void forge_free(struct forge *forge);

/* The kid of a key: "ec", "rsa", "ed". */
const char *forge_kid(enum forge_key key);
const char *forge_alg(enum forge_key key);

/* One public JWK with its kid and alg, and the set of all three. */
char *forge_jwk(const struct forge *forge, enum forge_key key);
char *forge_jwks(const struct forge *forge);

char *forge_base64url(const void *data, size_t len);

/* The bytes of a JWS signature; *len_r of them. */
uint8_t *forge_sign(const struct forge *forge, enum forge_key key,
    const char *data, size_t len, size_t *len_r);
/* The same for ES256 as DER, which JWS does not want. */
uint8_t *forge_sign_der(
    const struct forge *forge, const char *data, size_t len, size_t *len_r);

/* A token of this header and payload, as they are. */
char *forge_token(const struct forge *forge, enum forge_key key,
    const char *header, const char *payload);
/* The same with a good header, and with a payload that has NULs. */
char *forge_good(
    const struct forge *forge, enum forge_key key, const char *payload);
char *forge_bytes(const struct forge *forge, enum forge_key key,
    const char *header, const void *payload, size_t len);

/* printf into memory of its own */
char *forge_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
