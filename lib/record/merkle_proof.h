/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_MERKLE_PROOF_H
#define RECORD_MERKLE_PROOF_H

#include <stdint.h>

#include "lib/record/merkle.h"

/* The proofs of RFC 6962, sections 2.1.1 and 2.1.2, over all leaves of a tree.
 * Each takes time in proportion to the tree. */

#define MERKLE_PROOF_MAX 64 /* hashes of one proof */

struct merkle_proof {
	unsigned count;
	uint8_t hash[MERKLE_PROOF_MAX][MERKLE_HASH_SIZE];
};

/* The SIZE first leaves of a tree, each of MERKLE_HASH_SIZE bytes. */
struct merkle_leaves {
	const uint8_t (*leaf)[MERKLE_HASH_SIZE];
	uint64_t size;
};

/* That the leaf INDEX (from 0) is in the tree.  -1: it is not, or libcrypto
 * failed. */
int merkle_prove_inclusion(struct merkle_proof *proof_r,
    const struct merkle_leaves *leaves, uint64_t index);

/* That the tree continues the one of its first OLD leaves.  Nothing has to be
 * proven of an empty tree or of the same one: then there are no hashes.  -1:
 * OLD is larger, or libcrypto failed. */
int merkle_prove_consistency(struct merkle_proof *proof_r,
    const struct merkle_leaves *leaves, uint64_t old);

#endif
