/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads a whole file into OUT, from its beginning; a pipe from where it is.
 * SIZE is one more than the largest file that is taken: a longer one is
 * EFBIG, so that nobody mistakes a part for the whole.  A NUL is written
 * behind the last byte.  Returns the number of bytes, or -1 with errno.
 */
ssize_t file_read(int fd, char *out, size_t size);

/* Writes all SIZE bytes.  -1 with errno; a file system that takes only a part
 * is tried again, and says why by then. */
int file_write(int fd, const void *bytes, size_t size);

#endif
