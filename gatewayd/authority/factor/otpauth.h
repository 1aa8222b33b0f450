/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_OTPAUTH_H
#define AUTHORITY_FACTOR_OTPAUTH_H

#include <stddef.h>
#include <stdint.h>

struct factor_seed;

/*
 * The URI that authenticator apps read: otpauth://TYPE/ISSUER:NAME?secret=...
 * with the seed in base32 without padding, the label percent-encoded, the
 * host of the issuer's URL in both places.  It holds the seed: wipe it.
 * -1: does not fit, or the issuer has no host.
 */
int otpauth_uri(const struct factor_seed *s, const char *type,
    const char *parameters, char *out, size_t room, size_t *size_r);
/* The seed alone, in base32 without padding.  -1: does not fit. */
int otpauth_secret(
    const uint8_t *seed, size_t seed_size, char *out, size_t room);

#endif
