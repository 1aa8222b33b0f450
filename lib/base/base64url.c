/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/base64url.h"

#include <stdint.h>

#define X 0xff

static const char alphabet[64] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* clang-format off */
static const uint8_t value_of[128] = {
	 X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	 X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,
	 X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X,  X, 62,  X,  X,
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61,  X,  X,  X,  X,  X,  X,
	 X,  0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,  X,  X,  X,  X, 63,
	 X, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,  X,  X,  X,  X,  X,
};
/* clang-format on */

ssize_t
base64url_encode(const void *data, size_t len, char *out, size_t out_size)
{
	const uint8_t *in = data;
	size_t n = 0;
	size_t i;

	if (len > SIZE_MAX / 8 || BASE64URL_LEN(len) > out_size)
		return -1;
	for (i = 0; i + 2 < len; i += 3) {
		out[n++] = alphabet[in[i] >> 2];
		out[n++] = alphabet[(in[i] & 3) << 4 | in[i + 1] >> 4];
		out[n++] = alphabet[(in[i + 1] & 15) << 2 | in[i + 2] >> 6];
		out[n++] = alphabet[in[i + 2] & 63];
	}
	if (i + 1 == len) {
		out[n++] = alphabet[in[i] >> 2];
		out[n++] = alphabet[(in[i] & 3) << 4];
	} else if (i + 2 == len) {
		out[n++] = alphabet[in[i] >> 2];
		out[n++] = alphabet[(in[i] & 3) << 4 | in[i + 1] >> 4];
		out[n++] = alphabet[(in[i + 1] & 15) << 2];
	}
	return (ssize_t)n;
}

ssize_t
base64url_decode(const char *text, size_t len, void *out, size_t out_size)
{
	uint8_t *bytes = out;
	uint32_t bits = 0;
	unsigned int have = 0;
	size_t n = 0;

	if (len % 4 == 1 || len > SIZE_MAX / 8 || len * 3 / 4 > out_size)
		return -1;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= sizeof value_of || value_of[c] == X)
			return -1;
		bits = bits << 6 | value_of[c];
		have += 6;
		if (have >= 8) {
			have -= 8;
			bytes[n++] = (uint8_t)(bits >> have);
			bits &= (1U << have) - 1;
		}
	}
	return bits == 0 ? (ssize_t)n : -1;
}
