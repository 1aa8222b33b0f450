/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes one JSON text (RFC 8259) into a buffer of the caller: compact, on one
 * line, keys in the order of the calls.  Errors stick: write everything, then
 * ask json_write_finish() once.
 *
 * Every writer takes the KEY of the member inside an object, and NULL inside
 * an array or for the outermost value.  Keys are escaped like strings.
 *
 * Strings are escaped so that no reader, terminal or line-based tool can be
 * misled: quote, backslash, and every character of utf8_is_control() become
 * JSON escapes (surrogate pairs beyond U+FFFF).  A byte that is not UTF-8, and
 * NUL, becomes the four characters \xNN, which a reader sees as text; whoever
 * needs the bytes back asks utf8_is_text() and adds a hexadecimal member.
 */

#define JSON_WRITE_DEPTH_MAX 16

struct json_write {
	char *buf;
	size_t size; /* of buf */
	size_t len;  /* written so far */
	unsigned depth;
	int bad;	/* did not fit, or calls did not nest */
	uint32_t comma; /* bit per depth: a value came before */
	uint32_t array; /* bit per depth: inside an array */
};

void json_write_init(struct json_write *w, char *buf, size_t size);

void json_write_object(struct json_write *w, const char *key);
void json_write_object_end(struct json_write *w);
void json_write_array(struct json_write *w, const char *key);
void json_write_array_end(struct json_write *w);

void json_write_string(struct json_write *w, const char *key, const char *text);
/* LEN bytes of anything, NUL included. */
void json_write_bytes(
    struct json_write *w, const char *key, const void *bytes, size_t len);
/* LEN bytes as lower-case hexadecimal. */
void json_write_hex(
    struct json_write *w, const char *key, const void *bytes, size_t len);
void json_write_int(struct json_write *w, const char *key, int64_t value);
void json_write_uint(struct json_write *w, const char *key, uint64_t value);
void json_write_bool(struct json_write *w, const char *key, int value);
void json_write_null(struct json_write *w, const char *key);

/*
 * 0 and the length of the text (not terminated) in *LEN_R, or -1 when it did
 * not fit, nested too deep, or was not closed; then the buffer holds nothing
 * of use.
 */
int json_write_finish(struct json_write *w, size_t *len_r);

#endif
