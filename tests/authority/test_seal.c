/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/seal.h"

#include <stdio.h>
#include <string.h>

#include "gatewayd/authority/credential/credential_value.h"
#include "lib/base/buf.h"
#include "lib/base/words.h"
#include "tests/support/unit.h"

#define PARTS(SUBJECT, NAME, LABEL, SEED, MS)                 \
	(&(struct credential_parts){.kind = FACTOR_KIND_TOTP, \
	    .subject = SUBJECT,                               \
	    .name = NAME,                                     \
	    .label = LABEL,                                   \
	    .seed = (const uint8_t *)SEED,                    \
	    .seed_size = 20,                                  \
	    .now_ms = MS})

static const uint8_t key[SEAL_KEY] = "0123456789abcdef0123456789abcde";

static void
what_was_sealed_comes_back(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t sealed[20 + SEAL_OVERHEAD], open[20];

	assert_int_equal(
	    seal_close(s, (struct bytes){"for", 3},
		(struct bytes){"01234567890123456789", 20}, sealed),
	    0);
	assert_int_equal(
	    seal_open(s, (struct bytes){"for", 3}, BYTES(sealed), open), 0);
	assert_memory_equal(open, "01234567890123456789", 20);
	seal_free(s);
}

static void
every_changed_bit_and_every_cut_is_refused(void **state)
{
	struct seal *s = seal_new(key);
	uint8_t sealed[20 + SEAL_OVERHEAD], open[20];

	assert_int_equal(
	    seal_close(s, (struct bytes){"for", 3},
		(struct bytes){"01234567890123456789", 20}, sealed),
	    0);
	for (size_t bit = 0; bit < sizeof sealed * 8; bit++) {
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(
		    seal_open(s, (struct bytes){"for", 3}, BYTES(sealed), open),
		    -1);
		sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t size = 0; size < sizeof sealed; size++)
		assert_int_equal(seal_open(s, (struct bytes){"for", 3},
				     (struct bytes){sealed, size}, open),
		    -1);
	assert_int_equal(
	    seal_open(s, (struct bytes){"fox", 3}, BYTES(sealed), open), -1);
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
		PARTS("alice-uuid", "alice", "", "aaaaaaaaaaaaaaaaaaaa", 1)),
	    0);
	assert_int_equal(
	    credential_new(
		&b, s, PARTS("bob-uuid", "bob", "", "bbbbbbbbbbbbbbbbbbbb", 1)),
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
	struct store_value value;

	assert_int_equal(credential_new(&a, s,
			     PARTS("alice-uuid", "alice", "phone",
				 "aaaaaaaaaaaaaaaaaaaa", 1700000000000)),
	    0);
	a.step = 56666666;
	assert_int_equal(
	    credential_value_encode(&a, s, "alice-uuid", &value), 0);
	assert_int_equal(credential_value_decode(
			     &b, s, "alice-uuid", value.data, value.size),
	    0);
	assert_string_equal(a.id, b.id);
	assert_string_equal(b.label, "phone");
	assert_string_equal(b.name, "alice");
	strcpy(b.name, "bobby"); /* the seal is for the name as well */
	assert_int_equal(credential_seed(&b, s, "alice-uuid", value.data), -1);
	assert_int_equal(b.step, 56666666);
	assert_int_equal(b.created_ms, 1700000000000);
	for (size_t cut = 0; cut < value.size; cut++)
		assert_int_equal(credential_value_decode(
				     &b, s, "alice-uuid", value.data, cut),
		    -1);
	seal_free(s);
}

/* Whatever the store changes in a value, the credential opens nothing. */
static void
an_edited_value_opens_nothing(void **state)
{
	struct seal *s = seal_new(key);
	struct store_value value, again;
	uint8_t seed[CREDENTIAL_SEED_MAX];
	struct credential a, b;

	assert_int_equal(credential_new(&a, s,
			     PARTS("alice-uuid", "alice", "phone",
				 "aaaaaaaaaaaaaaaaaaaa", 1700000000000)),
	    0);
	a.drift = -3;
	assert_int_equal(
	    credential_value_encode(&a, s, "alice-uuid", &value), 0);
	assert_int_equal(credential_value_decode(
			     &b, s, "alice-uuid", value.data, value.size),
	    0);
	assert_true(b.intact);
	assert_int_equal(b.drift, -3);
	assert_int_equal(credential_seed(&b, s, "alice-uuid", seed), 20);
	for (size_t bit = 0; bit < value.size * 8; bit++) {
		value.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (credential_value_decode(
			&b, s, "alice-uuid", value.data, value.size) == 0) {
			assert_false(b.intact);
			assert_int_equal(
			    credential_seed(&b, s, "alice-uuid", seed), -1);
			/* and is not made ours by writing it again */
			assert_int_equal(credential_value_encode(
					     &b, s, "alice-uuid", &again),
			    -1);
		}
		value.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	/* all of it, as if it were somebody else's */
	assert_int_equal(
	    credential_value_decode(&b, s, "bob-uuid", value.data, value.size),
	    0);
	assert_false(b.intact);
	seal_free(s);
}

/* As the release before wrote it: "sallyport seed 1 SUBJECT ID NAME". */
static void
a_value_of_format_1_is_read_and_written_anew(void **state)
{
	static const char bound[] = "sallyport seed 1 alice-uuid c0ffee alice";
	struct seal *s = seal_new(key);
	struct store_value value;
	uint8_t sealed[20 + SEAL_OVERHEAD];
	uint8_t seed[CREDENTIAL_SEED_MAX];
	struct credential c;
	struct writer w;

	assert_int_equal(
	    seal_close(s, (struct bytes){bound, strlen(bound)},
		(struct bytes){"01234567890123456789", 20}, sealed),
	    0);
	writer_init(&w, value.data, sizeof value.data);
	writer_u8(&w, 1);
	writer_u8(&w, FACTOR_KIND_TOTP);
	writer_bytes(&w, "c0ffee", 6);
	writer_bytes(&w, "alice", 5);
	writer_bytes(&w, "phone", 5);
	writer_u64(&w, 1700000000000);
	writer_u64(&w, 56666666);
	writer_bytes(&w, sealed, sizeof sealed);
	value.size = w.used;
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(credential_value_decode(&c, s, "alice-uuid",
				     value.data, value.size),
		    0);
		assert_true(c.intact);
		assert_string_equal(c.id, "c0ffee");
		assert_int_equal(c.step, 56666666);
		assert_true(otp_form_is_usual(&c.form));
		assert_int_equal(
		    credential_seed(&c, s, "alice-uuid", seed), 20);
		assert_memory_equal(seed, "01234567890123456789", 20);
		assert_int_equal(
		    credential_value_encode(&c, s, "alice-uuid", &value), 0);
		assert_int_equal(value.data[0], 2);
	}
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
	    cmocka_unit_test(an_edited_value_opens_nothing),
	    cmocka_unit_test(a_value_of_format_1_is_read_and_written_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
