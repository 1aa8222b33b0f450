/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/seal.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/subject/credential.h"
#include "lib/base/words.h"
#include "tests/support/unit.h"

static const uint8_t key[SEAL_KEY] = "0123456789abcdef0123456789abcde";

static void
what_was_sealed_comes_back(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t sealed[20 + SEAL_OVERHEAD], open[20];

	assert_int_equal(
	    seal_close(s, "for", 3, "01234567890123456789", 20, sealed), 0);
	assert_int_equal(
	    seal_open(s, "for", 3, sealed, sizeof sealed, open), 0);
	assert_memory_equal(open, "01234567890123456789", 20);
	seal_free(s);
}

static void
every_changed_bit_and_every_cut_is_refused(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t sealed[20 + SEAL_OVERHEAD], open[20];

	assert_int_equal(
	    seal_close(s, "for", 3, "01234567890123456789", 20, sealed), 0);
	for (size_t bit = 0; bit < sizeof sealed * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(
		    seal_open(s, "for", 3, sealed, sizeof sealed, open), -1);
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t size = 0; size < sizeof sealed; size++)
		assert_int_equal(
		    seal_open(s, "for", 3, sealed, size, open), -1);
	assert_int_equal(
	    seal_open(s, "fox", 3, sealed, sizeof sealed, open), -1);
	seal_free(s);
}

static void
two_rows_of_the_store_cannot_be_swapped(void **state)
{
	struct seal *s = seal_new(key);
	struct credential a, b;
	uint8_t seed[CREDENTIAL_SEED_MAX];

	assert_int_equal(
	    credential_new(&a, s,
		&(struct credential_parts){FACTOR_KIND_TOTP, "alice-uuid",
		    "alice", "", (const uint8_t *)"aaaaaaaaaaaaaaaaaaaa", 20,
		    1}),
	    0);
	assert_int_equal(
	    credential_new(&b, s,
		&(struct credential_parts){FACTOR_KIND_TOTP, "bob-uuid", "bob",
		    "", (const uint8_t *)"bbbbbbbbbbbbbbbbbbbb", 20, 1}),
	    0);
	assert_int_equal(credential_seed(&a, s, "alice-uuid", seed), 20);
	assert_memory_equal(seed, "aaaaaaaaaaaaaaaaaaaa", 20);
	assert_int_equal(credential_seed(&a, s, "bob-uuid", seed), -1);
	memcpy(a.sealed, b.sealed, sizeof a.sealed);
	assert_int_equal(credential_seed(&a, s, "alice-uuid", seed), -1);
	seal_free(s);
}

static void
a_credential_survives_the_store(void **state)
{
	struct seal *s = seal_new(key);
	struct credential a, b;
	uint8_t value[VALUE_MAX];
	size_t size;

	assert_int_equal(
	    credential_new(&a, s,
		&(struct credential_parts){FACTOR_KIND_TOTP, "alice-uuid",
		    "alice", "phone", (const uint8_t *)"aaaaaaaaaaaaaaaaaaaa",
		    20, 1700000000000}),
	    0);
	a.step = 56666666;
	assert_int_equal(credential_encode(&a, value, sizeof value, &size), 0);
	assert_int_equal(credential_decode(&b, value, size), 0);
	assert_string_equal(a.id, b.id);
	assert_string_equal(b.label, "phone");
	assert_string_equal(b.name, "alice");
	strcpy(b.name, "bobby"); /* the seal is for the name as well */
	assert_int_equal(credential_seed(&b, s, "alice-uuid", value), -1);
	assert_int_equal(b.step, 56666666);
	assert_int_equal(b.created_ms, 1700000000000);
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(credential_decode(&b, value, cut), -1);
	seal_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_sealed_comes_back),
	    cmocka_unit_test(every_changed_bit_and_every_cut_is_refused),
	    cmocka_unit_test(two_rows_of_the_store_cannot_be_swapped),
	    cmocka_unit_test(a_credential_survives_the_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
