/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DIRECTORY_ESCAPE_H
#define DIRECTORY_ESCAPE_H

#include <stddef.h>

#include "lib/base/bytes.h"

/*
 * Escapes a value for a search filter (RFC 4515 section 3).  No value gets into
 * a filter in another way.  Every byte that is no ASCII letter or digit becomes
 * \XX, which is allowed for any byte.  So no list of dangerous bytes is needed.
 * out is NUL-terminated; 3 bytes for each byte of the value, and one, are
 * always enough.  -1: the value is empty or out is too small; out is then "".
 */
int escape_filter(const void *value, size_t value_size, char *out, size_t size);

/*
 * Writes "(&(objectClass=CLASS)(ATTRIBUTE=value))", or without the first part
 * if class is "".  Attribute and class come from the configuration, and must be
 * attribute descriptions (RFC 4512 section 1.4: letters, digits, '-', '.').
 * -1: they are not, the value is empty, or the filter does not fit.
 */
int escape_match(const char *class, const char *attribute, struct bytes value,
    char *out, size_t size);

#endif
