/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RECORD_MERKLE_H
#define RECORD_MERKLE_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

/*
 * The Merkle tree of RFC 6962 section 2.1 over SHA-256, grown one leaf at a
 * time.  Only the right edge is kept: the root of the complete subtree of
 * height i for every bit i of the size, so a tree of any size is 2 KiB.
 */

#define MERKLE_HASH_SIZE 32

struct merkle {
	uint64_t size; /* leaves */
	uint8_t edge[64][MERKLE_HASH_SIZE];
	EVP_MD *md;
	EVP_MD_CTX *ctx;
};

/* An empty tree; 0, or -1 when libcrypto has no SHA-256 or no memory. */
int merkle_init(struct merkle *m);
void merkle_free(struct merkle *m);

/* HASH_R = SHA-256(0x00 || the LEN bytes).  0, or -1 when libcrypto failed. */
int merkle_leaf(struct merkle *m, const void *bytes, size_t len,
    uint8_t hash_r[MERKLE_HASH_SIZE]);

/* Adds the leaf as number size + 1. */
int merkle_append(struct merkle *m, const uint8_t leaf[MERKLE_HASH_SIZE]);

/* The tree's head; of the empty tree SHA-256 of nothing. */
int merkle_root(struct merkle *m, uint8_t root_r[MERKLE_HASH_SIZE]);

/* Makes TO, which is initialised, the same tree as FROM. */
void merkle_copy(struct merkle *to, const struct merkle *from);

#endif
