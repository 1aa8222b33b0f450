/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_READER_H
#define RECORD_LOG_READER_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads the lines of a log in order, while another process may be appending.
 * Lines are counted, not understood: the first of a segment has the sequence
 * that the segment's name says.
 */

enum log_read {
	LOG_READ_LINE,	     /* one line is in *LINE_R */
	LOG_READ_END,	     /* no further whole line now; ask again later */
	LOG_READ_BROKEN,     /* a line longer than any record */
	LOG_READ_UNAVAILABLE /* errno */
};

struct log_line {
	const char *text; /* valid until the next call; no newline */
	size_t len;
	uint64_t sequence;
	uint64_t segment; /* first sequence of the file it stands in */
	uint64_t offset;  /* of its first byte in that file */
};

struct log_reader {
	int dir; /* the caller's */
	int fd;	 /* the segment, -1 before the first exists */
	uint64_t segment;
	uint64_t next;	 /* sequence of the next line */
	uint64_t offset; /* of the next line */
	char *buf;
	size_t at, len; /* unread part of buf: [at, len) */
};

/*
 * Starts at the line with sequence FROM (1 or more), which need not exist yet
 * if the one before it does, or if there is no segment at all.  -1: errno;
 * ENOENT when that part of the log is not there.
 */
int log_reader_open(struct log_reader *r, int dir, uint64_t from);
void log_reader_close(struct log_reader *r);

enum log_read log_reader_next(struct log_reader *r, struct log_line *line_r);

/* Puts the line that was read last back: it is read again next. */
void log_reader_back(struct log_reader *r, const struct log_line *line);

/*
 * After LOG_READ_END: the bytes in this segment behind the last whole line
 * that are not zero, counted up to the last such byte.  -1: errno.
 */
int log_reader_torn(struct log_reader *r, uint64_t *bytes_r);

#endif
