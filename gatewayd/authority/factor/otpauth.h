/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_OTPAUTH_H
#define AUTHORITY_FACTOR_OTPAUTH_H

#include <stddef.h>
#include <stdint.h>

struct factor_seed;

/*
 * Writes the URI that authenticator apps read:
 * otpauth://TYPE/ISSUER:NAME?secret=...  The seed is in base32 without padding.
 * The label is percent-encoded.  The issuer is the host of the issuer's URL, in
 * both places.  The URI has the seed, so wipe it.  -1: it does not fit, or the
 * issuer has no host.
 */
int otpauth_uri(const struct factor_seed *s, const char *type,
    const char *parameters, char *out, size_t room, size_t *size_r);
/* Writes only the seed, in base32 without padding.  -1: it does not fit. */
int otpauth_secret(
    const uint8_t *seed, size_t seed_size, char *out, size_t room);

#endif
