/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "lib/record/merkle.h"
#include "tests/support/unit.h"

/* The eight leaves and the heads of sizes 0 to 8 that the Certificate
 * Transparency implementations test RFC 6962 section 2.1 with. */
static const struct {
	const char *bytes;
	size_t len;
} leaves[] = {
    {"", 0},
    {"\x00", 1},
    {"\x10", 1},
    {"\x20\x21", 2},
    {"\x30\x31", 2},
    {"\x40\x41\x42\x43", 4},
    {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16},
};
static const char *const roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void
assert_root(struct merkle *m, const char *expected)
{
	uint8_t root[MERKLE_HASH_SIZE];
	char text[2 * MERKLE_HASH_SIZE + 1];

	assert_int_equal(merkle_root(m, root), 0);
	for (size_t i = 0; i < sizeof root; i++)
		snprintf(text + 2 * i, 3, "%02x", root[i]);
	assert_string_equal(text, expected);
}

static void
heads_are_those_of_the_vectors(void **state)
{
	struct merkle m;
	uint8_t leaf[MERKLE_HASH_SIZE];

	assert_int_equal(merkle_init(&m), 0);
	assert_root(&m, roots[0]);
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(
		    merkle_leaf(&m, leaves[i].bytes, leaves[i].len, leaf), 0);
		assert_int_equal(merkle_append(&m, leaf), 0);
		assert_int_equal(m.size, i + 1);
		assert_root(&m, roots[i + 1]);
	}
	merkle_free(&m);
}

/* RFC 6962 as it is written: split at the largest power of two below n. */
static void
slow_root(struct merkle *m, uint8_t (*leaf)[MERKLE_HASH_SIZE], size_t n,
    uint8_t root_r[MERKLE_HASH_SIZE])
{
	uint8_t pair[1 + 2 * MERKLE_HASH_SIZE] = {1};
	struct merkle plain;
	size_t k = 1;

	if (n == 1) {
		memcpy(root_r, leaf[0], MERKLE_HASH_SIZE);
		return;
	}
	while (2 * k < n)
		k *= 2;
	slow_root(m, leaf, k, pair + 1);
	slow_root(m, leaf + k, n - k, pair + 1 + MERKLE_HASH_SIZE);
	/* a node is SHA-256(1 || pair): two leaves of a tree give it */
	assert_int_equal(merkle_init(&plain), 0);
	assert_int_equal(merkle_append(&plain, pair + 1), 0);
	assert_int_equal(merkle_append(&plain, pair + 1 + MERKLE_HASH_SIZE), 0);
	assert_int_equal(merkle_root(&plain, root_r), 0);
	merkle_free(&plain);
}

static void
every_size_agrees_with_the_definition(void **state)
{
	static uint8_t leaf[130][MERKLE_HASH_SIZE];
	uint8_t fast[MERKLE_HASH_SIZE], slow[MERKLE_HASH_SIZE];
	struct merkle m;

	assert_int_equal(merkle_init(&m), 0);
	for (size_t i = 0; i < 130; i++) {
		assert_int_equal(merkle_leaf(&m, &i, sizeof i, leaf[i]), 0);
		assert_int_equal(merkle_append(&m, leaf[i]), 0);
		assert_int_equal(merkle_root(&m, fast), 0);
		slow_root(&m, leaf, i + 1, slow);
		assert_memory_equal(fast, slow, sizeof fast);
	}
	merkle_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(heads_are_those_of_the_vectors),
	    cmocka_unit_test(every_size_agrees_with_the_definition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
