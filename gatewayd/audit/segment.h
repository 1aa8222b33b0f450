/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAYD_AUDIT_SEGMENT_H
#define GATEWAYD_AUDIT_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

/*
 * The only writer of the log: gathers lines, then puts all of them on disk with
 * one write and one fdatasync.  Space is set aside and zeroed ahead of the end,
 * so that a commit overwrites blocks that the file already has and need not
 * wait for the file system's journal.
 *
 * After the first error nothing is tried again (the kernel may have dropped the
 * dirty pages: "fsyncgate", security.md I4): the writer is poisoned, what was
 * not committed is cut off as far as the disk lets us, and a new process must
 * read the log anew.
 */

#define SEGMENT_BATCH_MAX (512 * 1024) /* bytes of one commit */

struct segment {
	int dir; /* the caller's */
	int fd;
	uint64_t first;	   /* sequence of the first record in this file */
	uint64_t next;	   /* of the next record appended */
	uint64_t offset;   /* end of what is committed */
	uint64_t prepared; /* the file is zero from offset to here */
	uint64_t limit;	   /* a file is closed at this size */
	uint64_t reserved; /* space that the file system keeps for us */
	int poisoned;
	size_t batch_len;
	char batch[SEGMENT_BATCH_MAX];
};

/*
 * Goes on in the segment FIRST at OFFSET with the record NEXT; what stands
 * behind is cut off.  A segment that does not exist yet is made.  -1: errno.
 */
int segment_open(struct segment *s, int dir, uint64_t first, uint64_t offset,
    uint64_t next, uint64_t limit);

/* Adds one record, LEN bytes without newline, to the batch.  -1 when there is
 * no room (commit first) or the writer is poisoned. */
int segment_append(struct segment *s, const char *line, size_t len);

/* Puts the batch on disk.  -1: errno; none of it counts. */
int segment_commit(struct segment *s);

/* Cuts off the space set aside and closes; the batch is dropped. */
void segment_close(struct segment *s);

#endif
