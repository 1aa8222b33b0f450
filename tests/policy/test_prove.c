/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define COUNT(a) (sizeof a / sizeof(*(a)))

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
	broken = support_prove(text);
	if ((broken == 0) != holds || strstr(support_seen, part) == NULL)
		fail_msg("%s\n%d: %s", rules, broken, support_seen);
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
	assert_int_equal(support_prove(text), 1);
	assert_non_null(strstr(support_seen, ".x --service"));
	for (const char *c = all; *c != '\0'; c++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "%s %c.x", c == all ? "\ndeny any to" : "", *c);
	snprintf(text + used, sizeof text - used, "\nassert never any\n");
	assert_int_equal(support_prove(text), 0);
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
	assert_int_equal(support_prove(hard_patterns("")), 1);
	assert_non_null(strstr(support_seen, ": undecided"));
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
	assert_int_equal(support_prove(many_hours()), 0);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
