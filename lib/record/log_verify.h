/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_VERIFY_H
#define RECORD_LOG_VERIFY_H

#include <stdint.h>

#include "lib/record/checkpoint.h"

/*
 * Verifies a whole log with its signed checkpoint and the public key.  A good
 * log has these properties:
 *
 *   Every line is a record.  Sequences have no gap.
 *   Each record has the leaf hash of the record before it.
 *   The tree over the first SIZE records has the signed root.
 *
 * Records after the checkpoint are not signed yet.  Only their chain of hashes
 * is verified.
 */

enum log_verify_result {
	LOG_VERIFY_GOOD,
	LOG_VERIFY_BAD,
	LOG_VERIFY_UNAVAILABLE, /* the log could not be read */
};

struct log_verify_report {
	uint64_t records;     /* whole lines */
	uint64_t signed_size; /* records that the checkpoint covers */
	uint64_t bad;	      /* the first bad sequence; 0: not known */
	uint64_t torn;	      /* bytes of an unfinished line at the end */
	char text[200];	      /* the fault, or why the log cannot be read */
};

/* DIR is the log's directory.  A key without a name gets the origin as name. */
enum log_verify_result log_verify(
    int dir, struct log_key *k, struct log_verify_report *report_r);

/*
 * The same, with an earlier checkpoint that an administrator copied to another
 * place.  KEPT is its path relative to KEPT_DIR.  The log must continue that
 * checkpoint: so a fork, or an older copy of the whole directory, shows.
 */
enum log_verify_result log_verify_kept(int dir, int kept_dir, const char *kept,
    struct log_key *k, struct log_verify_report *report_r);

#endif
