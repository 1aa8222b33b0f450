/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_READER_H
#define RECORD_LOG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the lines of a log in order.  Another process may append to the log
 * meanwhile.  The reader counts lines and does not parse them: the first line
 * of a segment has the sequence that is the segment's name.
 */

enum log_read {
	LOG_READ_LINE,	     /* one line is in *LINE_R */
	LOG_READ_END,	     /* no other whole line yet: try again later */
	LOG_READ_BROKEN,     /* a line longer than any record */
	LOG_READ_UNAVAILABLE /* reading failed: errno says why */
};

struct log_line {
	const char *text; /* without newline; valid until the next call */
	size_t len;
	uint64_t sequence;
	uint64_t segment; /* the first sequence of the line's file */
	uint64_t offset;  /* of the line's first byte in that file */
};

struct log_reader {
	int dir; /* the caller's */
	int fd;	 /* the segment; -1: there is none yet */
	uint64_t segment;
	uint64_t next;	 /* sequence of the next line */
	uint64_t offset; /* of the next line */
	char *buf;
	size_t at, len; /* unread part of buf: [at, len) */
	bool more;	/* the file has more behind buf, it seems */
};

/*
 * Starts at the line with sequence FROM (1 or more).  That line need not exist
 * if the line before it does, or if there is no segment at all.  0, or -1 with
 * errno; ENOENT when the log does not have that part.
 */
int log_reader_open(struct log_reader *r, int dir, uint64_t from);
void log_reader_close(struct log_reader *r);

enum log_read log_reader_next(struct log_reader *r, struct log_line *line_r);

/* Puts the last line back.  log_reader_next() will read it again. */
void log_reader_back(struct log_reader *r, const struct log_line *line);

/*
 * After LOG_READ_END: sets *BYTES_R to the number of bytes from the last whole
 * line's end to the last byte of the segment that is not 0.  0, or -1 with
 * errno.
 */
int log_reader_torn(struct log_reader *r, uint64_t *bytes_r);

#endif
