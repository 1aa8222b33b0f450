/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CHECKPOINT_FILE_H
#define RECORD_CHECKPOINT_FILE_H

#include "lib/record/checkpoint.h"

/*
 * Reads and verifies the file NAME (CHECKPOINT_FILE, or a copy kept elsewhere)
 * relative to the directory DIR.  CHECKPOINT_UNAVAILABLE with errno when it
 * cannot be read; ENOENT when it is not there.
 */
enum checkpoint_result checkpoint_file_read(int dir, const char *name,
    struct log_key *k, struct checkpoint *checkpoint_r);

/*
 * Puts a signed checkpoint in the place of the old one: written beside it,
 * synced, renamed.  Whoever looks sees the old or the new one, whole.
 * -1: errno.
 */
int checkpoint_file_write(int dir, const struct log_key *k, uint64_t size,
    const uint8_t root[MERKLE_HASH_SIZE]);

#endif
