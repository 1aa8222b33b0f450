/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A descriptor that the parent handed to several roles has one offset for all
 * of them, so the place is named where the file has places. */
static ssize_t
read_from(int fd, char *out, size_t size, size_t at)
{
	ssize_t n;

	do {
		n = pread(fd, out, size, (off_t)at);
		if (n < 0 && errno == ESPIPE)
			n = read(fd, out, size);
	} while (n < 0 && errno == EINTR);
	return n;
}

ssize_t
file_read(int fd, char *out, size_t size)
{
	size_t at = 0;
	ssize_t n = 1;

	while (at < size && n > 0) {
		n = read_from(fd, out + at, size - at, at);
		if (n < 0)
			return -1;
		at += (size_t)n;
	}
	if (at == size) {
		errno = EFBIG;
		return -1;
	}
	out[at] = '\0';
	return (ssize_t)at;
}

int
file_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;
	int error;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return fd;
		errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

int
file_write(int fd, const void *bytes, size_t size)
{
	const char *from = bytes;

	while (size > 0) {
		ssize_t n = write(fd, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		from += n;
		size -= (size_t)n;
	}
	return 0;
}
