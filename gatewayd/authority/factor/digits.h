/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_DIGITS_H
#define AUTHORITY_FACTOR_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The count digits of a code as typed.  Apps show "123 456": blanks between
 * digits are left out here and nowhere else, so both spellings are one code.
 * False: it is none.
 */
bool digits_take(const char *typed, size_t size, char *digits_r, size_t count);

#endif
