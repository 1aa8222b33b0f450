/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_DN_H
#define POLICY_VALUE_DN_H

#include <stddef.h>

#define DN_MAX ((size_t)2048)

/*
 * Writes the one spelling of a distinguished name (RFC 4514) by which two are
 * compared: types and ASCII letters of values in lower case, escapes undone
 * where they are not needed, runs of spaces as one and none at the ends
 * (RFC 4518 2.6.1), the parts of a multi-valued RDN in order.  Other letters
 * compare by their bytes.  Not NUL-terminated.
 * Returns the length, or -1 if it is no DN, empty, or does not fit.
 */
long dn_normalise(const char *dn, char *out, size_t size);

#endif
