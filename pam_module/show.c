/* SPDX-License-Identifier: Apache-2.0 */
#include "pam_module/show.h"

#include <stdint.h>
#include <string.h>

#include "lib/base/utf8.h"

size_t
show_clean(char *out, size_t size, const char *text)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t left = strlen(text), at = 0;

	while (left > 0) {
		uint32_t code;
		size_t took = utf8_decode(p, left, &code);

		if (took == 0 || (utf8_is_control(code) && code != '\n')) {
			if (at + 1 >= size)
				break;
			out[at++] = '?';
			took = took == 0 ? 1 : took;
		} else {
			if (at + took >= size)
				break;
			memcpy(out + at, p, took);
			at += took;
		}
		p += took;
		left -= took;
	}
	out[at] = '\0';
	return at;
}
