/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* The room that the text of SIZE bytes takes, with its NUL. */
#define HEX_ROOM(size) (2 * (size) + 1)

/* Writes SIZE bytes as two lower-case digits each, and a NUL.  OUT must have
 * HEX_ROOM(size) bytes. */
void hex_encode(const void *bytes, size_t size, char *out);

/* Reads SIZE bytes from two lower-case digits each.  What stands behind them is
 * the caller's.  -1: there are not so many such digits. */
int hex_decode(const char *text, size_t size, uint8_t *bytes_r);

#endif
