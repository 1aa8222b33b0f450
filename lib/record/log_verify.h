/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_LOG_VERIFY_H
#define RECORD_LOG_VERIFY_H

#include <stdint.h>

#include "lib/record/checkpoint.h"

/*
 * Holds a whole log against its signed checkpoint, with the public key only:
 * every line is a record, sequences run on without a gap, each record names
 * the leaf hash of the one before, and the tree over the first SIZE records has
 * the signed root.  What follows the checkpoint is not signed yet and is only
 * held against its own chain.
 */

enum log_verify_result {
	LOG_VERIFY_GOOD,
	LOG_VERIFY_BAD,
	LOG_VERIFY_UNAVAILABLE, /* could not be read: report.text says why */
};

struct log_verify_report {
	uint64_t records;     /* whole lines */
	uint64_t signed_size; /* of the checkpoint */
	uint64_t bad;	      /* first bad sequence, 0 if none can be named */
	uint64_t torn;	      /* bytes of an unfinished line at the end */
	char text[200];	      /* what is wrong */
};

/* DIR is the log's directory.  A key without name gets the origin's. */
enum log_verify_result log_verify(
    int dir, struct log_key *k, struct log_verify_report *report_r);

/*
 * The same, and the log must also go on from the checkpoint in file KEPT (a
 * path relative to KEPT_DIR), which was copied away earlier: this shows a fork
 * and an older copy of the whole directory.
 */
enum log_verify_result log_verify_kept(int dir, int kept_dir, const char *kept,
    struct log_key *k, struct log_verify_report *report_r);

#endif
