/* SPDX-License-Identifier: Apache-2.0 */
#include "libsallyport/ecdsa_sig.h"

#include <string.h>

#define HALF (ECDSA_SIG_RAW_LEN / 2)

/* The shortest two's complement of a positive number; 0 for zero. */
static size_t
put_integer(const uint8_t *value, uint8_t *out)
{
	size_t skip = 0;
	size_t pad;
	size_t len;

	while (skip < HALF && value[skip] == 0)
		skip++;
	if (skip == HALF)
		return 0;
	pad = value[skip] >> 7;
	len = HALF - skip;
	out[0] = 0x02;
	out[1] = (uint8_t)(len + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, value + skip, len);
	return 2 + pad + len;
}

size_t
ecdsa_sig_der(
    const uint8_t raw[ECDSA_SIG_RAW_LEN], uint8_t der[ECDSA_SIG_DER_MAX])
{
	size_t r = put_integer(raw, der + 2);
	size_t s = r ? put_integer(raw + HALF, der + 2 + r) : 0;

	if (s == 0)
		return 0;
	der[0] = 0x30;
	der[1] = (uint8_t)(r + s);
	return 2 + r + s;
}
