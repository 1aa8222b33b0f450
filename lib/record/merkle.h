/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_MERKLE_H
#define RECORD_MERKLE_H

#include <openssl/types.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256, one leaf at a time.
 * The struct keeps only the right edge: for each bit i of the size, the root of
 * the complete subtree of height i.  So a tree of any size takes 2 KiB.
 */

#define MERKLE_HASH_SIZE 32

struct merkle {
	uint64_t size; /* leaves */
	uint8_t edge[64][MERKLE_HASH_SIZE];
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

/* Makes an empty tree.  0, or -1: no memory, or no SHA-256 in libcrypto. */
int merkle_init(struct merkle *m);
void merkle_free(struct merkle *m);

/* Sets HASH_R to SHA-256(0x00 || the LEN bytes).  -1: libcrypto failed. */
int merkle_leaf(struct merkle *m, const void *bytes, size_t len,
    uint8_t hash_r[MERKLE_HASH_SIZE]);

/* Adds the leaf at the right edge, as number size + 1. */
int merkle_append(struct merkle *m, const uint8_t leaf[MERKLE_HASH_SIZE]);

/* Sets ROOT_R to the tree's root; for an empty tree, SHA-256 of no bytes. */
int merkle_root(struct merkle *m, uint8_t root_r[MERKLE_HASH_SIZE]);

/* Copies the tree FROM into TO.  TO must be initialised. */
void merkle_copy(struct merkle *to, const struct merkle *from);

#endif
