/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utf8.h"

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
	for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++)
		if (code >= controls[i].first && code <= controls[i].last)
			return 1;
	return 0;
}
