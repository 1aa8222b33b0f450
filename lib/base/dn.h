/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DN_H
#define BASE_DN_H

#include <stddef.h>

#define DN_MAX ((size_t)2048)

/*
 * Writes the canonical form of a distinguished name (RFC 4514).  Two names are
 * equal if their canonical forms are.  Types and the ASCII letters of values
 * are in lower case.  Escapes that are not needed are undone.  A run of spaces
 * is one space, and there are none at the ends (RFC 4518 2.6.1).  The parts of
 * a multi-valued RDN are sorted.  Other letters compare by their bytes.
 * Each RDN ends with a comma.  No NUL ends the result.  Returns its length, or
 * -1 if dn is no DN, is empty, or does not fit.
 */
long dn_normalise(const char *dn, char *out, size_t size);

/*
 * Writes the distinguished name of the group of that name.  pattern is a DN
 * whose first value is "*", which stands for the name: "cn=*,ou=groups,dc=x".
 * The name is escaped (RFC 4514 2.4), so it is one value whatever it holds.
 * Returns the length, or -1 if the pattern is none, or it does not fit.
 */
long dn_of_name(const char *pattern, const char *name, char *out, size_t size);

/*
 * Writes a name that a server reads (RFC 4514), from a canonical form, with a
 * NUL.  Twice the size of the form is always enough.  -1: it is empty, or does
 * not fit.
 */
int dn_write(const char *canonical, char *out, size_t size);

#endif
