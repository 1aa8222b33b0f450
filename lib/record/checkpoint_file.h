/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CHECKPOINT_FILE_H
#define RECORD_CHECKPOINT_FILE_H

#include "lib/record/checkpoint.h"

/*
 * Reads and verifies the file NAME, relative to the directory DIR.  NAME is
 * CHECKPOINT_FILE or the path of a copy.  CHECKPOINT_UNAVAILABLE with errno
 * when the file cannot be read; ENOENT when there is none.
 */
enum checkpoint_result checkpoint_file_read(int dir, const char *name,
    struct log_key *k, struct checkpoint *checkpoint_r);

/*
 * Replaces the file with a new signed checkpoint: writes a second file, syncs
 * it, renames it.  So a reader sees the whole old checkpoint or the whole new
 * one.  0, or -1 with errno.
 */
int checkpoint_file_write(int dir, const struct log_key *k, uint64_t size,
    const uint8_t root[MERKLE_HASH_SIZE]);

#endif
