/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIRECTORY_ESCAPE_H
#define DIRECTORY_ESCAPE_H

#include <stddef.h>

/*
 * The only way a value gets into a search filter (RFC 4515 section 3): every
 * byte but ASCII letters and digits is written as \XX, which is allowed for
 * any byte, so that nothing depends on a list of the dangerous ones.  out is
 * NUL-terminated.  -1: the value is empty or out too small (3 bytes for each
 * byte of the value, and one, always do); out is then "".
 */
int escape_filter(const void *value, size_t value_size, char *out, size_t size);

/*
 * "(&(objectClass=CLASS)(ATTRIBUTE=value))", or without the first part when
 * class is "".  Attribute and class come from the configuration and must be
 * attribute descriptions (RFC 4512 section 1.4: letters, digits, '-', '.').
 * -1: they are not, the value is empty, or it does not fit.
 */
int escape_match(const char *class, const char *attribute, const void *value,
    size_t value_size, char *out, size_t size);

#endif
