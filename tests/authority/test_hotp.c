/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4226 appendix D, that a code counts once, and how far is looked ahead. */
#include "gatewayd/authority/factor/hotp.h"

#include "gatewayd/authority/factor/factor.h"

#include <liboath/oath.h>
#include <string.h>

#include "tests/support/unit.h"

#define SEED "12345678901234567890"

static struct factor_proof
proof_of(const char *code, uint64_t last)
{
	return (struct factor_proof){.seed = (const uint8_t *)SEED,
	    .seed_size = 20,
	    .code = code,
	    .code_size = strlen(code),
	    .last = last,
	    .form = OTP_FORM_USUAL};
}

/* of the counter of that step */
static const char *
code_of(uint64_t step)
{
	static char code[4][OTP_DIGITS_MAX + 1];
	static unsigned turn;
	char *out = code[turn++ % 4];

	assert_int_equal(oath_hotp_generate(SEED, 20, step - 1, 6, false,
			     OATH_HOTP_DYNAMIC_TRUNCATION, out),
	    OATH_OK);
	return out;
}

static enum factor_result
verify(const char *code, uint64_t last, struct factor_found *found_r)
{
	const struct factor_proof p = proof_of(code, last);

	return factor_hotp.verify(&p, found_r);
}

static void
codes_of_rfc_4226_count_once_and_in_their_order(void **state)
{
	static const char *const codes[] = {"755224", "287082", "359152",
	    "969429", "338314", "254676", "287922", "162583", "399871",
	    "520489"};
	struct factor_found found;

	for (uint64_t n = 0; n < 10; n++) {
		assert_int_equal(verify(codes[n], 0, &found), FACTOR_MATCH);
		assert_int_equal(found.step, n + 1);
		assert_int_equal(
		    verify(codes[n], n + 1, &found), FACTOR_REPLAYED);
		assert_int_equal(verify(codes[n], 10, &found), FACTOR_REPLAYED);
	}
	assert_int_equal(verify("75522", 0, &found), FACTOR_MALFORMED);
	assert_int_equal(verify("7552241", 0, &found), FACTOR_MALFORMED);
}

static void
so_far_is_looked_ahead(void **state)
{
	struct factor_found found;

	for (uint64_t ahead = 1; ahead <= HOTP_KNOWN + 1; ahead++) {
		assert_int_equal(verify(code_of(50 + ahead), 50, &found),
		    ahead <= HOTP_AHEAD	  ? FACTOR_MATCH
		    : ahead <= HOTP_KNOWN ? FACTOR_AHEAD
					  : FACTOR_MISMATCH);
		assert_int_equal(
		    found.step, ahead <= HOTP_AHEAD ? 50 + ahead : 0);
		assert_int_equal(found.outside,
		    ahead > HOTP_AHEAD && ahead <= HOTP_KNOWN ? 50 + ahead : 0);
	}
	assert_int_equal(verify(code_of(40), 50, &found), FACTOR_MISMATCH);
	assert_int_equal(verify(code_of(41), 50, &found), FACTOR_REPLAYED);
}

static void
two_consecutive_codes_bring_it_back(void **state)
{
	struct factor_proof p = proof_of(code_of(80), 50);
	struct factor_found found;

	p.seen = 79;
	assert_int_equal(factor_hotp.verify(&p, &found), FACTOR_MATCH);
	assert_true(found.resynchronised);
	assert_int_equal(found.step, 80);
	p.seen = 78;
	assert_int_equal(factor_hotp.verify(&p, &found), FACTOR_AHEAD);
	/* never back */
	p.code = code_of(45);
	p.seen = 44;
	assert_int_equal(factor_hotp.verify(&p, &found), FACTOR_REPLAYED);
	p.code = code_of(900);
	p.reach = HOTP_REACH;
	p.seen = 899;
	assert_int_equal(factor_hotp.verify(&p, &found), FACTOR_MATCH);
}

/* At the end of all counters nothing goes round to the first ones. */
static void
the_last_counters_match_nothing(void **state)
{
	struct factor_found found;

	assert_int_equal(
	    verify("755224", UINT64_MAX, &found), FACTOR_UNAVAILABLE);
	assert_int_equal(
	    verify("755224", UINT64_MAX - 5, &found), FACTOR_UNAVAILABLE);
	assert_int_equal(
	    verify("755224", INT64_MAX - 5, &found), FACTOR_UNAVAILABLE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(codes_of_rfc_4226_count_once_and_in_their_order),
	    cmocka_unit_test(so_far_is_looked_ahead),
	    cmocka_unit_test(two_consecutive_codes_bring_it_back),
	    cmocka_unit_test(the_last_counters_match_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
