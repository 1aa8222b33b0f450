/* SPDX-License-Identifier: Apache-2.0 */
#ifndef COMPACT_H
#define COMPACT_H

#include <sallyport/verify.h>
#include <stddef.h>
#include <stdint.h>

struct keyset;

/* A JWS in compact form (RFC 7515 section 3.1), cut at its two dots. */
struct compact {
	const char *text; /* header '.' payload: what is signed */
	size_t signed_len;
	size_t header_len;
	const char *payload;
	size_t payload_len;
	const char *signature;
	size_t signature_len;
};

/* Exactly three parts, none empty: SALLYPORT_OK or SALLYPORT_MALFORMED. */
sallyport_result compact_split(
    const char *text, size_t len, struct compact *compact);

/*
 * The header and then the signature, by the key that the header names and
 * the algorithm that this key is for.  Nothing of the payload is looked at.
 */
sallyport_result compact_verify(
    const struct compact *compact, const struct keyset *set);

/* The payload's bytes into out, at least payload_len long; -1 if misspelt. */
int compact_payload(const struct compact *compact, char *out, size_t *len_r);

#endif
