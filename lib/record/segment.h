/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_SEGMENT_H
#define RECORD_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The only writer of the log.  It gathers lines, then puts all of them on disk
 * with one write and one fdatasync.  It allocates and zeroes space ahead.  So a
 * commit overwrites blocks that the file already has, and need not wait for the
 * file system's journal.
 *
 * After the first error the writer never tries again, because the kernel may
 * have dropped the dirty pages ("fsyncgate").  It is poisoned.  It cuts off the
 * lines that were not committed, if the disk lets it.  A new process must then
 * read the log again.
 */

#define SEGMENT_BATCH_MAX (512 * 1024) /* bytes of one commit */

struct segment {
	int dir; /* the caller's */
	int fd;
	uint64_t first;	   /* sequence of the first record in this file */
	uint64_t next;	   /* sequence of the next record */
	uint64_t offset;   /* end of the committed lines */
	uint64_t prepared; /* the file is zero from offset to here */
	uint64_t limit;	   /* a file is closed at this size */
	uint64_t reserved; /* space that the file system keeps for us */
	int poisoned;
	size_t batch_len;
	char batch[SEGMENT_BATCH_MAX];
};

/* Where the writer goes on, as the members of struct segment. */
struct segment_place {
	uint64_t first, offset, next;
};

/*
 * Continues the segment at that place, and cuts off the bytes after its offset.
 * Makes the segment if there is none.  -1: errno.
 */
int segment_open(struct segment *s, int dir, const struct segment_place *place,
    uint64_t limit);

/* Adds one record, LEN bytes without newline, to the batch.  -1: there is no
 * room before a commit, or the writer is poisoned. */
int segment_append(struct segment *s, const char *line, size_t len);

/* Puts the batch on disk.  -1 with errno: no record of it counts. */
int segment_commit(struct segment *s);

/* Cuts off the allocated space and closes.  Drops the batch. */
void segment_close(struct segment *s);

#endif
