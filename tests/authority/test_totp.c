/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4226 appendix D, RFC 6238 appendix B, and that a code counts once. */
#include "gatewayd/authority/factor/digits.h"
#include "gatewayd/authority/factor/totp.h"

#include "gatewayd/authority/factor/factor.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

static const uint8_t seed[] = "12345678901234567890";
#define SEED_SIZE 20

static enum factor_result
verify(const char *code, int64_t at, uint64_t last, uint64_t *step_r)
{
	const struct factor_proof proof = {
	    seed, SEED_SIZE, code, strlen(code), at, last};

	return factor_totp.verify(&proof, step_r);
}

static void
codes_of_rfc_4226(void **state)
{
	static const char *const codes[] = {"755224", "287082", "359152",
	    "969429", "338314", "254676", "287922", "162583", "399871",
	    "520489"};
	uint64_t step;

	/* counter n is step n; the steps before 2 are too near to 1970 */
	for (uint64_t n = 2; n < 10; n++) {
		assert_int_equal(
		    verify(codes[n], (int64_t)n * TOTP_STEP_SECONDS, 0, &step),
		    FACTOR_MATCH);
		assert_int_equal(step, n);
	}
}

/* the RFC's eight digits end in the six that we use */
static void
codes_of_rfc_6238(void **state)
{
	static const struct {
		int64_t time;
		const char *code;
	} v[] = {{1111111109, "081804"}, {1111111111, "050471"},
	    {1234567890, "005924"}, {2000000000, "279037"},
	    {20000000000, "353130"}};
	uint64_t step;

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++)
		assert_int_equal(
		    verify(v[i].code, v[i].time, 0, &step), FACTOR_MATCH);
}

static void
one_step_of_delay_and_no_more(void **state)
{
	uint64_t step;

	for (int late = -12; late <= 12; late++) {
		assert_int_equal(
		    verify("005924", 1234567890 + late * 30, 0, &step),
		    late < -10	 ? FACTOR_MISMATCH
		    : late < -1	 ? FACTOR_EARLY
		    : late <= 1	 ? FACTOR_MATCH
		    : late <= 10 ? FACTOR_LATE
				 : FACTOR_MISMATCH);
		assert_int_equal(
		    step, late >= -1 && late <= 1 ? 1234567890 / 30 : 0);
	}
}

static void
blanks_between_digits_are_no_part_of_the_code(void **state)
{
	static const char *const same[] = {
	    "005 924", "00 59 24", "0 0 5 9 2 4", "005\t924", "005  924"};
	uint64_t step;

	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		assert_int_equal(
		    verify(same[i], 1234567890, 0, &step), FACTOR_MATCH);
		assert_int_equal(
		    verify("005924", 1234567890, step, &step), FACTOR_REPLAYED);
		assert_int_equal(
		    verify(same[i], 1234567890, step, &step), FACTOR_REPLAYED);
	}
}

static void
a_code_counts_once_and_older_ones_never(void **state)
{
	uint64_t step, again;

	assert_int_equal(verify("005924", 1234567890, 0, &step), FACTOR_MATCH);
	assert_int_equal(
	    verify("005924", 1234567890, step, &again), FACTOR_REPLAYED);
	assert_int_equal(
	    verify("005924", 1234567890, step + 1, &again), FACTOR_REPLAYED);
	assert_int_equal(
	    verify("005924", 1234567890, step - 1, &again), FACTOR_MATCH);
}

static void
only_six_ascii_digits_are_a_code(void **state)
{
	static const char *const bad[] = {"", "5924", "05924", "0005924",
	    " 05924", "05924 ", " 005924", "005924 ", "005 924\t", "005-924",
	    "005\n924",
	    "005\xc2\xa0"
	    "924",
	    "005 92", "005 9240", "   ", "+05924", "00592a", "0x5924",
	    "\xd9\xa0\xd9\xa5\xd9\xa9", "\xef\xbc\x90\xef\xbc\x90"};
	const struct factor_proof with_nul = {
	    seed, SEED_SIZE, "00592\0", 6, 1234567890, 0};
	uint64_t step;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(
		    verify(bad[i], 1234567890, 0, &step), FACTOR_MALFORMED);
	assert_int_equal(
	    factor_totp.verify(&with_nul, &step), FACTOR_MALFORMED);
}

static void
a_clock_before_its_time_verifies_nothing(void **state)
{
	uint64_t step;

	assert_int_equal(verify("755224", 0, 0, &step), FACTOR_UNAVAILABLE);
	assert_int_equal(verify("755224", -5, 0, &step), FACTOR_UNAVAILABLE);
}

/* However many are typed, no more are taken than there is room for. */
static void
digits_have_their_room(void **state)
{
	struct {
		char digits[6], behind[64];
	} room;
	char typed[64];

	memset(typed, '7', sizeof typed);
	for (size_t size = 0; size <= sizeof typed; size++) {
		memset(&room, 'x', sizeof room);
		assert_int_equal(
		    digits_take(typed, size, room.digits, 6), size == 6);
		for (size_t i = 0; i < sizeof room.behind; i++)
			assert_int_equal(room.behind[i], 'x');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_of_rfc_4226),
	    cmocka_unit_test(codes_of_rfc_6238),
	    cmocka_unit_test(one_step_of_delay_and_no_more),
	    cmocka_unit_test(blanks_between_digits_are_no_part_of_the_code),
	    cmocka_unit_test(a_code_counts_once_and_older_ones_never),
	    cmocka_unit_test(only_six_ascii_digits_are_a_code),
	    cmocka_unit_test(a_clock_before_its_time_verifies_nothing),
	    cmocka_unit_test(digits_have_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
