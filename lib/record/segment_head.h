/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_SEGMENT_HEAD_H
#define RECORD_SEGMENT_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/log_key.h"
#include "lib/record/merkle.h"

/*
 * The head of a segment is the file NNNNNNNNNNNN.head beside it: the right edge
 * of the tree over all records before the segment, and the signed checkpoint of
 * just these records.  From there a reader can go on without reading them.
 *
 *	sallyport/head/v1
 *	BASE64 OF A HASH
 *	...
 *
 *	CHECKPOINT
 *
 * There is a hash for each complete subtree, the largest first.  The hashes
 * must lead to the root that the checkpoint was signed for, so the file needs
 * no other trust.
 */

/*
 * Writes the head of the segment that begins with record EDGE->size + 1: a
 * second file, synced and renamed, and the directory synced.  0, or -1 with
 * errno.
 */
int segment_head_write(int dir, const struct log_key *k, struct merkle *edge);

/*
 * Reads and verifies the head of the segment FIRST (2 or more) into EDGE_R,
 * which is initialised.  0; -1 with errno: ENOENT, or EBADMSG when the file is
 * not a head that K signed.
 */
int segment_head_read(
    int dir, uint64_t first, struct log_key *k, struct merkle *edge_r);

/* The same of a head's text.  -1: it is not the head of that segment. */
int segment_head_parse(const char *text, size_t len, struct log_key *k,
    uint64_t first, struct merkle *edge_r);

/* The segment that this file is the head of; 0: it is no head's name. */
uint64_t segment_head_of(const char *name);

#endif
