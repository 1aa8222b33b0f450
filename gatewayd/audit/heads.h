/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_HEADS_H
#define AUDIT_HEADS_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/log_key.h"
#include "lib/record/merkle.h"

/*
 * The heads of the segments (lib/record/segment_head.h), for a start that does
 * not read the whole log.
 */

/* Where reading begins: the edge of the tree before it, and the leaf hash of
 * the record before it. */
struct heads_place {
	struct merkle *tree; /* the caller's, initialised */
	uint8_t last[MERKLE_HASH_SIZE];
	uint64_t first; /* the first record to be read */
};

/*
 * Finds the newest head that K signed and that has at most SIZE records.  With
 * none, reading begins at record 1.  -1: a segment is gone, or the directory
 * cannot be read; the reason was logged.
 */
int heads_find(
    struct heads_place *place, int dir, struct log_key *k, uint64_t size);

/* Edges of segments that have no head yet, as a reader comes past them. */
struct heads {
	struct heads_edge *edge;
	size_t count;
};

/* TREE has all records before a segment.  -1: no memory. */
int heads_add(struct heads *h, const struct merkle *tree);
/* Writes them all, for a log that was found good.  A head that cannot be
 * written is logged, and the next start reads more for it. */
void heads_write(struct heads *h, int dir, const struct log_key *k);
void heads_free(struct heads *h);

#endif
