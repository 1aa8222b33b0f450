/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/qr.h"

#include <qrencode.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define QUIET 4
#define LINE_START "\033[38;5;231;48;5;16m" /* white ink on black paper */
#define LINE_END "\033[0m\n"
#define BLOCK_MAX 3 /* bytes of a half block in UTF-8 */

/* By upper and lower module, dark or not: ink is where it is light. */
static const char *const blocks[2][2] = {
    {"\xe2\x96\x88", "\xe2\x96\x80"},
    {"\xe2\x96\x84", " "},
};

static bool
is_dark(const QRcode *code, int x, int y)
{
	if (x < 0 || y < 0 || x >= code->width || y >= code->width)
		return false;
	return code->data[y * code->width + x] & 1;
}

static char *
put(char *out, const char *text)
{
	while (*text)
		*out++ = *text++;
	return out;
}

static size_t
render(const QRcode *code, bool colour, char *out)
{
	char *p = out;

	for (int y = -QUIET; y < code->width + QUIET; y += 2) {
		p = put(p, colour ? LINE_START : "");
		for (int x = -QUIET; x < code->width + QUIET; x++)
			p = put(p, blocks[is_dark(code, x, y)]
					 [is_dark(code, x, y + 1)]);
		p = put(p, colour ? LINE_END : "\n");
	}
	return (size_t)(p - out);
}

static void
wipe(QRcode *code)
{
	explicit_bzero(code->data, (size_t)code->width * (size_t)code->width);
	QRcode_free(code);
}

int
qr_draw(const char *text, bool colour, char **out_r, size_t *len_r)
{
	/* Capitals of base32 take less room than bytes: a smaller code. */
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	size_t side;
	size_t line;

	*out_r = NULL;
	*len_r = 0;
	if (!code)
		return -1;
	side = (size_t)code->width + 2 * QUIET;
	line = strlen(LINE_START) + side * BLOCK_MAX + strlen(LINE_END);
	*out_r = malloc((side + 1) / 2 * line);
	if (*out_r)
		*len_r = render(code, colour, *out_r);
	wipe(code);
	return *out_r ? 0 : -1;
}
