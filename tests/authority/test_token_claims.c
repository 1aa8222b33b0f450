/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/authority/token/token_claims.h"

#include <string.h>

#include "tests/support/unit.h"

static int random_fails;
int __real_RAND_bytes(unsigned char *, int);
int __wrap_RAND_bytes(unsigned char *out, int len);

int
__wrap_RAND_bytes(unsigned char *out, int len)
{
	return random_fails ? 0 : __real_RAND_bytes(out, len);
}

static const char *const groups[] = {"sre", "d\"b\"a"};

static const struct token_claims full = {
    .iss = "https://gw.example.com",
    .sub = "6f0c",
    .aud = "tickets",
    .client_id = "sshd",
    .jti = "j1",
    .sid = "s9",
    .preferred_username = "zo\xc3\xab",
    .acr = "mfa",
    .employment = "contractor",
    .iat = 1790000000,
    .exp = 1790000300,
    .auth_time = 1789999990,
    .amr = TOKEN_CLAIMS_PWD | TOKEN_CLAIMS_OTP,
    .groups = groups,
    .group_count = 2,
};

static void
writes(const struct token_claims *claims, const char *expected)
{
	char text[TOKEN_CLAIMS_MAX + 1];
	size_t len;

	assert_int_equal(
	    token_claims_write(claims, text, TOKEN_CLAIMS_MAX, &len), 0);
	text[len] = '\0';
	assert_string_equal(text, expected);
}

static void
all_claims_are_written(void **state)
{
	writes(&full,
	    "{\"iss\":\"https://gw.example.com\",\"sub\":\"6f0c\","
	    "\"aud\":\"tickets\",\"exp\":1790000300,\"iat\":1790000000,"
	    "\"jti\":\"j1\",\"client_id\":\"sshd\",\"auth_time\":1789999990,"
	    "\"amr\":[\"pwd\",\"otp\",\"mfa\"],\"acr\":\"mfa\",\"sid\":\"s9\","
	    "\"preferred_username\":\"zo\xc3\xab\","
	    "\"employment\":\"contractor\",\"groups\":[\"sre\",\"d\\\"b\\\"a\"]"
	    "}");
}

static void
absent_claims_are_left_out(void **state)
{
	struct token_claims c = {
	    .iss = "i",
	    .sub = "s",
	    .aud = "a",
	    .client_id = "c",
	    .jti = "j",
	    .iat = 1,
	    .exp = 2,
	};

	writes(&c, "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":2,"
		   "\"iat\":1,\"jti\":\"j\",\"client_id\":\"c\"}");
}

static void
one_factor_is_not_mfa(void **state)
{
	struct token_claims c = full;
	char text[TOKEN_CLAIMS_MAX];
	size_t len;

	for (unsigned int one = TOKEN_CLAIMS_PWD; one <= TOKEN_CLAIMS_POP;
	     one <<= 1) {
		c.amr = one;
		c.acr = NULL;
		assert_int_equal(
		    token_claims_write(&c, text, sizeof text, &len), 0);
		assert_null(memmem(text, len, "mfa", 3));
	}
	c.amr = TOKEN_CLAIMS_POP | TOKEN_CLAIMS_OTP;
	assert_int_equal(token_claims_write(&c, text, sizeof text, &len), 0);
	assert_non_null(memmem(text, len, "[\"otp\",\"pop\",\"mfa\"]", 19));
}

static void
refused(const struct token_claims *claims)
{
	char text[TOKEN_CLAIMS_MAX];
	size_t len = 7;

	assert_int_equal(
	    token_claims_write(claims, text, sizeof text, &len), -1);
}

static void
incomplete_claims_are_refused(void **state)
{
	static const char *const bad[] = {NULL, "", "\xff", "a\xc0\x80"};
	const size_t required[] = {offsetof(struct token_claims, iss),
	    offsetof(struct token_claims, sub),
	    offsetof(struct token_claims, aud),
	    offsetof(struct token_claims, client_id),
	    offsetof(struct token_claims, jti),
	    offsetof(struct token_claims, sid),
	    offsetof(struct token_claims, acr),
	    offsetof(struct token_claims, preferred_username),
	    offsetof(struct token_claims, employment)};

	for (size_t i = 0; i < sizeof required / sizeof required[0]; i++) {
		/* the last four may be absent, not empty or broken */
		for (size_t j = i < 5 ? 0 : 1; j < 4; j++) {
			struct token_claims c = full;

			memcpy(
			    (char *)&c + required[i], &bad[j], sizeof bad[j]);
			refused(&c);
		}
	}
}

static void
times_must_make_sense(void **state)
{
	struct token_claims c = full;

	c.exp = c.iat;
	refused(&c);
	c.exp = c.iat - 1;
	refused(&c);
	c.iat = 0;
	refused(&c);
}

static void
groups_must_be_text(void **state)
{
	static const char *const bad[] = {"sre", ""};
	struct token_claims c = full;

	c.groups = bad;
	refused(&c);
}

static void
every_buffer_that_is_too_small_is_refused(void **state)
{
	char text[TOKEN_CLAIMS_MAX];
	size_t len;
	size_t needed;

	assert_int_equal(
	    token_claims_write(&full, text, sizeof text, &needed), 0);
	for (size_t size = 0; size < needed; size++)
		assert_int_equal(
		    token_claims_write(&full, text, size, &len), -1);
}

static void
ids_are_random(void **state)
{
	char a[TOKEN_CLAIMS_JTI + 1];
	char b[TOKEN_CLAIMS_JTI + 1];

	assert_int_equal(token_claims_jti(a), 0);
	assert_int_equal(token_claims_jti(b), 0);
	assert_int_equal(strlen(a), TOKEN_CLAIMS_JTI);
	assert_string_not_equal(a, b);
}

static void
no_randomness_is_no_id(void **state)
{
	char id[TOKEN_CLAIMS_JTI + 1] = "left over";

	random_fails = 1;
	assert_int_equal(token_claims_jti(id), -1);
	assert_string_equal(id, "");
	random_fails = 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(all_claims_are_written),
	    cmocka_unit_test(absent_claims_are_left_out),
	    cmocka_unit_test(one_factor_is_not_mfa),
	    cmocka_unit_test(incomplete_claims_are_refused),
	    cmocka_unit_test(times_must_make_sense),
	    cmocka_unit_test(groups_must_be_text),
	    cmocka_unit_test(every_buffer_that_is_too_small_is_refused),
	    cmocka_unit_test(ids_are_random),
	    cmocka_unit_test(no_randomness_is_no_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
