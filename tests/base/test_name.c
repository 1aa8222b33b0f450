/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/name.h"

#include <stdbool.h>
#include <string.h>

#include "tests/support/unit.h"

static const char *
canonical(const void *typed, size_t size)
{
	static char out[65];

	memset(out, '#', sizeof out);
	return name_canonical(typed, size, out, sizeof out) == 0 ? out : NULL;
}

static const char *
canonical_text(const char *typed)
{
	return canonical(typed, strlen(typed));
}

static void
names_become_lower_case_and_nothing_else(void **state)
{
	static const char *const names[][2] = {{"alice", "alice"},
	    {"Alice", "alice"}, {"ALICE", "alice"}, {"a", "a"}, {"0", "0"},
	    {"_svc", "_svc"}, {"_", "_"}, {"j.doe", "j.doe"},
	    {"j..doe", "j..doe"}, {"j-doe", "j-doe"}, {"j-", "j-"},
	    {"3com", "3com"}, {"svc_Backup-2.X", "svc_backup-2.x"}};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const char *out = canonical_text(names[i][0]);

		assert_non_null(out);
		assert_string_equal(out, names[i][1]);
		/* and stays as it is when it comes again */
		assert_non_null(canonical_text(names[i][1]));
		assert_string_equal(canonical_text(names[i][1]), names[i][1]);
	}
}

/* A variant must not be another key to the same person */
static void
variants_are_rejected_and_never_trimmed(void **state)
{
	static const char *const variants[] = {"", " ", "alice ", " alice",
	    "al ice", "alice\t", "alice\n", "\ralice", "alice\x7f", ".", "..",
	    "alice.", ".alice", "-", "-alice", "alice@example.com",
	    "EXAMPLE\\alice", "example/alice", "alice/", "../alice", "\\61lice",
	    "alice\\2a", "\"alice\"", "'alice'", "alice*", "*", "(alice)",
	    "alice)(uid=*", "uid=alice", "alice,ou=people", "alice#1",
	    "alice+1", "alice;", "alice$", "alice:", "alice%40", "%61lice",
	    "~alice", "alice=", "alice|", "alice&", "alice?", "alice!",
	    "alice`", "alice^",
	    /* NBSP, ZWJ, zero width space, BOM, right-to-left override */
	    "alice\xc2\xa0",
	    "ali\xe2\x80\x8d"
	    "ce",
	    "\xe2\x80\x8b"
	    "alice",
	    "\xef\xbb\xbf"
	    "alice",
	    "\xe2\x80\xae"
	    "alice",
	    /* fullwidth, Cyrillic a, long s, Kelvin, dotless i, umlaut, NFD */
	    "\xef\xbd\x81lice", "\xd0\xb0lice",
	    "ali\xc5\xbf"
	    "a",
	    "\xe2\x84\xaa"
	    "elvin",
	    "al\xc4\xb1"
	    "ce",
	    "al\xc3\xaf"
	    "ce",
	    "ali\xcc\x88"
	    "ce",
	    /* overlong and broken UTF-8 */
	    "\xc1\xa1lice", "alice\xff", "\x80", "alice\xe2\x80"};

	for (size_t i = 0; i < sizeof variants / sizeof variants[0]; i++)
		if (canonical_text(variants[i]) != NULL)
			fail_msg(
			    "variant %zu: \"%s\" is a name", i, variants[i]);
}

static void
a_nul_is_no_end(void **state)
{
	assert_null(canonical("alice\0", 6));
	assert_null(canonical("\0alice", 6));
	assert_null(canonical("alice\0bob", 9));
	assert_null(canonical("\0", 1));
}

static bool
is_inner(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

static void
every_byte_has_its_places(void **state)
{
	for (unsigned c = 0; c < 256; c++) {
		char byte = (char)c, lower = byte;
		char first[] = {byte, 'x'}, middle[] = {'x', byte, 'x'},
		     last[] = {'x', byte};
		bool word = is_inner(c) && c != '.' && c != '-';
		const char *out;

		if (c >= 'A' && c <= 'Z')
			lower = (char)(c - 'A' + 'a');
		assert_int_equal(canonical(&byte, 1) != NULL, word);
		assert_int_equal(canonical(first, 2) != NULL, word);
		assert_int_equal(
		    canonical(last, 2) != NULL, is_inner(c) && c != '.');
		out = canonical(middle, 3);
		assert_int_equal(out != NULL, is_inner(c));
		if (out != NULL) {
			assert_int_equal(strlen(out), 3);
			assert_int_equal(out[1], lower);
		}
	}
}

static void
names_have_at_most_64_characters(void **state)
{
	static const size_t sizes[] = {
	    65, 255, 256, 257, 511, 512, 513, 4095, 4096, 65535, 65536};
	static char long_name[65536];
	char out[256];

	memset(long_name, 'A', sizeof long_name);
	assert_non_null(canonical(long_name, 64));
	assert_int_equal(strlen(canonical(long_name, 64)), 64);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		assert_int_equal(
		    name_canonical(long_name, sizes[i], out, sizeof out), -1);
}

static void
what_does_not_fit_is_no_name(void **state)
{
	char out[8];

	for (size_t size = 0; size <= 8; size++) {
		memset(out, '#', sizeof out);
		assert_int_equal(
		    name_canonical("alice", 5, out, size), size > 5 ? 0 : -1);
		for (size_t i = size; i < sizeof out; i++)
			assert_int_equal(out[i], '#');
	}
}

/* ---- addresses ---- */

static const char *
address(const char *typed)
{
	static char out[64];

	return name_address(typed, out, sizeof out) == 0 ? out : NULL;
}

static void
addresses_have_one_form(void **state)
{
	static const char *const addresses[][2] = {{"10.0.0.1", "10.0.0.1"},
	    {"0.0.0.0", "0.0.0.0"}, {"255.255.255.255", "255.255.255.255"},
	    {"::1", "::1"}, {"0:0:0:0:0:0:0:1", "::1"},
	    {"2001:DB8::A", "2001:db8::a"},
	    {"2001:0db8:0000:0000:0000:0000:0000:000a", "2001:db8::a"},
	    /* mapped into IPv6: the network of the policy is an IPv4 one */
	    {"::ffff:10.0.0.1", "10.0.0.1"}, {"::FFFF:0A00:0001", "10.0.0.1"},
	    {"0:0:0:0:0:ffff:10.0.0.1", "10.0.0.1"},
	    {"::ffff:0.0.0.0", "0.0.0.0"},
	    /* and these are not */
	    {"fe80::1", "fe80::1"}, {"::fffe:a00:1", "::fffe:a00:1"},
	    {"64:ff9b::10.0.0.1", "64:ff9b::a00:1"},
	    {"1::ffff:10.0.0.1", "1::ffff:a00:1"}};

	for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
		const char *out = address(addresses[i][0]);

		if (out == NULL)
			fail_msg("%s is refused", addresses[i][0]);
		assert_string_equal(out, addresses[i][1]);
		assert_string_equal(address(addresses[i][1]), addresses[i][1]);
	}
}

/* Never a name, never another address than was meant */
static void
what_is_no_number_is_no_address(void **state)
{
	static const char *const others[] = {"", " ", "UNKNOWN", "localhost",
	    "bastion.example.com", "10.0.0.1 ", " 10.0.0.1", "10.0.0.1\n",
	    "010.0.0.1", "10.0.0.01", "10.0.0.256", "10.0.0", "10.0.0.0.1",
	    "10.1", "167772161", "0x0a000001", "0x0a.0.0.1", "10.0.0.1/32",
	    "10.0.0.1:22", "10.0.0.1 22", "-1.0.0.1", "+10.0.0.1",
	    "fe80::1%eth0", "fe80::1%1", "[::1]", "::1/128", ":::1",
	    "::1::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "::g",
	    "::ffff:010.0.0.1", "::ffff:10.0.0", "::ffff:10.0.0.256",
	    "\xef\xbc\x91\xef\xbc\x90.0.0.1",
	    "0000000000000000000000000000000000000000000000000000000000000001"};

	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		if (address(others[i]) != NULL)
			fail_msg("\"%s\" is %s", others[i], address(others[i]));
}

static void
an_address_that_does_not_fit_is_none(void **state)
{
	char out[16];

	for (size_t size = 0; size < sizeof out; size++) {
		memset(out, '#', sizeof out);
		assert_int_equal(
		    name_address("10.20.30.4", out, size), size > 10 ? 0 : -1);
		for (size_t i = size; i < sizeof out; i++)
			assert_int_equal(out[i], '#');
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_become_lower_case_and_nothing_else),
	    cmocka_unit_test(variants_are_rejected_and_never_trimmed),
	    cmocka_unit_test(a_nul_is_no_end),
	    cmocka_unit_test(every_byte_has_its_places),
	    cmocka_unit_test(names_have_at_most_64_characters),
	    cmocka_unit_test(what_does_not_fit_is_no_name),
	    cmocka_unit_test(addresses_have_one_form),
	    cmocka_unit_test(what_is_no_number_is_no_address),
	    cmocka_unit_test(an_address_that_does_not_fit_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
