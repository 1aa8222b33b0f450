/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads one code point from the LEN bytes at P, by RFC 3629: overlong forms,
 * surrogates and values above U+10FFFF are invalid.  Sets *CODE_R and returns
 * the number of bytes read, 1 to 4.  Returns 0 when the bytes are no character
 * or LEN is 0.
 */
size_t utf8_decode(const uint8_t *p, size_t len, uint32_t *code_r);

/* 1 when all LEN bytes are characters other than NUL, else 0. */
int utf8_is_text(const void *bytes, size_t len);

/*
 * 1 for a character that must not reach a terminal or a log as it is: C0, DEL
 * and C1 controls, line and paragraph separators, bidirectional controls, and
 * format characters that draw nothing.
 */
int utf8_is_control(uint32_t code);

/* The columns of a terminal that a character takes which is no control: 0 for
 * a mark that stands on the one before, 2 for a wide one, else 1. */
unsigned utf8_width(uint32_t code);

#endif
