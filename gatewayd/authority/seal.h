/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sealing of secrets for the store: AES-256-GCM (NIST SP 800-38D), a fresh
 * random 96-bit nonce each, bound to what the caller says the secret is for.
 */
#ifndef AUTHORITY_SEAL_H
#define AUTHORITY_SEAL_H

#include <stddef.h>
#include <stdint.h>

#define SEAL_KEY 32
#define SEAL_NONCE 12
#define SEAL_TAG 16
#define SEAL_OVERHEAD (SEAL_NONCE + SEAL_TAG)

#define SEAL_KEY_ID 16 /* hexadecimal digits */

struct seal; /* the key, and no way to get it back */

/* NULL: no memory, or OpenSSL has no AES-256-GCM. */
struct seal *seal_new(const uint8_t key[SEAL_KEY]);
void seal_free(struct seal *s);
/* Says which key it is, and nothing that helps to find it: the first digits
 * of a hash of its 256 random bits. */
const char *seal_key_id(const struct seal *s);

/* out holds size + SEAL_OVERHEAD bytes.  -1: no randomness; nothing sealed. */
int seal_close(struct seal *s, const void *bound, size_t bound_size,
    const void *secret, size_t size, uint8_t *out);
/* out holds size - SEAL_OVERHEAD bytes.  -1: changed, or sealed for
 * something else; out is wiped. */
int seal_open(struct seal *s, const void *bound, size_t bound_size,
    const uint8_t *sealed, size_t size, uint8_t *out);

#endif
