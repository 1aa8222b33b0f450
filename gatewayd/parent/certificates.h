/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_CERTIFICATES_H
#define PARENT_CERTIFICATES_H

#include <stddef.h>
#include <stdint.h>

#define CERTIFICATES_WHY 160

/*
 * Is that a file of PEM certificates, every one of which can be read?  The TLS
 * libraries skip what they do not know, and say nothing: a file of Windows, or
 * one that was copied by half, would show first as a server that nobody
 * trusts.  0, or -1 and what is wrong with it.
 */
int certificates_validate(
    const char *text, size_t size, char why_r[CERTIFICATES_WHY]);
/* The certificate of the text that ends first: who it is, and when, in seconds
 * since 1970.  How many there are; -1: none can be read. */
int certificates_first_end(const char *text, size_t size,
    char subject_r[CERTIFICATES_WHY], int64_t *ends_r);

#endif
