/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_NAME_H
#define BASE_NAME_H

#include <stddef.h>

/*
 * The one place where a name as typed becomes a canonical name.  It rejects
 * rather than trims: 1 to 64 ASCII letters, digits, '.', '_', '-', beginning
 * with a letter, digit or '_', not ending with '.'; letters are made lower
 * case.  out holds size bytes and is NUL-terminated.  -1: not a name.
 */
int name_canonical(
    const void *typed, size_t typed_size, char *out, size_t size);

/*
 * A numeric address as inet_ntop(3) writes it, an IPv4 address mapped into
 * IPv6 as the IPv4 one.  Never a host name, no zone.  -1: not an address.
 */
int name_address(const char *typed, char *out, size_t size);

/*
 * A reference in somebody else's system: 1 to max printable ASCII characters
 * without blanks.  0, or -1: not one.
 */
int name_reference(const char *text, size_t max);

#endif
