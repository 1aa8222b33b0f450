/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/hex.h"

#include <stdint.h>

void
hex_encode(const void *bytes, size_t size, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *from = bytes;

	for (size_t i = 0; i < size; i++) {
		*out++ = digits[from[i] >> 4];
		*out++ = digits[from[i] & 15];
	}
	*out = '\0';
}
