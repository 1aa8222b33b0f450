/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_SEGMENT_H
#define RECORD_LOG_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The segments are the files of a log, NNNNNNNNNNNN.log.  The name is the
 * sequence of the first record, in twelve decimal digits.  Each line is a
 * record.  After the last line of a file come zero bytes: space that audit
 * allocated ahead.
 */

#define LOG_SEGMENT_NAME_SIZE 32
#define LOG_SEGMENT_SEQUENCE_MAX 999999999999ULL

struct log_segments {
	uint64_t *first; /* ascending */
	size_t count;
};

/* Writes the name of a segment.  -1: FIRST is 0 or has too many digits. */
int log_segment_name(uint64_t first, char name_r[LOG_SEGMENT_NAME_SIZE]);

/*
 * Nobody else may write this log until DIR is closed or the process ends: audit
 * and the command never write at the same time.  0, or -1 with errno;
 * EWOULDBLOCK: another one has it.
 */
int log_segment_lock(int dir);

/* Lists the segments in the directory DIR, and ignores other files.  DIR stays
 * open.  0, or -1 with errno. */
int log_segment_list(int dir, struct log_segments *list_r);
void log_segment_list_free(struct log_segments *list);

#endif
