/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encrypts secrets for the store with AES-256-GCM (NIST SP 800-38D).  Each has
 * a fresh random nonce of 96 bits, and is bound to its purpose, which the
 * caller gives.
 */
#ifndef AUTHORITY_SEAL_H
#define AUTHORITY_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "lib/base/bytes.h"

#define SEAL_KEY 32
#define SEAL_NONCE 12
#define SEAL_TAG 16
#define SEAL_OVERHEAD (SEAL_NONCE + SEAL_TAG)

#define SEAL_KEY_ID 16 /* hexadecimal digits */

struct seal; /* has the key, and no function returns it */

/* NULL: no memory, or OpenSSL has no AES-256-GCM. */
struct seal *seal_new(const uint8_t key[SEAL_KEY]);
void seal_free(struct seal *s);
/* The id of the key: the first digits of a hash of its 256 random bits.  The id
 * does not help to find the key. */
const char *seal_key_id(const struct seal *s);

/* Seals.  out holds secret.size + SEAL_OVERHEAD bytes.  -1: no random bytes. */
int seal_close(
    struct seal *s, struct bytes bound, struct bytes secret, uint8_t *out);
/* Unseals.  out holds sealed.size - SEAL_OVERHEAD bytes.  -1: the bytes were
 * changed, or were sealed for another purpose; out is wiped. */
int seal_open(
    struct seal *s, struct bytes bound, struct bytes sealed, uint8_t *out);

#endif
