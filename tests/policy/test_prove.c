/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define COUNT(a) (sizeof a / sizeof(*(a)))

static char seen[16384];

static void
note(void *context, const struct policy_breach *breach)
{
	char text[POLICY_WITNESS_TEXT] = "undecided";

	(void)context;
	if (breach->witness != NULL)
		policy_witness_text(breach->witness, text);
	snprintf(seen, sizeof seen, "%s by %s: %s", breach->text,
	    breach->rule_text, text);
}

static int
prove(const char *rules)
{
	struct policy *policy = support_rules(rules);
	int broken;

	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	seen[0] = '\0';
	broken = policy_prove(policy, 1, note, NULL);
	policy_free(policy);
	return broken;
}

#define SETS                                                    \
	"network corp 10.20.0.0/16 2001:db8:20::/48\n"          \
	"network vpn 10.20.9.0/24\n"                            \
	"hosts payments pay-*.prod.example.com\n"               \
	"hosts bastion bastion.example.com\n"                   \
	"group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n"    \
	"group external employment contractor vendor\n"         \
	"hours office mon-fri 08:00-18:00 Europe/Paris\n"       \
	"hours night mon-fri 18:00-08:00 Europe/Paris\n"        \
	"hours week-end sat-sun 00:00-24:00 Europe/Paris\n"     \
	"hours mornings mon-fri 08:00-09:00 America/New_York\n" \
	"freeze year-end 2026-12-20 2027-01-04 Europe/Paris\n"

static void
expect(const char *rules, bool holds, const char *part)
{
	char text[4096];
	int broken;

	snprintf(text, sizeof text, SETS "%s", rules);
	broken = prove(text);
	if ((broken == 0) != holds || strstr(seen, part) == NULL)
		fail_msg("%s\n%d: %s", rules, broken, seen);
}

static void
assertions_are_decided(void **state)
{
	/* nothing permitted, nothing broken */
	expect("assert never any", true, "");
	expect("permit sre with otp\nassert never any", false, "--group");
	expect("permit external to payments with password + fido2\n"
	       "assert never external to payments without fido2",
	    true, "");
	expect("permit external to payments with password + (otp | fido2)\n"
	       "assert never external to payments without fido2",
	    false, "--proven password+otp");
	expect("permit sre to payments with password\n"
	       "assert never external to payments without fido2",
	    false, "--employment contractor");
	expect("permit sre to payments with password\ndeny external\n"
	       "assert never external to payments without fido2",
	    true, "");
	expect("permit sre to payments with password\n"
	       "deny external service sshd sudo su web\n"
	       "assert never external to payments without fido2",
	    false, "--service agent");
	expect("permit sre from corp with 2 factors\n"
	       "assert always 2 factors from corp",
	    true, "");
	expect("permit sre from corp with otp | recovery\n"
	       "deny any from corp outside office\n"
	       "assert always 2 factors from corp during night",
	    true, "");
	expect("permit any from vpn with otp\ndeny any from 10.20.9.0/25\n"
	       "deny any from 10.20.9.128/26 10.20.9.192/27\n"
	       "assert always 2 factors from corp",
	    false, "--from 10.20.9.224");
	expect("permit any from vpn with otp\ndeny any from 10.20.9.0/25\n"
	       "deny any from 10.20.9.128/25\n"
	       "assert always 2 factors from corp",
	    true, "");
	expect("permit any to payments with otp\n"
	       "assert only sre to payments",
	    false, "--user 'someone'");
	expect("permit sre to payments with otp\n"
	       "assert only sre to payments",
	    true, "");
	expect("permit any with otp age below 1h\ndeny any age below 30m\n"
	       "deny any age above 40m\nassert never any age above 20m",
	    false, "--age 1800s");
	expect("permit any with otp age below 1h\ndeny any age below 30m\n"
	       "deny any age above 30m\nassert never any",
	    true, "");
	expect("permit any with password + otp grace 7d\n"
	       "assert always 2 factors",
	    false, "--grace=0s --proven password");
	expect("permit any with publickey approval\n"
	       "assert always publickey",
	    true, "");
}

/* v6 has a hole where v4 is, at ::ffff:0:0/96.  These cover all that is below
 * it in ::/80, so what is let in begins where no network begins or ends. */
static void
what_is_behind_the_place_of_v4_is_seen(void **state)
{
	static const char below[] =
	    "network under ::/81 ::8000:0:0/82 ::c000:0:0/83 ::e000:0:0/84 "
	    "::f000:0:0/85 ::f800:0:0/86 ::fc00:0:0/87 ::fe00:0:0/88 "
	    "::ff00:0:0/89 ::ff80:0:0/90 ::ffc0:0:0/91 ::ffe0:0:0/92 "
	    "::fff0:0:0/93 ::fff8:0:0/94 ::fffc:0:0/95 ::fffe:0:0/96\n"
	    "network v6 ::/0\nnetwork v4 0.0.0.0/0\n";
	char rules[2048];

	snprintf(rules, sizeof rules,
	    "%spermit any from v6 with otp\ndeny any from under\n"
	    "assert never any",
	    below);
	expect(rules, false, "--from ::1:0:0:0");
	snprintf(rules, sizeof rules,
	    "%spermit any with otp\ndeny any from under v4\n"
	    "assert never any",
	    below);
	expect(rules, false, "--from ::1:0:0:0");
	snprintf(rules, sizeof rules,
	    "%snetwork low ::/80\npermit any from low with otp\n"
	    "deny any from under\nassert never any",
	    below);
	expect(rules, true, "");
}

static void
hours_and_freezes_are_exact(void **state)
{
	expect("permit any with otp\ndeny any during office\n"
	       "deny any during night\nassert never any during office",
	    true, "");
	/* the night of Friday reaches into Saturday */
	expect("permit any with otp\ndeny any during office night week-end\n"
	       "assert never any",
	    false, "T");
	expect("permit any with otp\ndeny any outside office\n"
	       "deny any during office\nassert never any",
	    true, "");
	/* Paris evenings are New York mornings only six hours later: 14:00 */
	expect("permit any with otp during mornings\n"
	       "assert never any outside office",
	    true, "");
	/* ... but two or three weeks a year it is 13:00 */
	expect("hours two mon-fri 14:00-15:00 Europe/Paris\n"
	       "permit any with otp during mornings\n"
	       "assert never any outside two",
	    false, "--time");
	/* the second time that the clock shows 02:15, and no time more */
	expect("hours h last sun 02:15-02:45 Europe/Paris\n"
	       "window w 2026-10-25T01:10 2026-10-25T01:20 UTC\n"
	       "permit any with otp during h\ndeny any outside w\n"
	       "assert never any",
	    false, "--time 2026-10-25T01:15:00Z");
	expect("hours h last sun 01:30-03:30 Europe/Paris\n"
	       "window w 2026-03-29T01:40 2026-03-29T02:20 UTC\n"
	       "permit any with otp during h\ndeny any outside w\n"
	       "assert never any",
	    true, "");
	expect("permit any with otp\ndeny any during freeze\n"
	       "assert never any during year-end",
	    true, "");
	expect("permit any with otp\ndeny any during freeze\n"
	       "assert never any outside office",
	    false, "--time");
}

static void
host_patterns_are_exact(void **state)
{
	static const struct {
		const char *rules;
		bool holds;
		const char *part;
	} cases[] = {
	    {"permit any to *.x with otp\ndeny any to a*.x *b.x\n"
	     "assert never any",
		false, "--to "},
	    /* both ends fit "abc", but the star would stand for nothing */
	    {"permit any to ab*.x with otp\ndeny any to ab*bc.x\n"
	     "assert never any to *bc.x",
		false, "--to abc.x"},
	    {"permit any to **.x with otp\ndeny any to *.x *.*.x\n"
	     "assert never any",
		false, "--to "},
	    {"permit any to **.x with otp\ndeny any to *.x **.y.x\n"
	     "assert never any",
		false, "--to "},
	    {"permit any to **.x with otp\ndeny any to **.x\n"
	     "assert never any",
		true, ""},
	    {"permit any to **.x with otp\ndeny any to *.x\n"
	     "deny any to **.x\nassert never any",
		true, ""},
	    {"permit any with otp\ndeny any to * **.*\nassert never any", true,
		""},
	    {"permit any to *.*.x with otp\ndeny any to a*.*.x *.b*.x\n"
	     "assert never any to a*.*.x",
		true, ""},
	    {"permit any to *.*.x with otp\ndeny any to a*.b*.x\n"
	     "assert never any to a*.*.x",
		false, "--to "},
	    /* the label that would be taken first is a name */
	    {"permit any to *.x with otp\ndeny any to xx.x xxx.x\n"
	     "assert never any to *.x",
		false, "--to "},
	    {"permit any to a.x b.x with otp\ndeny any to a.x\n"
	     "assert never any to *.x",
		false, "--to b.x"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect(cases[i].rules, cases[i].holds, cases[i].part);
}

/* Every first character is denied: only one-letter labels are left. */
static void
patterns_that_leave_almost_nothing(void **state)
{
	static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	char text[8192];
	size_t used;

	used = (size_t)snprintf(
	    text, sizeof text, "permit any to *.x with otp\ndeny any to");
	for (const char *c = all; *c != '\0'; c++)
		used += (size_t)snprintf(
		    text + used, sizeof text - used, " %c*.x", *c);
	snprintf(text + used, sizeof text - used, "\nassert never any\n");
	assert_int_equal(prove(text), 1);
	assert_non_null(strstr(seen, ".x --service"));
	for (const char *c = all; *c != '\0'; c++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "%s %c.x", c == all ? "\ndeny any to" : "", *c);
	snprintf(text + used, sizeof text - used, "\nassert never any\n");
	assert_int_equal(prove(text), 0);
}

/* Each beginning and each end of two characters: too many labels to tell. */
static const char *
hard_patterns(const char *before)
{
	static const char all[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	static char text[65536];
	size_t used;

	used = (size_t)snprintf(text, sizeof text,
	    "%spermit any to *.x with otp\ndeny any to", before);
	for (const char *a = all; *a != '\0'; a++) {
		for (const char *b = all; *b != '\0'; b++)
			used +=
			    (size_t)snprintf(text + used, sizeof text - used,
				" %c%c*.x *%c%c.x", *a, *b, *a, *b);
	}
	snprintf(
	    text + used, sizeof text - used, "\nassert never any to *.x\n");
	return text;
}

/* It is given up in time, and then not held for true. */
static void
too_complex_counts_as_broken(void **state)
{
	assert_int_equal(prove(hard_patterns("")), 1);
	assert_non_null(strstr(seen, ": undecided"));
}

/* Hours by hours by assertions: 26 KB of this took a prover 16 s. */
static const char *
many_hours(void)
{
	static const char *const zones[] = {"Europe/Paris", "America/New_York",
	    "Asia/Kolkata", "UTC", "Australia/Sydney", "America/New_York"};
	static char text[65536];
	size_t used = 0;

#define ADD(...) \
	used += (size_t)snprintf(text + used, sizeof text - used, __VA_ARGS__)
	ADD("group g \"cn=g\"\n");
	for (int i = 0; i < 200; i++)
		ADD("hours o%d mon-fri %02d:%02d-%02d:%02d %s\n"
		    "permit g during o%d with otp\n"
		    "deny g outside o%d to h%d.x\n",
		    i, i % 18, i * 7 % 60, i % 18 + 5, i * 11 % 60,
		    zones[i % 6], i, i, i);
	ADD("assert never g from 10.0.0.0/8 without otp\n");
	for (int i = 0; i < 60; i++)
		ADD("assert never g outside o%d to h%d.x\n", i, i);
#undef ADD
	return text;
}

static void
hours_by_assertions_are_proved(void **state)
{
	assert_int_equal(prove(many_hours()), 0);
}

static void
work_is_bounded_and_the_dearest_assertion_named(void **state)
{
	struct policy *policy = support_rules(
	    hard_patterns("permit any to y.z with otp + password\n"
			  "assert always 2 factors to y.z\n"));

	assert_string_equal(support_errors.text, "");
	assert_int_equal(
	    policy_prove_errors(policy, 1767225600, &support_errors), -1);
	if (strstr(support_errors.text, "more work to prove") == NULL)
		fail_msg("%s", support_errors.text);
	/* the others cost next to nothing */
	assert_null(strstr(support_errors.text, "always 2 factors"));
	assert_non_null(strstr(support_errors.text, "assert never any to *.x"));
	policy_free(policy);
}

/* A freeze that comes and goes all the time, over hours that differ. */
static void
hours_that_cost_too_much_are_named(void **state)
{
	static char text[262144];
	static struct policy *policy;
	size_t used = (size_t)snprintf(text, sizeof text, "freeze often");

	for (unsigned i = 0; i < 4000; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    " %u-%02u-%02uT%02u:%02u %u-%02u-%02uT23:%02u",
		    2030 + i / 336, 1 + i / 28 % 12, 1 + i % 28, i % 23,
		    i * 7 % 60, 2030 + i / 336, 1 + i / 28 % 12, 1 + i % 28,
		    i * 11 % 60);
	used += (size_t)snprintf(text + used, sizeof text - used, " UTC\n");
	for (unsigned i = 0; i < 600; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "hours h%u daily %02u:%02u-%02u:%02u UTC\n", i, i / 60,
		    i % 60, 10 + i / 60, i % 60);
	snprintf(text + used, sizeof text - used,
	    "permit any during often with otp\nassert never any without otp\n");
	policy = support_rules(text);
	assert_string_equal(support_errors.text, "");
	assert_int_equal(
	    policy_prove_errors(policy, 1767225600, &support_errors), -1);
	assert_int_equal(support_errors.count, 1);
	if (strncmp(support_errors.text, "test.policy:1: the times", 24) != 0 ||
	    strstr(support_errors.text, "\"often\"") == NULL)
		fail_msg("%s", support_errors.text);
	policy_free(policy);
}

/* What the model's own tables say of each dimension, a bit per rule. */
struct tables {
	uint32_t people[1u << (MODEL_RULES + 1)]; /* each answer once */
	size_t people_count;
	uint32_t address[MODEL_ADDRESSES], name[MODEL_NAMES], time[MODEL_TIMES],
	    service[MODEL_SERVICES], age[MODEL_AGES];
};

static uint32_t
bits_of(const struct model_policy *policy, const struct model_scope *asserted,
    const struct model_request *request, int dimension)
{
	uint32_t bits = 0;

	for (size_t i = 0; i <= policy->count; i++) {
		const struct model_scope *all =
		    i < policy->count ? &policy->rules[i].scope : asserted;
		bool deny = i < policy->count && policy->rules[i].deny;
		struct model_scope one = {0};

		switch (dimension) {
		case 0:
			one.principals = all->principals;
			break;
		case 1:
			one.networks = all->networks;
			break;
		case 2:
			one.hosts = all->hosts;
			break;
		case 3:
			one.during = all->during;
			one.outside = all->outside;
			break;
		case 4:
			one.services = all->services;
			break;
		default:
			one.age = all->age;
		}
		if (model_scope_matches(&one, request, deny))
			bits |= 1u << i;
	}
	return bits;
}

static bool
is_person(const struct model_request *r)
{
	uint32_t p = r->principals, employment = p & 0xb0;

	if (r->unknown & MODEL_NO_EMPLOYMENT ? employment != 0
					     : employment == 0)
		return false;
	return (employment & (employment - 1)) == 0 &&
	       !((r->unknown & MODEL_NO_ID) && (p & 0x100)) &&
	       !((r->unknown & MODEL_NO_SHIFT) && (p & 0x200));
}

static void
fill_people(const struct model_policy *policy,
    const struct model_scope *asserted, bool only, struct tables *tables)
{
	static bool met[COUNT(tables->people)];
	uint32_t self = 1u << policy->count, bits;
	struct model_request r = {0};

	memset(met, 0, sizeof met);
	tables->people_count = 0;
	for (uint32_t p = 0; p < 8u << MODEL_PRINCIPALS; p++) {
		r.principals = p >> 3;
		r.unknown = p & 7;
		if (!is_person(&r))
			continue;
		bits = bits_of(policy, asserted, &r, 0);
		if (only)
			bits =
			    (bits & ~self) |
			    (asserted->principals != 0 &&
					!(asserted->principals & r.principals)
				    ? self
				    : 0);
		if (!met[bits])
			tables->people[tables->people_count++] = bits;
		met[bits] = true;
	}
}

static void
fill(const struct model_policy *policy, const struct model_scope *asserted,
    bool only, struct tables *tables)
{
	struct model_request r = {0};

	fill_people(policy, asserted, only, tables);
	for (r.address = 0; r.address < MODEL_ADDRESSES; r.address++)
		tables->address[r.address] = bits_of(policy, asserted, &r, 1);
	r.address = 0;
	for (r.name = 0; r.name < MODEL_NAMES; r.name++)
		tables->name[r.name] = bits_of(policy, asserted, &r, 2);
	r.name = 0;
	for (r.time = 0; r.time < MODEL_TIMES; r.time++)
		tables->time[r.time] = bits_of(policy, asserted, &r, 3);
	r.time = 0;
	for (r.service = 0; r.service < MODEL_SERVICES; r.service++)
		tables->service[r.service] = bits_of(policy, asserted, &r, 4);
	r.service = 0;
	for (r.age = 0; r.age < MODEL_AGES; r.age++)
		tables->age[r.age] = bits_of(policy, asserted, &r, 5);
}

/* Every person, address, name, time, service and age of the model's world. */
static bool
some_request_breaks(
    const struct tables *t, uint32_t self, uint32_t deny, uint32_t bad)
{
	for (size_t p = 0; p < t->people_count; p++) {
		for (int a = 0; a < MODEL_ADDRESSES; a++) {
			uint32_t pa = t->people[p] & t->address[a];

			if (!(pa & self) || !(pa & bad))
				continue;
			for (int i = 0; i < MODEL_NAMES * MODEL_TIMES *
						MODEL_SERVICES * MODEL_AGES;
			     i++) {
				int n = i / MODEL_AGES;
				uint32_t m = pa & t->age[i % MODEL_AGES];

				m &= t->service[n % MODEL_SERVICES];
				n /= MODEL_SERVICES;
				m &= t->time[n % MODEL_TIMES];
				m &= t->name[n / MODEL_TIMES];
				if ((m & self) && (m & bad) && !(m & deny))
					return true;
			}
		}
	}
	return false;
}

static bool
suffices(const uint32_t ways[4], uint32_t proven)
{
	for (int w = 0; w < 4 && ways[w] != 0; w++) {
		if (!(ways[w] & ~proven))
			return true;
	}
	return false;
}

static bool
brute_force_breaks(const struct model_policy *policy,
    const struct model_scope *asserted, int kind, const uint32_t ways[4])
{
	uint32_t deny = 0, bad = 0;
	static struct tables tables;

	for (size_t i = 0; i < policy->count; i++) {
		struct model_request r = {0};

		if (policy->rules[i].deny) {
			deny |= 1u << i;
			continue;
		}
		for (uint32_t f = 0; f < 128; f++) {
			r.proven = f & 63;
			r.grace_start = f & 64 ? 1 : 0;
			if (model_content(&policy->rules[i], &r) &&
			    (kind == 2 || !suffices(ways, r.proven)))
				bad |= 1u << i;
		}
	}
	fill(policy, asserted, kind == 2, &tables);
	return some_request_breaks(&tables, 1u << policy->count, deny, bad);
}

static void
agrees_with_brute_force(void **state)
{
	static const char *const kinds[] = {"never", "always", "only"};
	const char *more = getenv("POLICIES");
	const unsigned rounds = more != NULL ? (unsigned)atoi(more) : 2000;
	uint32_t seed = 20261123;
	unsigned broken = 0;
	static char text[16384];

	for (unsigned round = 0; round < rounds; round++) {
		struct model_policy model;
		struct model_scope scope;
		int kind = (int)(round % 3);
		uint32_t ways[4] = {0};
		size_t used;
		bool expected;

		model_random_policy(&seed, 1 + round % 8, &model);
		model_random_scope(&seed, &scope);
		if (kind == 1 || model_random(&seed) % 2) {
			ways[0] = 1u << model_random(&seed) % 5;
			ways[0] |= 1u << model_random(&seed) % 5;
			ways[1] = model_random(&seed) % 32;
		}
		if (kind == 2)
			ways[0] = ways[1] = 0;
		if (kind == 1)
			scope.principals = 0;
		model_print(&model, NULL, text, sizeof text);
		used = strlen(text);
		used += (size_t)snprintf(
		    text + used, sizeof text - used, "assert %s", kinds[kind]);
		if (kind == 1)
			used += model_print_ways(
			    "", ways, text + used, sizeof text - used);
		used += model_print_scope(
		    &scope, kind != 1, text + used, sizeof text - used);
		if (kind == 0)
			model_print_ways(
			    "without", ways, text + used, sizeof text - used);
		expected = brute_force_breaks(&model, &scope, kind, ways);
		broken += expected;
		if (prove(text) != (expected ? 1 : 0) ||
		    strstr(seen, "undecided") != NULL)
			fail_msg("round %u\n%s\nexpected %d: %s", round, text,
			    expected, seen);
	}
	print_message("%u policies: %u assertions broken, %u hold, as all "
		      "requests say\n",
	    rounds, broken, rounds - broken);
	assert_in_range(broken, rounds / 10, rounds - rounds / 10);
}

static void
errors_say_which_by_which_rule_and_who(void **state)
{
	struct policy *policy =
	    support_rules("permit any with otp\nassert never any service su\n"
			  "assert always 1 factor\nassert always 2 factors\n");

	assert_int_equal(policy_assertion_count(policy), 3);
	assert_int_equal(policy_prove_errors(policy, 1, &support_errors), -1);
	assert_int_equal(support_errors.count, 2);
	assert_string_equal(support_errors.text,
	    "test.policy:2: this assertion does not hold\n"
	    "  assert never any service su\n"
	    "  test.policy:1 lets in: permit any with otp\n"
	    "  for example: --user 'someone' --id 'some-id' --employment employee --from "
	    "0.0.0.0 --to xx --service su --time 1970-01-01T00:00:01Z "
	    "--proven otp\n"
	    "test.policy:4: this assertion does not hold\n"
	    "  assert always 2 factors\n"
	    "  test.policy:1 lets in: permit any with otp\n"
	    "  for example: --user 'someone' --id 'some-id' --employment employee --from "
	    "0.0.0.0 --to xx --service sshd --time 1970-01-01T00:00:01Z "
	    "--proven otp\n");
	policy_free(policy);
	assert_int_equal(policy_prove_errors(NULL, 1, &support_errors), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(assertions_are_decided),
	    cmocka_unit_test(what_is_behind_the_place_of_v4_is_seen),
	    cmocka_unit_test(hours_and_freezes_are_exact),
	    cmocka_unit_test(host_patterns_are_exact),
	    cmocka_unit_test(patterns_that_leave_almost_nothing),
	    cmocka_unit_test(too_complex_counts_as_broken),
	    cmocka_unit_test(hours_by_assertions_are_proved),
	    cmocka_unit_test(work_is_bounded_and_the_dearest_assertion_named),
	    cmocka_unit_test(hours_that_cost_too_much_are_named),
	    cmocka_unit_test(errors_say_which_by_which_rule_and_who),
	    cmocka_unit_test(agrees_with_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
