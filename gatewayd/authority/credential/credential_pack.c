/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/credential/credential_pack.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"

/*
 * Bytes as they are and zeros, in turn: a number of the ones with the bytes,
 * then a number of the others.  No field is named here, so that none can be
 * forgotten.
 */
#define RUN 255
#define ZEROS_LEAST 3 /* fewer are cheaper as they are */

static size_t
zeros(const uint8_t *in, size_t size)
{
	size_t n = 0;

	while (n < size && n < RUN && in[n] == 0)
		n++;
	return n;
}

static size_t
others(const uint8_t *in, size_t size)
{
	size_t n = 0;

	while (n < size && n < RUN && zeros(in + n, size - n) < ZEROS_LEAST)
		n++;
	return n;
}

/* The size.  out: NULL, or room for that. */
static size_t
squeeze(const uint8_t *in, size_t size, uint8_t *out)
{
	size_t at = 0, used = 0;

	while (at < size) {
		size_t ones = others(in + at, size - at);
		size_t none = zeros(in + at + ones, size - at - ones);

		if (out != NULL) {
			out[used] = (uint8_t)ones;
			memcpy(out + used + 1, in + at, ones);
			out[used + 1 + ones] = (uint8_t)none;
		}
		used += ones + 2;
		at += ones + none;
	}
	return used;
}

/* out is all zero. */
static void
expand(const uint8_t *in, uint8_t *out, size_t size)
{
	size_t at = 0;

	while (at < size) {
		size_t ones = in[0], none = in[1 + ones];

		if (ones + none > size - at)
			fatalx("a packed credential is damaged");
		memcpy(out + at, in + 1, ones);
		at += ones + none;
		in += ones + 2;
	}
}

uint8_t *
credential_pack(const struct credential *c, size_t count)
{
	const uint8_t *in = (const uint8_t *)c;
	size_t size = count * sizeof *c;
	uint8_t *packed = malloc(squeeze(in, size, NULL) + 1); /* never of 0 */

	if (packed != NULL)
		squeeze(in, size, packed);
	return packed;
}

struct credential *
credential_unpack(const uint8_t *packed, size_t count)
{
	struct credential *c = calloc(count, sizeof *c);

	if (c != NULL)
		expand(packed, (uint8_t *)c, count * sizeof *c);
	return c;
}
