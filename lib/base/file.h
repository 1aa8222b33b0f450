/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Reads a whole file into OUT: a regular file from its beginning, a pipe from
 * its present place.  SIZE is one more than the largest file that is accepted.
 * A longer file fails with EFBIG, so no caller takes a part for the whole.  A
 * NUL follows the last byte.  Returns the number of bytes, or -1 with errno.
 */
ssize_t file_read(int fd, char *out, size_t size);

/*
 * Opens a file of a folder that was listed, to be read, without waiting for a
 * FIFO.  What is no file is EISDIR or EINVAL.  -1 with errno.
 */
int file_open(const char *path);

/* Writes all SIZE bytes.  0, or -1 with errno.  A short write is tried again:
 * the second one fails with the file system's reason. */
int file_write(int fd, const void *bytes, size_t size);

#endif
