/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_LOG_RECOVERY_H
#define AUDIT_LOG_RECOVERY_H

#include <stdint.h>

#include "lib/record/log_key.h"
#include "lib/record/merkle.h"
#include "lib/record/record_parse.h"

/*
 * Reads the log at a start, from the newest head of a segment on; a log without
 * heads from its first record on, and then gets them.  The records that the
 * checkpoint covers must have its root.  Later lines were committed after the
 * checkpoint: they must be records, in sequence, and each with the hash of the
 * one before.  An unfinished line at the very end is cut off.
 */
struct log_recovery {
	struct merkle *tree; /* the caller's; empty, then over all records */
	uint64_t first;	     /* the first record that was read */
	uint8_t last[MERKLE_HASH_SIZE]; /* leaf hash of the last record */
	uint64_t segment;		/* the last file's first sequence */
	uint64_t offset; /* the end of the last whole line in that file */
	uint64_t torn;	 /* bytes of an unfinished line after that */
	uint64_t unsigned_count; /* records after the checkpoint */
	int made; /* the directory was empty, and a checkpoint was made */
};

/* 0, or -1 if this log cannot be continued; the reason was logged. */
int log_recovery_run(struct log_recovery *rec, int dir, struct log_key *k);

/* Logs why record_parse() refused a line. */
void audit_refuse_line(const struct record_parsed *parsed, uint64_t sequence);

#endif
