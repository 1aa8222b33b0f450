/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/hex.h"

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

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
hex_decode(const char *text, size_t size, uint8_t *bytes_r)
{
	for (; size > 0; size--, text += 2) {
		int high = digit(text[0]), low = high < 0 ? -1 : digit(text[1]);

		if (low < 0)
			return -1;
		*bytes_r++ = (uint8_t)(high << 4 | low);
	}
	return 0;
}
