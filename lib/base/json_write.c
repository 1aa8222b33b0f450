/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/json_write.h"

#include <string.h>

#include "lib/base/utf8.h"

static const char hex_digits[] = "0123456789abcdef";

static void
put(struct json_write *w, const char *bytes, size_t len)
{
	if (w->bad || len > w->size - w->len) {
		w->bad = 1;
		return;
	}
	memcpy(w->buf + w->len, bytes, len);
	w->len += len;
}

static void
put_char(struct json_write *w, char c)
{
	put(w, &c, 1);
}

static void
put_unit(struct json_write *w, uint32_t unit)
{
	char text[6] = {'\\', 'u'};

	for (int i = 5; i > 1; i--, unit >>= 4)
		text[i] = hex_digits[unit & 0xf];
	put(w, text, sizeof text);
}

static void
put_escaped(struct json_write *w, uint32_t code)
{
	if (code >= 0x10000) {
		code -= 0x10000;
		put_unit(w, 0xd800 | code >> 10);
		put_unit(w, 0xdc00 | (code & 0x3ff));
	} else if (code == '"' || code == '\\') {
		put_char(w, '\\');
		put_char(w, (char)code);
	} else {
		put_unit(w, code);
	}
}

static void
put_raw_byte(struct json_write *w, uint8_t byte)
{
	const char text[5] = {
	    '\\', '\\', 'x', hex_digits[byte >> 4], hex_digits[byte & 0xf]};

	put(w, text, sizeof text);
}

static int
is_plain(uint8_t byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void
put_quoted(struct json_write *w, const uint8_t *p, size_t len)
{
	uint32_t code;
	size_t at = 0, run, took;

	put_char(w, '"');
	while (at < len && !w->bad) {
		for (run = at; run < len && is_plain(p[run]);)
			run++;
		put(w, (const char *)p + at, run - at);
		if ((at = run) == len)
			break;
		took = utf8_decode(p + at, len - at, &code);
		if (took == 0 || code == 0)
			put_raw_byte(w, p[at]);
		else if (code < 0x80 || utf8_is_control(code))
			put_escaped(w, code);
		else
			put(w, (const char *)p + at, took);
		at += took == 0 ? 1 : took;
	}
	put_char(w, '"');
}

/* What stands before a value: a comma, and the key inside an object. */
static void
begin(struct json_write *w, const char *key)
{
	uint32_t bit = 1U << w->depth;
	int in_object = w->depth > 0 && (w->array & bit) == 0;

	if (in_object != (key != NULL) || (w->depth == 0 && w->comma))
		w->bad = 1;
	if (w->comma & bit)
		put_char(w, ',');
	w->comma |= bit;
	if (key != NULL) {
		put_quoted(w, (const uint8_t *)key, strlen(key));
		put_char(w, ':');
	}
}

static void
open_level(struct json_write *w, const char *key, int array)
{
	begin(w, key);
	if (w->depth == JSON_WRITE_DEPTH_MAX) {
		w->bad = 1;
		return;
	}
	put_char(w, array ? '[' : '{');
	w->depth++;
	w->comma &= ~(1U << w->depth);
	w->array &= ~(1U << w->depth);
	w->array |= (uint32_t)array << w->depth;
}

static void
close_level(struct json_write *w, int array)
{
	if (w->depth == 0 || (int)(w->array >> w->depth & 1) != array) {
		w->bad = 1;
		return;
	}
	w->depth--;
	put_char(w, array ? ']' : '}');
}

void
json_write_init(struct json_write *w, char *buf, size_t size)
{
	*w = (struct json_write){.buf = buf, .size = size};
}

void
json_write_object(struct json_write *w, const char *key)
{
	open_level(w, key, 0);
}

void
json_write_object_end(struct json_write *w)
{
	close_level(w, 0);
}

void
json_write_array(struct json_write *w, const char *key)
{
	open_level(w, key, 1);
}

void
json_write_array_end(struct json_write *w)
{
	close_level(w, 1);
}

void
json_write_string(struct json_write *w, const char *key, const char *text)
{
	json_write_bytes(w, key, text, strlen(text));
}

void
json_write_bytes(
    struct json_write *w, const char *key, const void *bytes, size_t len)
{
	begin(w, key);
	put_quoted(w, bytes, len);
}

void
json_write_hex(
    struct json_write *w, const char *key, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	begin(w, key);
	put_char(w, '"');
	for (size_t i = 0; i < len; i++) {
		const char pair[2] = {
		    hex_digits[p[i] >> 4], hex_digits[p[i] & 0xf]};

		put(w, pair, sizeof pair);
	}
	put_char(w, '"');
}

static void
put_number(struct json_write *w, uint64_t value)
{
	char text[20];
	size_t at = sizeof text;

	do
		text[--at] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	put(w, text + at, sizeof text - at);
}

void
json_write_int(struct json_write *w, const char *key, int64_t value)
{
	begin(w, key);
	if (value < 0)
		put_char(w, '-');
	put_number(w, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void
json_write_uint(struct json_write *w, const char *key, uint64_t value)
{
	begin(w, key);
	put_number(w, value);
}

void
json_write_bool(struct json_write *w, const char *key, int value)
{
	begin(w, key);
	if (value)
		put(w, "true", 4);
	else
		put(w, "false", 5);
}

void
json_write_null(struct json_write *w, const char *key)
{
	begin(w, key);
	put(w, "null", 4);
}

int
json_write_finish(struct json_write *w, size_t *len_r)
{
	if (w->bad || w->depth > 0 || w->len == 0)
		return -1;
	*len_r = w->len;
	return 0;
}
