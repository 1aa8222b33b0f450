/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/record/log_segment.h"
#include "lib/record/record.h"

#define BUF_SIZE (64 * 1024) /* all of it stays touched, once it was used */
/* Who reads one new record after the other finds zeros behind it, which audit
 * wrote ahead: they need not be read, nor have pages of the buffer. */
#define NEW_SIZE (8 * 1024)

static ssize_t
read_at(int fd, char *buf, size_t size, uint64_t offset)
{
	ssize_t got;

	do
		got = pread(fd, buf, size, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got;
}

static int
open_segment(struct log_reader *r, uint64_t first)
{
	char name[LOG_SEGMENT_NAME_SIZE];
	int fd;

	if (log_segment_name(first, name) < 0) {
		errno = ENOENT;
		return -1;
	}
	fd = openat(r->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = fd;
	r->segment = r->next = first;
	r->offset = 0;
	r->at = r->len = 0;
	r->more = false;
	return 0;
}

/* Drops what was read and reads on from the next line's start: much, where
 * there was more than the last read took. */
static int
fill(struct log_reader *r)
{
	size_t size = r->more ? BUF_SIZE : NEW_SIZE;
	ssize_t got;

	r->at = r->len = 0;
	got = read_at(r->fd, r->buf, size, r->offset);
	if (got < 0)
		return -1;
	r->len = (size_t)got;
	r->more = r->len == size && r->buf[size - 1] != '\0';
	return 0;
}

/* The length of the whole line at the front of the buffer; -1 for none. */
static ssize_t
whole_line(const struct log_reader *r)
{
	const char *start = r->buf + r->at;
	const char *end = memchr(start, '\n', r->len - r->at);

	if (end == NULL || memchr(start, '\0', (size_t)(end - start)) != NULL)
		return -1;
	return end - start;
}

static int
has_zero(const struct log_reader *r)
{
	return memchr(r->buf + r->at, '\0', r->len - r->at) != NULL;
}

/* To the segment that begins with the next sequence; 1 when there is none. */
static int
next_segment(struct log_reader *r)
{
	if (r->fd >= 0 && r->next == r->segment)
		return 1; /* nothing in this one yet */
	if (open_segment(r, r->next) == 0)
		return 0;
	return errno == ENOENT ? 1 : -1;
}

enum log_read
log_reader_next(struct log_reader *r, struct log_line *line_r)
{
	ssize_t len = -1;

	for (;;) {
		if (r->fd >= 0 && (len = whole_line(r)) >= 0)
			break;
		if (r->fd >= 0) {
			do
				if (fill(r) < 0)
					return LOG_READ_UNAVAILABLE;
			while ((len = whole_line(r)) < 0 && r->more &&
			       r->len < BUF_SIZE);
			if (len >= 0)
				break;
			if (r->len > RECORD_LINE_MAX && !has_zero(r))
				return LOG_READ_BROKEN;
		}
		switch (next_segment(r)) {
		case 0:
			continue;
		case 1:
			return LOG_READ_END;
		default:
			return LOG_READ_UNAVAILABLE;
		}
	}
	if (len > RECORD_LINE_MAX)
		return LOG_READ_BROKEN;
	*line_r = (struct log_line){.text = r->buf + r->at,
	    .len = (size_t)len,
	    .sequence = r->next++,
	    .segment = r->segment,
	    .offset = r->offset};
	r->at += (size_t)len + 1;
	r->offset += (uint64_t)len + 1;
	return LOG_READ_LINE;
}

void
log_reader_back(struct log_reader *r, const struct log_line *line)
{
	r->next = line->sequence;
	r->offset = line->offset;
	r->at = (size_t)(line->text - r->buf);
}

/* The last segment that can hold FROM; 0 when there is none at all. */
static int
find_segment(int dir, uint64_t from, uint64_t *first_r)
{
	struct log_segments list;

	if (log_segment_list(dir, &list) < 0)
		return -1;
	*first_r = 0;
	for (size_t i = 0; i < list.count && list.first[i] <= from; i++)
		*first_r = list.first[i];
	if (*first_r == 0 && (list.count > 0 || from != 1)) {
		log_segment_list_free(&list);
		errno = ENOENT;
		return -1;
	}
	log_segment_list_free(&list);
	return 0;
}

static int
seek(struct log_reader *r, uint64_t from)
{
	struct log_line line;
	uint64_t first;

	if (find_segment(r->dir, from, &first) < 0)
		return -1;
	if (first == 0) {
		r->next = 1;
		return 0;
	}
	if (open_segment(r, first) < 0)
		return -1;
	while (r->next < from) {
		switch (log_reader_next(r, &line)) {
		case LOG_READ_LINE:
			break;
		case LOG_READ_UNAVAILABLE:
			return -1;
		default:
			errno = ENOENT;
			return -1;
		}
	}
	return 0;
}

int
log_reader_open(struct log_reader *r, int dir, uint64_t from)
{
	int error;

	*r = (struct log_reader){.dir = dir, .fd = -1};
	r->buf = malloc(BUF_SIZE);
	if (r->buf == NULL)
		return -1;
	if (seek(r, from) == 0)
		return 0;
	error = errno;
	log_reader_close(r);
	errno = error;
	return -1;
}

void
log_reader_close(struct log_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	free(r->buf);
	*r = (struct log_reader){.dir = -1, .fd = -1};
}

int
log_reader_torn(struct log_reader *r, uint64_t *bytes_r)
{
	uint64_t at = r->offset;
	ssize_t got;

	*bytes_r = 0;
	r->at = r->len = 0; /* the buffer is used here */
	while (
	    r->fd >= 0 && (got = read_at(r->fd, r->buf, BUF_SIZE, at)) != 0) {
		if (got < 0)
			return -1;
		for (ssize_t i = 0; i < got; i++)
			if (r->buf[i] != '\0')
				*bytes_r = at + (uint64_t)i + 1 - r->offset;
		at += (uint64_t)got;
	}
	return 0;
}
