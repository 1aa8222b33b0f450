/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BASE64URL_H
#define BASE_BASE64URL_H

#include <stddef.h>
#include <sys/types.h>

/* base64url without padding (RFC 4648 section 5, RFC 7515 section 2). */

#define BASE64URL_LEN(n) (((n)*4 + 2) / 3)

/*
 * Writes BASE64URL_LEN(len) characters and no NUL.  Returns their number, or
 * -1 when out has no room for them.
 */
ssize_t base64url_encode(
    const void *data, size_t len, char *out, size_t out_size);

/*
 * Decodes strictly: padding, white space and unused bits that are not 0 are
 * errors.  So each value has one spelling.  Returns the number of bytes
 * written, or -1.
 */
ssize_t base64url_decode(
    const char *text, size_t len, void *out, size_t out_size);

#endif
