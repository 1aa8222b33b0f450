/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of the values that tell of an account, as numbers.  A value needs
 * no NUL.  -1: malformed.
 */
#ifndef DIRECTORY_ACCOUNT_VALUE_H
#define DIRECTORY_ACCOUNT_VALUE_H

#include <stddef.h>
#include <stdint.h>

/* TRUE or FALSE, in any case. */
int account_value_boolean(const void *value, size_t size, int64_t *r);
/* Decimal digits, and a sign before them if it is below zero. */
int account_value_integer(const void *value, size_t size, int64_t *r);
/* Generalized Time (RFC 4517 section 3.3.13) as seconds since 1970, without
 * fractions.  It must have a zone. */
int account_value_time(const void *value, size_t size, int64_t *unix_r);
/* 1 if any byte is not 0xff, which stands for "always". */
int account_value_bytes(const void *value, size_t size, int64_t *r);

#endif
