/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What decodes is written back as the very same bytes; what does not leaves
 * nothing behind.  With every frame, what show_clean() makes of its bytes.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/utf8.h"
#include "lib/wire/pamwire.h"
#include "pam_module/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
decode(const uint8_t *data, size_t size)
{
	static const struct pamwire_frame nothing;
	uint8_t out[PAMWIRE_MAX_FRAME];
	struct pamwire_frame f;

	if (pamwire_decode(&f, data, size) < 0) {
		if (memcmp(&f, &nothing, sizeof f) != 0)
			abort();
		return;
	}
	if (pamwire_frame_size(data) != size ||
	    pamwire_encode(&f, out) != size || memcmp(out, data, size) != 0)
		abort();
}

/* What is shown must be text without controls, whatever comes in. */
static void
show(const uint8_t *data, size_t size)
{
	char text[PAMWIRE_MAX_TEXT + 1], clean[64];
	size_t length, took;
	uint32_t code;

	if (size > PAMWIRE_MAX_TEXT)
		size = PAMWIRE_MAX_TEXT;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	length = show_clean(clean, sizeof clean, text);
	if (length >= sizeof clean || strlen(clean) != length)
		abort();
	for (size_t at = 0; at < length; at += took) {
		took = utf8_decode(
		    (const uint8_t *)clean + at, length - at, &code);
		if (took == 0 || (utf8_is_control(code) && code != '\n'))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	decode(data, size);
	show(data, size);
	return 0;
}
