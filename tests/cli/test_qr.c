/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/qr.h"

#include <qrencode.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

#define START "\033[38;5;231;48;5;16m"
#define END "\033[0m\n"
#define SIDE_MAX 200
#define TEXT                                                     \
	"otpauth://totp/gw.example.com:alice?secret="            \
	"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=gw.example.com" \
	"&algorithm=SHA1&digits=6&period=30"

static bool dark[SIDE_MAX][SIDE_MAX];

/* Reads a line of half blocks; returns how many modules wide it is. */
static int
read_line(const char *line, const char *end, int y)
{
	int x = 0;

	while (line < end) {
		bool upper, lower;
		size_t len = 3;

		if (memcmp(line, "\xe2\x96\x88", 3) == 0) {
			upper = lower = false;
		} else if (memcmp(line, "\xe2\x96\x80", 3) == 0) {
			upper = false;
			lower = true;
		} else if (memcmp(line, "\xe2\x96\x84", 3) == 0) {
			upper = true;
			lower = false;
		} else {
			assert_int_equal(*line, ' ');
			upper = lower = true;
			len = 1;
		}
		dark[y][x] = upper;
		dark[y + 1][x] = lower;
		line += len;
		x++;
	}
	return x;
}

static int
read_back(const char *text, size_t len)
{
	int width = 0;
	int y = 0;

	while (len > 0) {
		const char *end = memmem(text, len, END, strlen(END));
		int w;

		assert_memory_equal(text, START, strlen(START));
		assert_non_null(end);
		w = read_line(text + strlen(START), end, y);
		if (y > 0)
			assert_int_equal(w, width);
		width = w;
		len -= (size_t)(end + strlen(END) - text);
		text = end + strlen(END);
		y += 2;
	}
	assert_true(y == width || y == width + 1);
	return width;
}

static void
every_module_is_where_it_belongs(void **state)
{
	QRcode *code = QRcode_encodeString(TEXT, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	char *text;
	size_t len;
	int width;

	assert_int_equal(qr_draw(TEXT, true, &text, &len), 0);
	width = read_back(text, len);
	assert_int_equal(width, code->width + 8);
	assert_true(width <= 80);
	for (int y = 0; y < width; y++) {
		for (int x = 0; x < width; x++) {
			int cx = x - 4;
			int cy = y - 4;
			bool expected = cx >= 0 && cy >= 0 &&
					cx < code->width && cy < code->width &&
					(code->data[cy * code->width + cx] & 1);

			assert_int_equal(dark[y][x], expected);
		}
	}
	QRcode_free(code);
	free(text);
}

/* The same modules, and nothing but half blocks. */
static void
without_colour_there_is_no_escape(void **state)
{
	char *text, *plain;
	size_t len, plain_len, at = 0;

	assert_int_equal(qr_draw(TEXT, true, &text, &len), 0);
	assert_int_equal(qr_draw(TEXT, false, &plain, &plain_len), 0);
	assert_null(memchr(plain, '\033', plain_len));
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\033')
			while (text[i] != 'm')
				i++;
		else
			assert_int_equal(text[i], plain[at++]);
	}
	assert_int_equal(at, plain_len);
	free(text);
	free(plain);
}

static void
too_long_is_refused(void **state)
{
	char *long_text = malloc(4001);
	char *text;
	size_t len;

	memset(long_text, 'a', 4000);
	long_text[4000] = '\0';
	assert_int_equal(qr_draw(long_text, true, &text, &len), -1);
	assert_null(text);
	free(long_text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_module_is_where_it_belongs),
	    cmocka_unit_test(without_colour_there_is_no_escape),
	    cmocka_unit_test(too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
