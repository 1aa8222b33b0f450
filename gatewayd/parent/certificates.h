/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_CERTIFICATES_H
#define PARENT_CERTIFICATES_H

#include <stddef.h>
#include <stdint.h>

#define CERTIFICATES_WHY 160

/*
 * Validates a file of PEM certificates: all of them must be readable.  The TLS
 * libraries skip a part that they cannot read without an error.  A file with
 * Windows line ends, or half a file, would show only later, as a server whose
 * certificate is not trusted.  0, or -1 with the fault in why_r.
 */
int certificates_validate(
    const char *text, size_t size, char why_r[CERTIFICATES_WHY]);
/* The same for a file of lists of revoked certificates (X509 CRL). */
int certificates_validate_lists(
    const char *text, size_t size, char why_r[CERTIFICATES_WHY]);
/* Finds the certificate of the text that ends first: its subject, and its end
 * in seconds since 1970.  Returns the number of certificates; -1: none can be
 * read. */
int certificates_first_end(const char *text, size_t size,
    char subject_r[CERTIFICATES_WHY], int64_t *ends_r);

#endif
