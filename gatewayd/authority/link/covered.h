/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store says of itself, at authority/covered: up to which record of
 * which log its marks are there.  It is sealed, so that the store can show an
 * older one, which is safe, and make none; and so that a seal key that is not
 * the store's is seen at the start and not at the first login.
 */
#ifndef AUTHORITY_LINK_COVERED_H
#define AUTHORITY_LINK_COVERED_H

#include <stddef.h>
#include <stdint.h>

#include "gatewayd/authority/seal.h"
#include "lib/ipc/messages.h"

#define COVERED_KEY "authority/covered"

/* A place in the log. */
struct log_head {
	uint64_t sequence;	 /* 0: before the first record */
	uint8_t hash[LEAF_HASH]; /* of that record; zeros: not known */
};

struct covered {
	struct log_head head; /* all marks up to it are in the store */
	/* The records after this one are read again all the same: a store that
	 * was put back in part, or lies, has no code counted twice that was
	 * spent a short time before. */
	uint64_t since;
};

enum covered_result {
	COVERED_OK = 1,
	COVERED_OLD, /* unsealed, of a gatewayd before: only the sequence */
	COVERED_OTHER_KEY, /* sealed with another key */
	COVERED_LATER,	   /* of a gatewayd that comes after this one */
	COVERED_MALFORMED
};

/* Value of the store; 0 and size, or -1. */
int covered_encode(const struct covered *c, struct seal *seal, uint8_t *out,
    size_t room, size_t *size_r);
/* other_r: the id of the key that it was sealed with, if that is another. */
enum covered_result covered_decode(struct covered *c, struct seal *seal,
    const uint8_t *value, size_t size, char other_r[SEAL_KEY_ID + 1]);

#endif
