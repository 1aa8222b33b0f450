/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_LOG_RECOVERY_H
#define AUDIT_LOG_RECOVERY_H

#include <stdint.h>

#include "lib/record/log_key.h"
#include "lib/record/merkle.h"
#include "lib/record/record_parse.h"

/*
 * What a start finds in the log directory.  The records that the checkpoint
 * covers must have its root; whole lines behind it are kept when they are
 * records in sequence and chained (their commit came after the checkpoint); an
 * unfinished line at the very end is cut.
 */
struct log_recovery {
	struct merkle *tree; /* the caller's, empty; grown over all records */
	uint8_t last[MERKLE_HASH_SIZE]; /* leaf hash of the last record */
	uint64_t segment; /* where to go on: the file's first sequence */
	uint64_t offset;  /* and the end of its last whole line */
	uint64_t torn;	  /* bytes behind that, of a line never finished */
	uint64_t unsigned_count; /* records behind the checkpoint */
	int made; /* the directory was empty, and has a first checkpoint now */
};

/* 0, or -1 when this is not a log that can be gone on with; the reason was
 * logged. */
int log_recovery_run(struct log_recovery *rec, int dir, struct log_key *k);

/* Says why a line that record_parse() refused is refused. */
void audit_refuse_line(const struct record_parsed *parsed, uint64_t sequence);

#endif
