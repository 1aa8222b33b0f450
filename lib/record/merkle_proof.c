/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/record/merkle_proof.h"

#include <stdbool.h>
#include <string.h>

/* Part of the leaves: [first, end) */
struct range {
	const uint8_t (*leaf)[MERKLE_HASH_SIZE];
	uint64_t first, end;
};

/* Puts the root over a range behind the other hashes of the proof. */
static int
add_root(
    struct merkle_proof *p, const struct range *r, uint64_t first, uint64_t end)
{
	struct merkle tree;
	int result = 0;

	if (p->count == MERKLE_PROOF_MAX || merkle_init(&tree) < 0)
		return -1;
	for (uint64_t i = first; result == 0 && i < end; i++)
		result = merkle_append(&tree, r->leaf[i]);
	if (result == 0)
		result = merkle_root(&tree, p->hash[p->count++]);
	merkle_free(&tree);
	return result;
}

/* Where a range is split: the largest power of two below its length. */
static uint64_t
split(const struct range *r)
{
	uint64_t half = 1;

	while (2 * half < r->end - r->first)
		half *= 2;
	return r->first + half;
}

/* The RFCs say this as a recursion from the root, and list the hashes from the
 * leaf on. */
static void
turn_round(struct merkle_proof *p)
{
	uint8_t hash[MERKLE_HASH_SIZE];

	for (unsigned i = 0; i < p->count / 2; i++) {
		memcpy(hash, p->hash[i], sizeof hash);
		memcpy(p->hash[i], p->hash[p->count - 1 - i], sizeof hash);
		memcpy(p->hash[p->count - 1 - i], hash, sizeof hash);
	}
}

int
merkle_prove_inclusion(struct merkle_proof *proof_r,
    const struct merkle_leaves *leaves, uint64_t index)
{
	struct range r = {leaves->leaf, 0, leaves->size};

	proof_r->count = 0;
	if (index >= leaves->size)
		return -1;
	while (r.end - r.first > 1) {
		uint64_t middle = split(&r);

		if (index < middle) {
			if (add_root(proof_r, &r, middle, r.end) < 0)
				return -1;
			r.end = middle;
		} else {
			if (add_root(proof_r, &r, r.first, middle) < 0)
				return -1;
			r.first = middle;
		}
	}
	turn_round(proof_r);
	return 0;
}

int
merkle_prove_consistency(struct merkle_proof *proof_r,
    const struct merkle_leaves *leaves, uint64_t old)
{
	struct range r = {leaves->leaf, 0, leaves->size};
	bool whole = true; /* the range begins at 0: its root is known */

	proof_r->count = 0;
	if (old > leaves->size)
		return -1;
	if (old == 0 || old == leaves->size)
		return 0;
	while (old != r.end) {
		uint64_t middle = split(&r);

		if (old <= middle) {
			if (add_root(proof_r, &r, middle, r.end) < 0)
				return -1;
			r.end = middle;
		} else {
			if (add_root(proof_r, &r, r.first, middle) < 0)
				return -1;
			r.first = middle;
			whole = false;
		}
	}
	if (!whole && add_root(proof_r, &r, r.first, r.end) < 0)
		return -1;
	turn_round(proof_r);
	return 0;
}
