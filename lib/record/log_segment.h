/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_SEGMENT_H
#define RECORD_LOG_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The files of a log: NNNNNNNNNNNN.log, named by the sequence of their first
 * record, twelve decimal digits.  Records stand one a line; what follows the
 * last one in a file is zero bytes (space that was set aside).
 */

#define LOG_SEGMENT_NAME_SIZE 32
#define LOG_SEGMENT_SEQUENCE_MAX 999999999999ULL

struct log_segments {
	uint64_t *first; /* ascending */
	size_t count;
};

/* -1 when FIRST is 0 or has more than twelve digits. */
int log_segment_name(uint64_t first, char name_r[LOG_SEGMENT_NAME_SIZE]);

/* The segments in the directory DIR, which stays open; other files are passed
 * over.  -1: errno. */
int log_segment_list(int dir, struct log_segments *list_r);
void log_segment_list_free(struct log_segments *list);

#endif
