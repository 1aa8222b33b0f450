/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_FACTOR_DIGITS_H
#define AUTHORITY_FACTOR_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Takes the digits of a code as typed; there must be count of them.  Apps show
 * "123 456", so blanks between digits are ignored.  This is the only place that
 * does so, and both spellings are one code.  False: it is no such code.
 */
bool digits_take(const char *typed, size_t size, char *digits_r, size_t count);

#endif
