/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utf8.h"

#include <stdbool.h>

/* RFC 3629 section 4: what may follow a lead byte. */
static const struct lead {
	uint8_t first, last; /* lead bytes */
	uint8_t low, high;   /* bounds of the second byte */
	uint8_t length;
} leads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2},
    {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3},
    {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const struct range {
	uint32_t first, last;
} controls[] = {
    {0x0000, 0x001f},	/* C0 */
    {0x007f, 0x009f},	/* DEL, C1 */
    {0x00ad, 0x00ad},	/* soft hyphen */
    {0x061c, 0x061c},	/* Arabic letter mark */
    {0x180e, 0x180e},	/* Mongolian vowel separator */
    {0x200b, 0x200f},	/* zero width, LRM, RLM */
    {0x2028, 0x202e},	/* separators, embeddings, overrides */
    {0x2060, 0x206f},	/* word joiner, isolates, deprecated formats */
    {0xfeff, 0xfeff},	/* byte order mark */
    {0xfff9, 0xfffb},	/* interlinear annotation */
    {0xe0000, 0xe007f}, /* tags */
};

static bool
is_in(const struct range *list, size_t count, uint32_t code)
{
	for (size_t i = 0; i < count; i++)
		if (code >= list[i].first && code <= list[i].last)
			return true;
	return false;
}
#define IN(list, code) is_in(list, sizeof(list) / sizeof(list)[0], code)

static const struct lead *
find_lead(uint8_t byte)
{
	for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	return NULL;
}

size_t
utf8_decode(const uint8_t *p, size_t len, uint32_t *code_r)
{
	const struct lead *lead;
	uint32_t code;

	if (len == 0)
		return 0;
	if (p[0] < 0x80) {
		*code_r = p[0];
		return 1;
	}
	lead = find_lead(p[0]);
	if (lead == NULL || len < lead->length || p[1] < lead->low ||
	    p[1] > lead->high)
		return 0;
	code = p[0] & (0xffU >> (lead->length + 1));
	for (size_t i = 1; i < lead->length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3fU);
	}
	*code_r = code;
	return lead->length;
}

int
utf8_is_text(const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	uint32_t code;
	size_t took;

	for (size_t at = 0; at < len; at += took) {
		took = utf8_decode(p + at, len - at, &code);
		if (took == 0 || code == 0)
			return 0;
	}
	return 1;
}

int
utf8_is_control(uint32_t code)
{
	return IN(controls, code);
}

/* The marks that draw on the character before (Mn, Me), by script; and what
 * East Asian Width calls wide. */
static const struct range marks[] = {
    {0x0300, 0x036f},
    {0x0483, 0x0489},
    {0x0591, 0x05bd},
    {0x0610, 0x061a},
    {0x064b, 0x065f},
    {0x0e34, 0x0e3a},
    {0x0e47, 0x0e4e},
    {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f},
    {0xfe20, 0xfe2f},
};
static const struct range wide[] = {
    {0x1100, 0x115f},
    {0x2e80, 0x303e},
    {0x3041, 0xa4cf},
    {0xa960, 0xa97f},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f},
    {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd},
};

unsigned
utf8_width(uint32_t code)
{
	if (IN(marks, code))
		return 0;
	return IN(wide, code) ? 2 : 1;
}
