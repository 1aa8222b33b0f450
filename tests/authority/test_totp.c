/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 4226 appendix D, RFC 6238 appendix B, drift, and that a code counts once.
 */
#include "gatewayd/authority/factor/digits.h"
#include "gatewayd/authority/factor/totp.h"

#include "gatewayd/authority/factor/factor.h"

#include <liboath/oath.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

static const uint8_t seed[] = "12345678901234567890";
#define SEED_SIZE 20

static struct factor_proof
proof_of(const char *code, int64_t at, uint64_t last)
{
	return (struct factor_proof){.seed = seed,
	    .seed_size = SEED_SIZE,
	    .code = code,
	    .code_size = strlen(code),
	    .time_seconds = at,
	    .last = last,
	    .form = OTP_FORM_USUAL};
}

static enum factor_result
verify(const char *code, int64_t at, uint64_t last, uint64_t *step_r)
{
	const struct factor_proof proof = proof_of(code, at, last);
	struct factor_found found;
	enum factor_result result = factor_totp.verify(&proof, &found);

	*step_r = found.step;
	return result;
}

/* the code of a step, of any form */
static const char *
code_of(const struct factor_proof *p, int64_t at)
{
	static const int flags[] = {
	    0, 0, OATH_TOTP_HMAC_SHA256, OATH_TOTP_HMAC_SHA512};
	static char code[4][OTP_DIGITS_MAX + 1];
	static unsigned turn;
	char *out = code[turn++ % 4];

	assert_int_equal(oath_totp_generate2((const char *)p->seed,
			     p->seed_size, at, p->form.period, 0,
			     p->form.digits, flags[p->form.algorithm], out),
	    OATH_OK);
	return out;
}

static void
codes_of_rfc_4226(void **state)
{
	static const char *const codes[] = {"755224", "287082", "359152",
	    "969429", "338314", "254676", "287922", "162583", "399871",
	    "520489"};
	uint64_t step;

	/* counter n is step n, which is too near to 1970 for us; only its code
	 * counts here */
	for (uint64_t n = 0; n < 10; n++) {
		struct factor_proof p = proof_of(codes[n], 0, 0);

		assert_string_equal(
		    code_of(&p, (int64_t)n * TOTP_STEP_SECONDS), codes[n]);
		assert_int_equal(
		    verify(codes[n], (int64_t)n * TOTP_STEP_SECONDS, 0, &step),
		    FACTOR_UNAVAILABLE);
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

/* Steps 40126037 and 40126045 have the same code: what lets the person in
 * counts, not what came last. */
static void
of_two_steps_with_one_code_the_better_counts(void **state)
{
	uint64_t step;

	assert_int_equal(
	    verify("158657", INT64_C(40126037) * 30, 0, &step), FACTOR_MATCH);
	assert_int_equal(step, 40126037);
	assert_int_equal(
	    verify("158657", INT64_C(40126045) * 30, 0, &step), FACTOR_MATCH);
	assert_int_equal(step, 40126045);
}

static bool broken;

int __wrap_oath_totp_generate2(const char *secret, size_t size, time_t now,
    unsigned period, time_t start, unsigned digits, int flags, char *out);
int __real_oath_totp_generate2(const char *secret, size_t size, time_t now,
    unsigned period, time_t start, unsigned digits, int flags, char *out);

int
__wrap_oath_totp_generate2(const char *secret, size_t size, time_t now,
    unsigned period, time_t start, unsigned digits, int flags, char *out)
{
	int result = __real_oath_totp_generate2(
	    secret, size, now, period, start, digits, flags, out);

	return broken ? OATH_CRYPTO_ERROR : result;
}

/* Whatever it left behind is no code. */
static void
a_library_that_fails_verifies_nothing(void **state)
{
	uint64_t step;

	broken = true;
	assert_int_equal(
	    verify("005924", 1234567890, 0, &step), FACTOR_UNAVAILABLE);
	broken = false;
	assert_int_equal(step, 0);
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
	struct factor_proof with_nul = proof_of("00592\0", 1234567890, 0);
	struct factor_found found;
	uint64_t step;

	with_nul.code_size = 6;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(
		    verify(bad[i], 1234567890, 0, &step), FACTOR_MALFORMED);
	assert_int_equal(
	    factor_totp.verify(&with_nul, &found), FACTOR_MALFORMED);
}

static void
a_clock_before_its_time_verifies_nothing(void **state)
{
	uint64_t step;

	assert_int_equal(verify("755224", 0, 0, &step), FACTOR_UNAVAILABLE);
	assert_int_equal(verify("755224", -5, 0, &step), FACTOR_UNAVAILABLE);
}

/* RFC 6238 appendix B, each hash with a seed of its own size; and that a code
 * of 8 digits is no code of 6. */
static void
codes_of_each_form(void **state)
{
	static const uint8_t long_seed[] = "12345678901234567890"
					   "12345678901234567890"
					   "12345678901234567890"
					   "1234";
	static const struct {
		uint8_t algorithm;
		size_t size;
		int64_t time;
		const char *code;
	} v[] = {
	    {OTP_SHA1, 20, 1111111109, "07081804"},
	    {OTP_SHA256, 32, 1111111109, "68084774"},
	    {OTP_SHA512, 64, 1111111109, "25091201"},
	    {OTP_SHA1, 20, 20000000000, "65353130"},
	    {OTP_SHA256, 32, 20000000000, "77737706"},
	    {OTP_SHA512, 64, 20000000000, "47863826"},
	};
	struct factor_found found;

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		struct factor_proof p = proof_of(v[i].code, v[i].time, 0);

		p.form.algorithm = v[i].algorithm;
		p.form.digits = 8;
		p.seed = long_seed;
		p.seed_size = v[i].size;
		assert_int_equal(factor_totp.verify(&p, &found), FACTOR_MATCH);
		assert_int_equal(found.step, v[i].time / 30);
		p.code_size = 6;
		p.last = 1;
		assert_int_equal(
		    factor_totp.verify(&p, &found), FACTOR_MALFORMED);
	}
}

static void
a_minute_is_a_step_where_it_was_chosen(void **state)
{
	struct factor_proof p = proof_of("", 1234567890, 0);
	struct factor_found found;

	p.form.period = 60;
	for (int late = -3; late <= 3; late++) {
		p.code = code_of(&p, p.time_seconds - late * 60);
		p.code_size = 6;
		p.last = 1; /* proven: not looked at as the usual form */
		assert_int_equal(
		    factor_totp.verify(&p, &found), late > 1	? FACTOR_LATE
						    : late < -1 ? FACTOR_EARLY
								: FACTOR_MATCH);
	}
}

/* The first code is the usual one though another form was set: it is told, and
 * lets nobody in.  Later it is only wrong. */
static void
an_app_that_ignores_the_form_is_recognised(void **state)
{
	static const struct otp_form forms[] = {{OTP_SHA256, 6, 30},
	    {OTP_SHA512, 8, 60}, {OTP_SHA1, 8, 30}, {OTP_SHA1, 6, 60}};
	struct factor_proof p = proof_of("", 1234567890, 0);
	struct factor_found found;

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		p.form = OTP_FORM_USUAL;
		p.code = code_of(&p, p.time_seconds);
		p.code_size = 6;
		p.form = forms[i];
		p.last = 0;
		assert_int_equal(
		    factor_totp.verify(&p, &found), FACTOR_IGNORED);
		assert_int_equal(found.step, 0);
		p.last = 1;
		assert_int_equal(factor_totp.verify(&p, &found),
		    forms[i].digits == 6 ? FACTOR_MISMATCH : FACTOR_MALFORMED);
	}
	p.form = OTP_FORM_USUAL;
	p.last = 0;
	p.code = "123456";
	assert_int_equal(factor_totp.verify(&p, &found), FACTOR_MISMATCH);
}

/* 90 seconds off: the first code is late, and the second one shows by how
 * much. */
static void
two_consecutive_codes_show_the_drift(void **state)
{
	int64_t now = 1234567890;

	for (int ahead = -10; ahead <= 10; ahead++) {
		struct factor_proof p =
		    proof_of("", now, (uint64_t)now / 30 - 100);
		struct factor_found found;

		if (ahead >= -1 && ahead <= 1)
			continue;
		p.code = code_of(&p, now + ahead * 30);
		p.code_size = 6;
		assert_int_equal(factor_totp.verify(&p, &found),
		    ahead < 0 ? FACTOR_LATE : FACTOR_EARLY);
		p.seen = found.outside;
		assert_int_equal(p.seen, now / 30 + ahead);
		/* the same once more is no second one */
		assert_int_not_equal(
		    factor_totp.verify(&p, &found), FACTOR_MATCH);
		p.time_seconds = now + 30;
		p.code = code_of(&p, now + 30 + ahead * 30);
		assert_int_equal(factor_totp.verify(&p, &found), FACTOR_MATCH);
		assert_true(found.resynchronised);
		assert_int_equal(found.drift, ahead);
		assert_int_equal(found.step, now / 30 + ahead + 1);
		/* followed from now on, and nothing is spent twice */
		p.drift = found.drift;
		p.last = found.step;
		p.seen = 0;
		assert_int_equal(
		    factor_totp.verify(&p, &found), FACTOR_REPLAYED);
		p.time_seconds = now + 60;
		p.code = code_of(&p, now + 60 + ahead * 30);
		assert_int_equal(factor_totp.verify(&p, &found), FACTOR_MATCH);
		assert_false(found.resynchronised);
	}
}

/* A spent step stays spent, also where two consecutive codes are typed. */
static void
a_drift_reopens_nothing(void **state)
{
	int64_t now = 1234567890;
	uint64_t step = (uint64_t)now / 30;
	struct factor_proof p = proof_of("", now, step);
	struct factor_found found;

	p.code = code_of(&p, now - 3 * 30);
	p.code_size = 6;
	assert_int_equal(factor_totp.verify(&p, &found), FACTOR_LATE);
	assert_int_equal(found.outside, 0);
	p.seen = step - 4;
	assert_int_equal(factor_totp.verify(&p, &found), FACTOR_LATE);
	p.drift = -3;
	assert_int_equal(factor_totp.verify(&p, &found), FACTOR_REPLAYED);
	p.drift = TOTP_DRIFT + 1;
	assert_int_equal(factor_totp.verify(&p, &found), FACTOR_UNAVAILABLE);
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
	    cmocka_unit_test(of_two_steps_with_one_code_the_better_counts),
	    cmocka_unit_test(a_library_that_fails_verifies_nothing),
	    cmocka_unit_test(one_step_of_delay_and_no_more),
	    cmocka_unit_test(blanks_between_digits_are_no_part_of_the_code),
	    cmocka_unit_test(a_code_counts_once_and_older_ones_never),
	    cmocka_unit_test(only_six_ascii_digits_are_a_code),
	    cmocka_unit_test(a_clock_before_its_time_verifies_nothing),
	    cmocka_unit_test(codes_of_each_form),
	    cmocka_unit_test(a_minute_is_a_step_where_it_was_chosen),
	    cmocka_unit_test(an_app_that_ignores_the_form_is_recognised),
	    cmocka_unit_test(two_consecutive_codes_show_the_drift),
	    cmocka_unit_test(a_drift_reopens_nothing),
	    cmocka_unit_test(digits_have_their_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
