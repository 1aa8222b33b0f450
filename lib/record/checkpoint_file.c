/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/checkpoint_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/file.h"

#define NEW_FILE CHECKPOINT_FILE ".new"

static ssize_t
read_file(int dir, const char *name, char *buf, size_t size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = file_read(fd, buf, size);
	close(fd);
	return len;
}

enum checkpoint_result
checkpoint_file_read(int dir, const char *name, struct log_key *k,
    struct checkpoint *checkpoint_r)
{
	char text[CHECKPOINT_TEXT_MAX + 1];
	ssize_t len = read_file(dir, name, text, sizeof text);

	if (len < 0)
		return errno == EFBIG ? CHECKPOINT_MALFORMED
				      : CHECKPOINT_UNAVAILABLE;
	return checkpoint_open(k, text, (size_t)len, checkpoint_r);
}

int
checkpoint_file_write(int dir, const struct log_key *k, uint64_t size,
    const uint8_t root[MERKLE_HASH_SIZE])
{
	char text[CHECKPOINT_TEXT_MAX];
	size_t len;
	int fd, error;

	if (checkpoint_sign(k, size, root, text, &len) < 0) {
		errno = EIO;
		return -1;
	}
	fd = openat(dir, NEW_FILE,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd < 0)
		return -1;
	if (fchmod(fd, 0640) < 0 || file_write(fd, text, len) < 0 ||
	    fdatasync(fd) < 0) {
		error = errno;
		close(fd);
		errno = error;
		return -1;
	}
	close(fd);
	return renameat(dir, NEW_FILE, dir, CHECKPOINT_FILE);
}
