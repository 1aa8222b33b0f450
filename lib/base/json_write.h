/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_JSON_WRITE_H
#define BASE_JSON_WRITE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Writes one JSON text (RFC 8259) into the caller's buffer: compact, on one
 * line, with the keys in the order of the calls.  After an error every call
 * does nothing, so a caller asks json_write_finish() once at the end.
 *
 * KEY is the member's name inside an object.  It is NULL inside an array, and
 * for the outermost value.  Keys are escaped like strings.
 *
 * Escapes keep a string from misleading a reader, a terminal or a line-based
 * tool.  Quote, backslash, and every character of utf8_is_control() become
 * JSON escapes (surrogate pairs beyond U+FFFF).  NUL, and a byte that is not
 * UTF-8, become the four characters \xNN, which a reader sees as text.  A
 * caller that needs such bytes back tests utf8_is_text() and adds a hexadecimal
 * member.
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
/* A string of any LEN bytes; NUL is allowed. */
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
 * 0 with the length of the text in *LEN_R; the text has no NUL.  -1 when the
 * text did not fit, nested too deep, or was not closed: then the buffer holds
 * nothing of use.
 */
int json_write_finish(struct json_write *w, size_t *len_r);

#endif
