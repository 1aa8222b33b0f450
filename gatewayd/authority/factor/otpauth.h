/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_OTPAUTH_H
#define AUTHORITY_FACTOR_OTPAUTH_H

#include <stddef.h>
#include <stdint.h>

struct factor_seed;

/*
 * Writes the URI that authenticator apps read:
 * otpauth://TYPE/ISSUER:NAME?secret=...  The seed is in base32 without padding.
 * The label is percent-encoded.  Of an issuer that is a URL the host is taken,
 * in both places.  parameters are what follows, each with its "&".  The URI has
 * the seed, so wipe it.  Its length, or -1: it does not fit, or the issuer has
 * no host.
 */
int otpauth_uri(const struct factor_seed *s, const char *type,
    const char *parameters, char *out, size_t room);
/* "SHA256": in upper case, as apps ask for it. */
const char *otpauth_algorithm(unsigned algorithm);
/* Writes only the seed, in base32 without padding.  -1: it does not fit. */
int otpauth_secret(
    const uint8_t *seed, size_t seed_size, char *out, size_t room);

#endif
