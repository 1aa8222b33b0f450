/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/record/log_segment.h"

/* zeroed in one go, and when */
#define PREPARE_SIZE (256 * 1024)
#define PREPARE_LOW (32 * 1024)

static const char zeros[64 * 1024];

static int
write_at(int fd, const char *bytes, size_t len, uint64_t offset)
{
	ssize_t put;

	while (len > 0) {
		put = pwrite(fd, bytes, len, (off_t)offset);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		bytes += put;
		len -= (size_t)put;
		offset += (uint64_t)put;
	}
	return 0;
}

/* Not every file system can: then blocks are found as they are written. */
static void
reserve(struct segment *s)
{
	if (s->limit > s->reserved &&
	    fallocate(s->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)s->limit) == 0)
		s->reserved = s->limit;
}

/* Sees to it that NEED bytes behind offset, and some more, are zero. */
static int
prepare(struct segment *s, size_t need)
{
	uint64_t end = s->offset + need + PREPARE_SIZE;

	if (s->prepared >= s->offset + need + PREPARE_LOW)
		return 0;
	while (s->prepared < end) {
		if (write_at(s->fd, zeros, sizeof zeros, s->prepared) < 0)
			return -1;
		s->prepared += sizeof zeros;
	}
	return 0;
}

static int
open_file(struct segment *s, uint64_t first, uint64_t offset)
{
	char name[LOG_SEGMENT_NAME_SIZE];

	if (log_segment_name(first, name) < 0) {
		errno = EFBIG;
		return -1;
	}
	s->fd = openat(
	    s->dir, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (s->fd < 0)
		return -1;
	s->first = first;
	s->offset = s->prepared = offset;
	s->reserved = 0;
	if (fchmod(s->fd, 0640) < 0 || ftruncate(s->fd, (off_t)offset) < 0)
		return -1;
	reserve(s);
	/* the file's name and its new size must survive a power cut */
	if (prepare(s, 0) < 0 || fsync(s->fd) < 0 || fsync(s->dir) < 0)
		return -1;
	return 0;
}

int
segment_open(struct segment *s, int dir, const struct segment_place *place,
    uint64_t limit)
{
	int error;

	s->dir = dir;
	s->fd = -1;
	s->next = place->next;
	s->limit = limit;
	s->poisoned = 0;
	s->batch_len = 0;
	if (open_file(s, place->first, place->offset) == 0)
		return 0;
	error = errno;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	s->poisoned = 1;
	errno = error;
	return -1;
}

int
segment_append(struct segment *s, const char *line, size_t len)
{
	if (s->poisoned || len >= sizeof s->batch - s->batch_len)
		return -1;
	memcpy(s->batch + s->batch_len, line, len);
	s->batch_len += len;
	s->batch[s->batch_len++] = '\n';
	return 0;
}

static uint64_t
count_lines(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	uint64_t count = 0;

	while (bytes < end &&
	       (bytes = memchr(bytes, '\n', (size_t)(end - bytes))) != NULL) {
		count++;
		bytes++;
	}
	return count;
}

/* Closes this file at its true size and begins the next. */
static int
rotate(struct segment *s)
{
	if (ftruncate(s->fd, (off_t)s->offset) < 0 || fsync(s->fd) < 0)
		return -1;
	close(s->fd);
	s->fd = -1;
	return open_file(s, s->next, 0);
}

static int
commit(struct segment *s)
{
	if (s->offset > 0 && s->offset + s->batch_len > s->limit &&
	    rotate(s) < 0)
		return -1;
	if (prepare(s, s->batch_len) < 0 ||
	    write_at(s->fd, s->batch, s->batch_len, s->offset) < 0)
		return -1;
	return fdatasync(s->fd);
}

static void
poison(struct segment *s)
{
	s->poisoned = 1;
	s->batch_len = 0;
	/* so that a new start does not find what we are about to refuse;
	 * where this fails too, it does, and the log stays the truth */
	if (s->fd >= 0 && ftruncate(s->fd, (off_t)s->offset) < 0)
		return;
}

int
segment_commit(struct segment *s)
{
	int error;

	if (s->poisoned) {
		errno = EIO;
		return -1;
	}
	if (s->batch_len == 0)
		return 0;
	if (commit(s) < 0) {
		error = errno;
		poison(s);
		errno = error;
		return -1;
	}
	s->offset += s->batch_len;
	s->next += count_lines(s->batch, s->batch_len);
	s->batch_len = 0;
	return 0;
}

void
segment_close(struct segment *s)
{
	if (s->fd < 0)
		return;
	if (!s->poisoned && ftruncate(s->fd, (off_t)s->offset) == 0)
		fsync(s->fd);
	close(s->fd);
	s->fd = -1;
	s->batch_len = 0;
}
