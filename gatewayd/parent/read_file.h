/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_READ_FILE_H
#define PARENT_READ_FILE_H

#include <stddef.h>

/* The whole regular file, at most a byte more than LEX_SOURCE_MAX, with a NUL
 * behind it; the caller frees it.  NULL: errno. */
char *read_file(const char *path, size_t *size_r);

#endif
