/* SPDX-License-Identifier: Apache-2.0 */
/* Every proof of every small tree, verified as RFC 9162 says (2.1.3.2 and
 * 2.1.4.2), which is another way than the one they are made in. */
#include <stdbool.h>
#include <string.h>

#include "lib/record/merkle_proof.h"
#include "tests/support/unit.h"

#define LEAVES 70

static uint8_t leaf[LEAVES][MERKLE_HASH_SIZE],
    root[LEAVES + 1][MERKLE_HASH_SIZE];
static struct merkle hash;

static void
join(const uint8_t *left, const uint8_t *right, uint8_t *out)
{
	struct merkle tree; /* the root of two leaves is their node */

	assert_int_equal(merkle_init(&tree), 0);
	assert_int_equal(merkle_append(&tree, left), 0);
	assert_int_equal(merkle_append(&tree, right), 0);
	assert_int_equal(merkle_root(&tree, out), 0);
	merkle_free(&tree);
}

static bool
is_included(const struct merkle_proof *p, uint64_t index, uint64_t size)
{
	uint64_t fn = index, sn = size - 1;
	uint8_t r[MERKLE_HASH_SIZE];

	memcpy(r, leaf[index], sizeof r);
	for (unsigned i = 0; i < p->count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			join(p->hash[i], r, r);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			join(r, p->hash[i], r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(r, root[size], sizeof r) == 0;
}

static bool
is_consistent(const struct merkle_proof *p, uint64_t old, uint64_t size)
{
	uint64_t fn = old - 1, sn = size - 1;
	uint8_t fr[MERKLE_HASH_SIZE], sr[MERKLE_HASH_SIZE];
	bool whole = (old & (old - 1)) == 0;
	unsigned i = whole ? 0 : 1;

	if (!whole && p->count == 0)
		return false;
	memcpy(fr, whole ? root[old] : p->hash[0], sizeof fr);
	memcpy(sr, fr, sizeof sr);
	while ((fn & 1) != 0) {
		fn >>= 1;
		sn >>= 1;
	}
	for (; i < p->count; i++) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			join(p->hash[i], fr, fr);
			join(p->hash[i], sr, sr);
			while ((fn & 1) == 0 && fn != 0) {
				fn >>= 1;
				sn >>= 1;
			}
		} else {
			join(sr, p->hash[i], sr);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return sn == 0 && memcmp(fr, root[old], sizeof fr) == 0 &&
	       memcmp(sr, root[size], sizeof sr) == 0;
}

static int
make_trees(void **state)
{
	struct merkle tree;

	assert_int_equal(merkle_init(&tree), 0);
	assert_int_equal(merkle_init(&hash), 0);
	for (unsigned i = 0; i < LEAVES; i++) {
		merkle_root(&tree, root[i]);
		merkle_leaf(&hash, &i, sizeof i, leaf[i]);
		merkle_append(&tree, leaf[i]);
	}
	merkle_root(&tree, root[LEAVES]);
	merkle_free(&tree);
	return 0;
}

static int
free_trees(void **state)
{
	merkle_free(&hash);
	return 0;
}

static void
each_leaf_is_proven_in_each_tree_and_in_no_other(void **state)
{
	struct merkle_leaves leaves = {
	    (const uint8_t(*)[MERKLE_HASH_SIZE])leaf, 0};
	struct merkle_proof p;

	for (leaves.size = 1; leaves.size <= LEAVES; leaves.size++)
		for (uint64_t i = 0; i < leaves.size; i++) {
			assert_int_equal(
			    merkle_prove_inclusion(&p, &leaves, i), 0);
			assert_true(is_included(&p, i, leaves.size));
			if (p.count == 0)
				continue;
			p.hash[p.count - 1][7] ^= 1;
			assert_false(is_included(&p, i, leaves.size));
		}
	leaves.size = LEAVES;
	assert_int_equal(merkle_prove_inclusion(&p, &leaves, LEAVES), -1);
}

static void
each_tree_is_proven_to_continue_each_smaller_one(void **state)
{
	struct merkle_leaves leaves = {
	    (const uint8_t(*)[MERKLE_HASH_SIZE])leaf, 0};
	struct merkle_proof p;

	for (leaves.size = 1; leaves.size <= LEAVES; leaves.size++)
		for (uint64_t old = 1; old < leaves.size; old++) {
			assert_int_equal(
			    merkle_prove_consistency(&p, &leaves, old), 0);
			assert_true(is_consistent(&p, old, leaves.size));
			p.hash[p.count - 1][7] ^= 1;
			assert_false(is_consistent(&p, old, leaves.size));
		}
}

static void
of_nothing_and_of_the_same_tree_there_is_nothing_to_prove(void **state)
{
	struct merkle_leaves leaves = {
	    (const uint8_t(*)[MERKLE_HASH_SIZE])leaf, LEAVES};
	struct merkle_proof p;

	assert_int_equal(merkle_prove_consistency(&p, &leaves, 0), 0);
	assert_int_equal(p.count, 0);
	assert_int_equal(merkle_prove_consistency(&p, &leaves, LEAVES), 0);
	assert_int_equal(p.count, 0);
	assert_int_equal(merkle_prove_consistency(&p, &leaves, LEAVES + 1), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_leaf_is_proven_in_each_tree_and_in_no_other),
	    cmocka_unit_test(each_tree_is_proven_to_continue_each_smaller_one),
	    cmocka_unit_test(
		of_nothing_and_of_the_same_tree_there_is_nothing_to_prove),
	};

	return cmocka_run_group_tests(tests, make_trees, free_trees);
}
