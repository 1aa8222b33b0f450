/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_LOST_H
#define RECORD_LOG_LOST_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/merkle.h"

/*
 * Finds the records that a log has lost at its end in a copy of them, as a
 * receiver keeps it.  The copy is a text with a record in each line; a line may
 * begin with the header of a syslog message.  Records can stand in any order,
 * more than once, and among lines of other logs.  A record belongs to the log
 * if a chain of hashes (chain.prev) leads from it back to the log's last
 * record.
 */

struct log_lost_record {
	uint64_t sequence;
	const char *text; /* in the copy; without newline */
	size_t len;
	uint8_t leaf[MERKLE_HASH_SIZE], prev[MERKLE_HASH_SIZE];
};

struct log_lost {
	/* the log: its name, and its last record; 0 and zeros: it has none */
	const char *origin;
	uint64_t last;
	uint8_t leaf[MERKLE_HASH_SIZE];

	/* the records after the log's last one, in order */
	struct log_lost_record *record;
	size_t count;
	/* LOG_LOST_TWO: the first sequence that the copy has two records of,
	 * each with a chain to the log's end */
	uint64_t fork;
	/* the newest record of this log in the copy, whatever leads to it */
	uint64_t newest;
};

enum log_lost_result {
	LOG_LOST_FOUND, /* perhaps none */
	LOG_LOST_TWO,	/* the copy has two histories that follow this log */
	LOG_LOST_FAILED /* no memory, or libcrypto failed */
};

/* The caller has set the log; what was found points into COPY. */
enum log_lost_result log_lost_find(
    struct log_lost *lost, const char *copy, size_t size);
void log_lost_free(struct log_lost *lost);

#endif
