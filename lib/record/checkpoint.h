/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_CHECKPOINT_H
#define RECORD_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "lib/record/log_key.h"
#include "lib/record/merkle.h"

/*
 * A checkpoint is the signed head of the log: a C2SP tlog-checkpoint in a C2SP
 * signed-note with one Ed25519 signature.
 *
 *	ORIGIN
 *	SIZE
 *	BASE64-OF-ROOT
 *
 *	- ORIGIN BASE64-OF-KEY-ID-AND-SIGNATURE
 *
 * where "-" is an em dash (U+2014).  Sallyport writes no extension lines.  The
 * reader skips them, and the signatures of other keys.
 */

#define CHECKPOINT_FILE "checkpoint"
#define CHECKPOINT_TEXT_MAX 4096

struct checkpoint {
	char origin[LOG_KEY_NAME_MAX + 1];
	uint64_t size; /* records covered: sequences 1 to size */
	uint8_t root[MERKLE_HASH_SIZE];
};

enum checkpoint_result {
	CHECKPOINT_OK,
	CHECKPOINT_MALFORMED,	/* the text is no checkpoint */
	CHECKPOINT_UNSIGNED,	/* no signature by this key */
	CHECKPOINT_MISMATCH,	/* this key's signature is wrong */
	CHECKPOINT_UNAVAILABLE, /* libcrypto failed */
};

const char *checkpoint_strerror(enum checkpoint_result result);

/* Writes a checkpoint; its origin is the key's name.  0 with the length in
 * *LEN_R, or -1.  The text has no NUL. */
int checkpoint_sign(const struct log_key *k, uint64_t size,
    const uint8_t root[MERKLE_HASH_SIZE], char text_r[CHECKPOINT_TEXT_MAX],
    size_t *len_r);

/*
 * Reads a checkpoint and verifies it with K.  A key without a name first gets
 * the checkpoint's origin as its name.
 */
enum checkpoint_result checkpoint_open(struct log_key *k, const char *text,
    size_t len, struct checkpoint *checkpoint_r);

#endif
