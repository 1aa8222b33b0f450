/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stddef.h>

/* Room for SIZE bytes as text, with the NUL. */
#define HEX_ROOM(size) (2 * (size) + 1)

/* Writes SIZE bytes as two lower-case digits each, and a NUL: OUT has room for
 * HEX_ROOM(size). */
void hex_encode(const void *bytes, size_t size, char *out);

#endif
