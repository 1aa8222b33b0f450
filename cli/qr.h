/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_QR_H
#define CLI_QR_H

#include <stddef.h>

/*
 * Text as a QR code for a terminal: two modules a character in UTF-8 half
 * blocks, black on white by escape codes of their own so that any colour
 * scheme will do, with the quiet zone of 4 that ISO/IEC 18004 asks for.
 *
 * *out_r is malloc'd and *len_r bytes long; what is in it tells the text, so
 * wipe it.  -1: too long for a QR code, or out of memory.
 */
int qr_draw(const char *text, char **out_r, size_t *len_r);

#endif
