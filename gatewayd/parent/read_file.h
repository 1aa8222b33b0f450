/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_READ_FILE_H
#define PARENT_READ_FILE_H

#include <stddef.h>

#include "lib/base/trust.h"

/* How all that decides is read, so that nothing is believed which others could
 * have written.  The whole regular file, at most a byte more than
 * LEX_SOURCE_MAX, with a NUL behind it; the caller frees it.  NULL: errno, and
 * why in words; EPERM where trust_path() said no. */
char *read_file(const char *path, size_t *size_r, char why[TRUST_WHY]);

#endif
