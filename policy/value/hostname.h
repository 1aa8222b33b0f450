/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_VALUE_HOSTNAME_H
#define POLICY_VALUE_HOSTNAME_H

#include <stdbool.h>
#include <stddef.h>

#define HOSTNAME_MAX ((size_t)253)
#define HOSTNAME_LABEL_MAX ((size_t)63)

/*
 * Writes the canonical form of a host name: lower case, no dot at the end.
 * A host name has letters, digits, "-" and "_", in labels of 1 to 63
 * characters, 253 in all (RFC 1123 2.1).  out holds HOSTNAME_MAX + 1 bytes.
 * Returns the length, or -1 if name is no host name.
 */
long hostname_canonical(const char *name, size_t length, char *out);

/*
 * Writes the canonical form of a pattern.  A label may hold one "*": it stands
 * for one or more characters that are no dot.  A first label "**" stands for
 * one or more labels.  Returns the length, or -1 with *problem_r set.
 */
long hostname_pattern(
    const char *name, size_t length, char *out, const char **problem_r);

/* True if the name matches.  Both must be in their canonical form. */
bool hostname_matches(const char *pattern, const char *name);

/* True if a label matches one label of a pattern, which must not be "**". */
bool hostname_label_matches(const char *pattern, size_t pattern_length,
    const char *label, size_t length);

#endif
