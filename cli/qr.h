/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_QR_H
#define CLI_QR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Draws text as a QR code for a terminal.  Each character is two modules, as
 * UTF-8 half blocks.  In colour, escape codes make them black on white with any
 * colour scheme.  Without, they are right where letters are light on dark.  The
 * quiet zone has 4 modules, as in ISO/IEC 18004.
 *
 * *out_r is malloc'd, and *len_r is its length.  It contains the text, so wipe
 * it.  -1: the text is too long for a QR code, or out of memory.
 */
int qr_draw(const char *text, bool colour, char **out_r, size_t *len_r);

#endif
