/* SPDX-License-Identifier: Apache-2.0 */
/* What authenticator apps take: one colon in the label, and no slash. */
#include "gatewayd/authority/factor/otpauth.h"

#include "gatewayd/authority/factor/factor.h"

#include <stdio.h>
#include <string.h>

#include "tests/support/unit.h"

static const uint8_t seed[] = {0x12, 0x34, 0x56, 0x78, 0x9a};

static int
uri_of(const char *issuer, char uri_r[512])
{
	const struct factor_seed s = {.issuer = issuer,
	    .name = "alice",
	    .seed = seed,
	    .seed_size = sizeof seed};

	return otpauth_uri(&s, "totp", "&algorithm=SHA256", uri_r, 512) < 0 ? -1
									    : 0;
}

static void
the_label_has_the_host_alone(void **state)
{
	static const char *const v[][2] = {
	    {"https://gw.example.test", "gw.example.test"},
	    {"https://gw.example.test:8443", "gw.example.test"},
	    {"https://gw.example.test/", "gw.example.test"},
	    {"https://gw.example.test/sallyport", "gw.example.test"},
	    {"https://gw.example.test:8443/a:b?c#d", "gw.example.test"},
	    {"https://gw.example.test?a:b", "gw.example.test"},
	    {"gw.example.test:8443", "gw.example.test"},
	    {"https://192.0.2.1:8443", "192.0.2.1"},
	    {"https://[2001:db8::1]:8443/x", "2001.db8..1"},
	    {"Example", "Example"},
	    {"Großer Gruß", "Gro%C3%9Fer%20Gru%C3%9F"},
	};
	char uri[512], wanted[512];

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		assert_int_equal(uri_of(v[i][0], uri), 0);
		snprintf(wanted, sizeof wanted,
		    "otpauth://totp/%s:alice?secret=CI2FM6E2&issuer=%s"
		    "&algorithm=SHA256",
		    v[i][1], v[i][1]);
		assert_string_equal(uri, wanted);
	}
}

/* What is as usual is left out, and each enrolment has a label of its own. */
static void
a_uri_says_what_is_not_usual(void **state)
{
	static const struct {
		unsigned number;
		struct otp_form form;
		const char *uri;
	} v[] = {
	    {1, {OTP_SHA1, 6, 30}, "alice?secret=CI2FM6E2&issuer=Example"},
	    {2, {OTP_SHA256, 6, 30},
		"alice%202?secret=CI2FM6E2&issuer=Example&algorithm=SHA256"},
	    {3, {OTP_SHA512, 8, 60},
		"alice%203?secret=CI2FM6E2&issuer=Example&algorithm=SHA512"
		"&digits=8&period=60"},
	};
	char uri[512];
	size_t size;

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		const struct factor_seed s = {"Example", "alice", v[i].number,
		    seed, sizeof seed, v[i].form};

		assert_int_equal(
		    factor_totp.enrol(&s, uri, sizeof uri, &size), 0);
		assert_int_equal(size, strlen(uri));
		assert_string_equal(
		    uri + strlen("otpauth://totp/Example:"), v[i].uri);
	}
}

/* RFC 4648 section 10, without padding. */
static void
seeds_of_any_size_are_base32(void **state)
{
	static const char *const v[][2] = {{"", ""}, {"f", "MY"},
	    {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"},
	    {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
	char out[16];

	for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
		size_t size = strlen(v[i][0]), room = strlen(v[i][1]) + 1;
		const uint8_t *in = (const uint8_t *)v[i][0];

		assert_int_equal(otpauth_secret(in, size, out, room), 0);
		assert_string_equal(out, v[i][1]);
		if (size > 0)
			assert_int_equal(
			    otpauth_secret(in, size, out, room - 1), -1);
	}
}

static void
an_issuer_without_a_host_makes_no_label(void **state)
{
	static const char *const bad[] = {"", "https://", "https:///x",
	    "https://:8443", "https://[]:1", "://"};
	char uri[512];

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(uri_of(bad[i], uri), -1);
}

/* Longer than anything that is enrolled: no URI, and nothing past its end. */
static void
what_does_not_fit_makes_no_uri(void **state)
{
	static uint8_t long_seed[400];
	static char long_name[2000];
	const struct factor_seed seeds[] = {
	    {"https://gw.example.test", "alice", 1, long_seed, sizeof long_seed,
		{0}},
	    {"https://gw.example.test", long_name, 1, seed, sizeof seed, {0}},
	    {long_name, "alice", 1, seed, sizeof seed, {0}},
	};
	char uri[8192];

	memset(long_name, '%', sizeof long_name - 1);
	for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++)
		assert_int_equal(
		    otpauth_uri(&seeds[i], "totp", "", uri, sizeof uri), -1);
	assert_int_equal(uri_of("gw.example.test", uri), 0);
	for (size_t room = strlen(uri); room > 0; room--) {
		const struct factor_seed s = {
		    "gw.example.test", "alice", 0, seed, sizeof seed, {0}};

		assert_int_equal(
		    otpauth_uri(&s, "totp", "&algorithm=SHA256", uri, room),
		    -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_label_has_the_host_alone),
	    cmocka_unit_test(a_uri_says_what_is_not_usual),
	    cmocka_unit_test(seeds_of_any_size_are_base32),
	    cmocka_unit_test(an_issuer_without_a_host_makes_no_label),
	    cmocka_unit_test(what_does_not_fit_makes_no_uri),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
