/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LIBSALLYPORT_COMPACT_H
#define LIBSALLYPORT_COMPACT_H

#include <sallyport/verify.h>
#include <stddef.h>
#include <stdint.h>

struct keyset;

/* A JWS in compact form (RFC 7515 section 3.1), divided at its two dots. */
struct compact {
	const char *text; /* header '.' payload: the signed bytes */
	size_t signed_len;
	size_t header_len;
	const char *payload;
	size_t payload_len;
	const char *signature;
	size_t signature_len;
};

/* Divides the text.  SALLYPORT_MALFORMED: the text does not have exactly three
 * parts, or one of them is empty. */
sallyport_result compact_split(
    const char *text, size_t len, struct compact *compact);

/*
 * Checks the header, then the signature.  The header names the key, and the key
 * decides the algorithm.  The payload is not read.
 */
sallyport_result compact_verify(
    const struct compact *compact, const struct keyset *set);

/* Decodes the payload into out, which has room for payload_len bytes.  -1: the
 * payload is not base64url. */
int compact_payload(const struct compact *compact, char *out, size_t *len_r);

#endif
