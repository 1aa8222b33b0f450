/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts, networks and the index over them, beside the plainest accounts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/prove/hostsearch.h"
#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

static bool
permits(const struct policy *policy, const char *user, const char *host,
    const char *client)
{
	struct policy_request request = {
	    .username = user,
	    .host = host,
	    .service = "sshd",
	    .time_unix = 1782900000,
	    .proven = POLICY_PASSWORD,
	};
	struct policy_decision decision;

	if (client != NULL)
		assert_int_equal(
		    policy_address_parse(client, &request.client), 0);
	policy_decide(policy, &request, &decision);
	return decision.outcome == POLICY_PERMIT;
}

/* A star is one or more characters but no dot; "**" in front is anything. */
static bool
plain_match(const char *pattern, const char *name)
{
	if (*pattern == '\0' || *name == '\0')
		return *pattern == *name;
	if (pattern[0] == '*' && pattern[1] == '*')
		return plain_match(pattern + 2, name + 1) ||
		       plain_match(pattern, name + 1);
	if (*pattern == '*')
		return *name != '.' && (plain_match(pattern + 1, name + 1) ||
					   plain_match(pattern, name + 1));
	return *pattern == *name && plain_match(pattern + 1, name + 1);
}

static void
random_name(uint32_t *seed, bool pattern, char out[64])
{
	size_t used = 0;
	unsigned labels = 1 + model_random(seed) % 3;

	for (unsigned l = 0; l < labels; l++) {
		bool star = pattern && model_random(seed) % 2;
		unsigned length = 1 + model_random(seed) % 3;
		unsigned at = model_random(seed) % length;

		if (l > 0)
			out[used++] = '.';
		if (l == 0 && pattern && model_random(seed) % 6 == 0) {
			out[used++] = '*';
			out[used++] = '*';
			continue;
		}
		for (unsigned i = 0; i < length; i++)
			out[used++] =
			    star && i == at
				? '*'
				: (char)('a' + model_random(seed) % 2);
	}
	out[used] = '\0';
}

static void
hosts_match_as_patterns_say(void **state)
{
	uint32_t seed = 5;
	unsigned matched = 0, total = 0;

	for (unsigned round = 0; round < 3000; round++) {
		char patterns[4][64], text[512];
		unsigned count = 1 + round % 4;
		struct policy *policy;
		size_t used = 0;

		for (unsigned i = 0; i < count; i++) {
			random_name(&seed, true, patterns[i]);
			used +=
			    (size_t)snprintf(text + used, sizeof text - used,
				"hosts h%u \"%s\"\npermit any to h%u with "
				"password\n",
				i, patterns[i], i);
		}
		policy = support_rules(text);
		if (policy == NULL)
			fail_msg("%s", support_errors.text);
		for (unsigned n = 0; n < 60; n++) {
			char name[64];
			bool expected = false;

			random_name(&seed, false, name);
			for (unsigned i = 0; i < count; i++)
				expected |= plain_match(patterns[i], name);
			if (permits(policy, "u", name, NULL) != expected)
				fail_msg("%s\n%s: %d", text, name, expected);
			matched += expected;
			total++;
		}
		policy_free(policy);
	}
	assert_in_range(matched, total / 10, total - total / 10);
}

/* Bits of an address as text, the first ones of a network as its pattern. */
static void
random_network(
    uint32_t *seed, bool v4, unsigned bits, uint32_t words[4], char out[64])
{
	memset(words, 0, 16);
	if (v4) {
		words[0] = 0x0a000000u | (model_random(seed) & 0x00070007u);
		if (bits < 32)
			words[0] &= bits == 0 ? 0 : 0xffffffffu << (32 - bits);
		snprintf(out, 64, "%u.%u.%u.%u", words[0] >> 24,
		    words[0] >> 16 & 255, words[0] >> 8 & 255, words[0] & 255);
		return;
	}
	words[0] = 0x20010db8u;
	words[1] = model_random(seed) & 0x00030003u;
	words[3] = model_random(seed) & 3u;
	for (unsigned i = bits; i < 128; i++)
		words[i / 32] &= ~(0x80000000u >> i % 32);
	snprintf(out, 64, "%x:%x:%x:%x:0:0:0:%x", words[0] >> 16,
	    words[0] & 0xffff, words[1] >> 16, words[1] & 0xffff, words[3]);
}

static bool
same_bits(const uint32_t a[4], const uint32_t b[4], unsigned bits)
{
	for (unsigned i = 0; i < bits; i++) {
		if ((a[i / 32] ^ b[i / 32]) & (0x80000000u >> i % 32))
			return false;
	}
	return true;
}

static void
addresses_match_as_networks_say(void **state)
{
	uint32_t seed = 6;
	unsigned matched = 0, total = 0;

	for (unsigned round = 0; round < 3000; round++) {
		char text[1024], address[64];
		uint32_t networks[6][4], words[4];
		unsigned bits[6], count = 1 + round % 6;
		bool v4[6];
		struct policy *policy;
		size_t used = 0;

		for (unsigned i = 0; i < count; i++) {
			v4[i] = model_random(&seed) % 2;
			bits[i] = model_random(&seed) % 4 == 0
				      ? model_random(&seed) % 33
				  : v4[i] ? 8 + model_random(&seed) % 25
					  : 32 + model_random(&seed) % 97;
			random_network(
			    &seed, v4[i], bits[i], networks[i], address);
			used +=
			    (size_t)snprintf(text + used, sizeof text - used,
				"permit any from %s/%u with password\n",
				address, bits[i]);
		}
		policy = support_rules(text);
		if (policy == NULL)
			fail_msg("%s", support_errors.text);
		for (unsigned n = 0; n < 60; n++) {
			bool is_v4 = model_random(&seed) % 2;
			bool expected = false;

			random_network(
			    &seed, is_v4, is_v4 ? 32 : 128, words, address);
			for (unsigned i = 0; i < count; i++)
				expected |=
				    v4[i] == is_v4 &&
				    same_bits(words, networks[i], bits[i]);
			if (permits(policy, "u", "h", address) != expected)
				fail_msg("%s\n%s: %d", text, address, expected);
			matched += expected;
			total++;
		}
		policy_free(policy);
	}
	assert_in_range(matched, total / 10, total - total / 10);
}

#define MANY 9000

/* More rules than one word of a summary counts. */
static void
every_rule_of_many_is_found(void **state)
{
	size_t size = MANY * 160, used = 0;
	char *text = test_malloc(size);
	struct policy *policy;

	for (unsigned i = 0; i < MANY; i++)
		used += (size_t)snprintf(text + used, size - used,
		    "person p%u \"u%u\"\npermit p%u from 10.%u.%u.0/24 to "
		    "a%u-*.x with password\n",
		    i, i, i, i / 256, i % 256, i % 100);
	policy = support_rules(text);
	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	for (unsigned i = 0; i < MANY; i++) {
		char user[16], host[32], client[32];

		snprintf(user, sizeof user, "u%u", i);
		snprintf(host, sizeof host, "a%u-1.x", i % 100);
		snprintf(client, sizeof client, "10.%u.%u.9", i / 256, i % 256);
		assert_true(permits(policy, user, host, client));
		assert_false(permits(policy, "u", host, client));
		assert_false(permits(policy, user, host, "10.99.0.1"));
		assert_false(permits(policy, user, "a100-1.x", client));
	}
	policy_free(policy);
	test_free(text);
}

/* More atoms than the index keeps for one request: it must not lose any. */
static void
too_many_patterns_fall_back_to_all_rules(void **state)
{
	size_t size = 1200 * 64, used = 0;
	char *text = test_malloc(size);
	struct policy *policy;

	for (unsigned i = 0; i < 1000; i++)
		used += (size_t)snprintf(text + used, size - used,
		    "permit any to *a%u.*.x with password\n", i);
	used += (size_t)snprintf(text + used, size - used, "hosts all");
	for (unsigned i = 0; i < 600; i++)
		used += (size_t)snprintf(text + used, size - used, " %.*s*.*.x",
		    (int)(i % 60),
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	used += (size_t)snprintf(text + used, size - used,
	    "\npermit any to all with password\ndeny any to *z.*.x\n");
	policy = support_rules(text);
	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	assert_true(permits(policy, "u",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.y.x",
	    NULL));
	assert_false(permits(policy, "u",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaz.y.x",
	    NULL));
	policy_free(policy);
	test_free(text);
}

/* Labels of a, b and c up to a length, each with a NUL. */
static size_t
list_labels(size_t longest, char labels[][5])
{
	size_t count = 0;

	for (size_t length = 1; length <= longest; length++) {
		size_t all = 1;

		for (size_t i = 0; i < length; i++)
			all *= 3;
		for (size_t n = 0; n < all; n++, count++) {
			size_t rest = n;

			for (size_t i = 0; i < length; i++, rest /= 3)
				labels[count][i] = (char)('a' + rest % 3);
			labels[count][length] = '\0';
		}
	}
	return count;
}

static bool
is_sought(const char *name, char wanted[3][64], char avoided[5][64],
    unsigned avoided_count)
{
	if (!plain_match(wanted[0], name) || !plain_match(wanted[1], name) ||
	    !plain_match(wanted[2], name))
		return false;
	for (unsigned i = 0; i < avoided_count; i++) {
		if (plain_match(avoided[i], name))
			return false;
	}
	return true;
}

static bool
brute_force_finds(
    char wanted[3][64], char avoided[5][64], unsigned avoided_count)
{
	static char labels[120][5];
	size_t count = list_labels(4, labels), few = 12;
	char name[32];

	for (size_t i = 0; i < count; i++) {
		if (is_sought(labels[i], wanted, avoided, avoided_count))
			return true;
		for (size_t j = 0; j < count; j++) {
			size_t at = 0;

			snprintf(name, sizeof name, "%.4s.%.4s", labels[j],
			    labels[i]);
			if (is_sought(name, wanted, avoided, avoided_count))
				return true;
			for (; at < few; at++) {
				snprintf(name, sizeof name, "%.4s.%.4s.%.4s",
				    labels[at], labels[j], labels[i]);
				if (is_sought(
					name, wanted, avoided, avoided_count))
					return true;
			}
		}
	}
	return false;
}

/* c is all letters that no pattern has; four of them are enough. */
static void
hosts_are_found_if_there_are_any(void **state)
{
	uint32_t seed = 8;
	unsigned found_some = 0, rounds = 250;

	for (unsigned round = 0; round < rounds; round++) {
		unsigned avoided_count = round % 6;
		struct pattern patterns[8];
		const struct pattern *sought[3];
		struct avoided_host avoid[5];
		uint64_t times = 1, left;
		struct hostsearch search = {.wanted = sought,
		    .wanted_count = 3,
		    .avoided = avoid,
		    .times = &times,
		    .words = 1,
		    .avoided_count = avoided_count};
		char wanted[3][64], avoided[5][64], name[HOSTNAME_MAX + 1];
		struct budget budget = {BUDGET_PROOF};
		struct arena scratch = {0};
		bool expected;
		int found;

		for (unsigned i = 0; i < 3 + avoided_count; i++) {
			char *out = i < 3 ? wanted[i] : avoided[i - 3];

			do
				random_name(&seed, true, out);
			while (strchr(out, '.') != strrchr(out, '.'));
			/* of three at random, too few have a name in common */
			if (i == 2 && round % 3 != 0)
				memcpy(out, wanted[0], sizeof wanted[0]);
			assert_int_equal(
			    pattern_parse(&scratch, out, &patterns[i]), 0);
			if (i < 3)
				sought[i] = &patterns[i];
			else
				avoid[i - 3] =
				    (struct avoided_host){&patterns[i], NULL};
		}
		search.scratch = &scratch;
		search.budget = &budget;
		found = hostsearch(&search, name, &left);
		expected = brute_force_finds(wanted, avoided, avoided_count);
		if (found != (int)expected ||
		    (found == 1 &&
			!is_sought(name, wanted, avoided, avoided_count)))
			fail_msg("round %u: %s %s: %d, expected %d", round,
			    wanted[0], wanted[1], found, expected);
		found_some += expected;
		arena_free(&scratch);
	}
	assert_in_range(found_some, rounds / 10, rounds - rounds / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hosts_match_as_patterns_say),
	    cmocka_unit_test(addresses_match_as_networks_say),
	    cmocka_unit_test(every_rule_of_many_is_found),
	    cmocka_unit_test(hosts_are_found_if_there_are_any),
	    cmocka_unit_test(too_many_patterns_fall_back_to_all_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
