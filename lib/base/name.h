/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stddef.h>

/*
 * Makes a canonical name of a name as typed; no other function does.  A wrong
 * name is rejected and never trimmed.  A name has 1 to 64 ASCII letters,
 * digits, '.', '_' and '-'.  It begins with a letter, a digit or '_', and does
 * not end with '.'.  Letters are made lower case.  out holds size bytes and is
 * NUL-terminated.  -1: not a name.
 */
int name_canonical(
    const void *typed, size_t typed_size, char *out, size_t size);

/*
 * Writes a numeric address as inet_ntop(3) does.  An IPv4 address that is
 * mapped into IPv6 becomes the IPv4 one.  A host name or a zone is refused.
 * 0, or -1: not an address.
 */
int name_address(const char *typed, char *out, size_t size);

/*
 * Validates a reference of another system, such as the number of a ticket: 1 to
 * max printable ASCII characters without blanks.  0, or -1: not a reference.
 */
int name_reference(const char *text, size_t max);

#endif
