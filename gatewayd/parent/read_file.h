/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARENT_READ_FILE_H
#define PARENT_READ_FILE_H

#include <stddef.h>

#include "lib/base/trust.h"

/*
 * Reads a file that decides about logins, and refuses a file that another user
 * could have written.  Returns the whole regular file with a NUL after it, at
 * most one byte more than LEX_SOURCE_MAX; the caller frees it.  NULL with errno
 * and the reason in why; EPERM if trust_path() refused the file.
 */
char *read_file(const char *path, size_t *size_r, char why[TRUST_WHY]);

#endif
