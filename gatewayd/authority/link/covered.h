/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store's value at authority/covered: the last record of the log that the
 * store has applied.  The value is sealed.  So a store that an attacker
 * controls can show an older one, which is safe, but cannot make one.  A wrong
 * seal key is noticed at the start, and not at the first login.
 */
#ifndef AUTHORITY_LINK_COVERED_H
#define AUTHORITY_LINK_COVERED_H

#include <stddef.h>
#include <stdint.h>

#include "gatewayd/authority/link/store_value.h"
#include "gatewayd/authority/seal.h"
#include "lib/ipc/messages.h"

#define COVERED_KEY "authority/covered"

/* A place in the log. */
struct log_head {
	uint64_t sequence;	 /* 0: before the first record */
	uint8_t hash[LEAF_HASH]; /* of that record; zeros: not known */
};

struct covered {
	struct log_head head; /* the store has applied all records up to it */
	/* The records after this one are read again all the same.  So a store
	 * that was restored in part, or that lies, cannot make a code count
	 * again that was spent a short time before. */
	uint64_t since;
};

enum covered_result {
	COVERED_OK = 1,
	COVERED_OLD, /* of an earlier release, unsealed: only the sequence */
	COVERED_OTHER_KEY, /* sealed with another key */
	COVERED_LATER,	   /* of a later release */
	COVERED_MALFORMED
};

/* -1: no random bytes. */
int covered_encode(
    const struct covered *c, struct seal *seal, struct store_value *value_r);
/* Reads the value.  other_r: the id of its key, if that is another key. */
enum covered_result covered_decode(struct covered *c, struct seal *seal,
    const uint8_t *value, size_t size, char other_r[SEAL_KEY_ID + 1]);

#endif
