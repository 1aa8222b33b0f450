/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/support.h"
#include "tests/support/unit.h"

static const char sample[] =
    "network corp      10.20.0.0/16 2001:db8:20::/48\n"
    "network prod      10.30.0.0/16\n"
    "hosts   payments  pay-*.prod.example.com\n"
    "hosts   bastion   bastion.example.com\n"
    "group   sre       \"cn=sre,ou=groups,dc=example,dc=com\"\n"
    "group   external  employment contractor vendor\n"
    "person  svc-backup \"svc-backup\"\n"
    "hours   office    mon-fri 08:00-18:00 Europe/Paris\n"
    "freeze  year-end  2026-12-20 2027-01-04 Europe/Paris\n"
    "\n"
    "permit  sre       from corp to bastion   with password + (otp | fido2)"
    "  for 8h  token 10m audience tickets\n"
    "permit  external  from corp to payments  with password + fido2  during "
    "office  for 1h\n"
    "deny    external  to payments  from any  during freeze\n"
    "permit  svc-backup from prod to bastion  with publickey\n"
    "\n"
    "assert  never external to payments without fido2\n"
    "assert  always 2 factors of sre from corp\n";

static void
the_sample_parses(void **state)
{
	struct policy *policy = support_rules(sample);

	assert_string_equal(support_errors.text, "");
	assert_non_null(policy);
	assert_int_equal(policy_rule_count(policy), 4);
	policy_free(policy);
}

static void
nothing_is_a_policy_without_rules(void **state)
{
	struct policy *policy;

	lex_errors_init(&support_errors);
	policy = policy_parse(NULL, 0, NULL, &support_errors);
	assert_non_null(policy);
	assert_int_equal(policy_rule_count(policy), 0);
	policy_free(policy);
	policy = support_parse("# nothing yet\nend\n# really\n");
	assert_non_null(policy);
	policy_free(policy);
	policy_free(NULL);
	assert_int_equal(policy_rule_count(NULL), 0);
}

static void
a_file_must_end_with_end(void **state)
{
	assert_null(support_parse(""));
	assert_null(support_parse("network a 10.0.0.0/8\n"));
	assert_non_null(strstr(support_errors.text, "cut short"));
	assert_null(support_parse("end"));
	assert_null(support_parse("end\nnetwork a 10.0.0.0/8\n"));
	assert_null(support_parse("end network\n"));
}

static void
every_statement_parses(void **state)
{
	static const char *const lines[] = {
	    "network a 10.0.0.0/8 ::1 192.0.2.1\nnetwork b a 10.1.0.0/16",
	    "network all 0.0.0.0/0 ::/0",
	    "hosts a h.example.com *.example.com **.x.example \"localhost\"\n"
	    "hosts b a A.Example.COM.",
	    "group g \"cn=a,dc=b\" \"CN=c + OU=d , DC=b\"",
	    "group g attribute shift night employment vendor\ngroup h g",
	    "person p \"alice\" \"Alice2\" id \"6f1c0d2e-1111\"",
	    "hours h mon,wed-thu 08:00-12:00, 13:00-18:00 sat 22:00-06:00 "
	    "UTC",
	    "hours h daily 00:00-24:00 Asia/Kolkata",
	    "hours h daily 00:00-24:00 Etc/GMT+5\n"
	    "hours i daily 00:00-24:00 Etc/GMT-5",
	    "freeze f 2026-12-20 2026-12-27 Etc/GMT+5",
	    "hours h sat-mon 08:00-09:00 America/New_York",
	    "freeze f 2026-12-20T18:00 2026-12-27T08:00 2027-04-01 "
	    "2027-04-01 UTC",
	    "window w 2026-12-20T18:00 2026-12-21T04:00 2027-04-01 2027-04-01 "
	    "UTC\npermit any with otp during w",
	    "include \"test.policy\"\ninclude test.policy",
	    "permit any with 2 factors",
	    "permit any from any to any service sshd sudo with otp | fido2",
	    "permit any with (password + otp) | fido2",
	    "permit any with password + (\n  otp | # either\n  fido2\n)",
	    "permit any with password + 1 factor for 1w lease 15m approval",
	    "permit any with password + otp grace 14d",
	    "permit any with password + otp \\\n  for 30s",
	    "permit any from 10.0.0.0/8 to x.example.com with 4 factors",
	    "permit any with password age above 10m below 2h",
	    "deny any age above 8h\ndeny any service su",
	    "assert never any service su\nassert only any to any",
	    "assert always password + otp",
	};

	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		assert_string_equal(support_fault(lines[i]), "");
}

static void
expect_fault(const char *text, const char *position, const char *fault)
{
	char expected[64];
	const char *seen = support_fault(text);

	snprintf(expected, sizeof expected, "test.policy:%s: ", position);
	if (strncmp(seen, expected, strlen(expected)) != 0 ||
	    strstr(seen, fault) == NULL)
		fail_msg(
		    "for %s\nwanted %s%s\nsaw %s", text, expected, fault, seen);
}

static void
every_error_names_its_place_and_what_was_expected(void **state)
{
	static const struct {
		const char *text, *position, *fault;
	} cases[] = {
	    {"permt any with otp", "1:1", "did you mean \"permit\"?"},
	    {"{", "1:1", "expected a statement, found \"{\""},
	    {"network", "1:8", "expected a name"},
	    {"network 1a 10.0.0.0/8", "1:9", "expected a name"},
	    {"network from 10.0.0.0/8", "1:9", "no word of the language"},
	    {"network a", "1:10", "found the end of the line"},
	    {"network a 10.0.0.1/8", "1:11", "bits are set after"},
	    {"network a 10.0.0.0/33", "1:11", "/0 to /32"},
	    {"network a ::/129", "1:11", "/0 to /128"},
	    {"network a ::ffff:10.0.0.0/104", "1:11", "write it as v4"},
	    {"network a 10.0.0/8", "1:11", "not an address"},
	    {"network a 10.0.0.0/", "1:11", "/0 to /32"},
	    {"network a 10.0.0.0/08", "1:11", "/0 to /32"},
	    {"network a fe80::1%eth0", "1:11", "not an address"},
	    {"network a 10.0.0.0/8\nnetwork a 10.0.0.0/8", "2:9",
		"defined already, at test.policy:1"},
	    {"network a a", "1:11", "made of itself"},
	    {"network a b\nnetwork b a", "2:11", "made of itself"},
	    {"network a b\n", "1:11", "unknown network \"b\""},
	    {"hosts a x..y", "1:9", "empty label"},
	    {"hosts a a**.b", "1:9", "more than one \"*\""},
	    {"hosts a a.**.b", "1:9", "not the first label"},
	    {"hosts a x_y!.b", "1:9", "host names do not have"},
	    {"hosts a bastion", "1:9", "unknown host set"},
	    {"group g \"sre\"", "1:9", "groups \"cn=*,ou=groups,"},
	    {"groups \"cn=a,ou=groups\"", "1:8", "with \"*\" for the name"},
	    {"groups \"cn=*,ou=g\"\ngroups \"cn=*,ou=h\"", "2:8",
		"stands once in a policy"},
	    {"group g \"cn=a;b\"", "1:9", "RFC 4514"},
	    {"group g employment boss", "1:20", "employee, contractor"},
	    {"group g employment vendr", "1:20", "did you mean \"vendor\"?"},
	    {"group g attribute", "1:18", "name of an attribute"},
	    {"group g attribute x", "1:20", "attribute's value"},
	    {"person p alice", "1:10", "in quotes"},
	    {"person p \"\"", "1:10", "in quotes"},
	    {"person p id 3", "1:13", "stable id"},
	    {"hours h", "1:8", "days like"},
	    {"hours h mon-fry 08:00-18:00 UTC", "1:9", "days are in"},
	    {"hours h mon 8:00-18:00 UTC", "1:13", "hh:mm"},
	    {"hours h mon 08:00-24:01 UTC", "1:13", "hh:mm"},
	    {"hours h mon 08:00-08:00 UTC", "1:13", "hh:mm"},
	    {"hours h mon 24:00-08:00 UTC", "1:13", "hh:mm"},
	    {"hours h mon 08:00-18:00", "1:24", "a time zone"},
	    {"hours h mon 08:00-18:00 Mars/Olympus", "1:25",
		"unknown time zone"},
	    {"hours h mon 08:00-18:00 ../../etc/passwd", "1:25", "a time zone"},
	    {"hours h mon 08:00-18:00 /etc/passwd", "1:25", "a time zone"},
	    {"hours h mon 08:00-18:00 +5", "1:25", "a time zone"},
	    {"hours h mon 08:00-18:00 Etc/GMT +5", "1:25", "unknown time zone"},
	    {"hours h mon 08:00-18:00 Etc/GMT+ 5", "1:25", "unknown time zone"},
	    {"hours h mon 08:00-18:00 Etc/GMT+99", "1:25", "unknown time zone"},
	    {"freeze freeze 2026-01-01 2026-01-02 UTC", "1:8", "another name"},
	    {"freeze f 2026-02-29 2026-03-01 UTC", "1:10", "a date"},
	    {"freeze f 2026-03-02 2026-03-01 UTC", "1:10", "before it begins"},
	    {"freeze f 2026-03-02", "1:20", "a date"},
	    {"window w 2026-03-02 2026-03-01 UTC", "1:10", "before it begins"},
	    {"window window 2026-03-02 2026-03-03 UTC", "1:8", "no word"},
	    {"window w 2026-03-02 2026-03-03 UTC\ndeny any during freeze",
		"2:17", "no freeze is defined"},
	    {"hours h first", "1:14", "days like mon-fri, sat or first mon"},
	    {"hours h fist mon 08:00-09:00 UTC", "1:9", "days like"},
	    {"hours h first first mon 08:00-09:00 UTC", "1:15", "days like"},
	    {"hours h mon 08:00-09:00 UTC tue", "1:32", "hours like"},
	    {"hours h mon 08:00-09:00 UTC tue 08:00-09:00", "1:44",
		"a time zone"},
	    {"freeze f 12-24 2027-01-02 UTC", "1:10", "a year, or none"},
	    {"freeze f 02-29 03-01 UTC", "1:10", "write 02-28 or 03-01"},
	    {"freeze f 12-32 01-02 UTC", "1:10", "12-20 for every year"},
	    {"freeze f 12-24X18:00 01-02 UTC", "1:10", "a date like"},
	    {"freeze f 12-24 01-02 UTC 2026-03-01", "1:36", "a date like"},
	    {"include other", "1:9", "no policy file"},
	    {"permit", "1:7", "a group, a person or \"any\""},
	    {"permit any", "1:11", "\"with\" and the factors"},
	    {"permit sre with otp", "1:8", "unknown group or person \"sre\""},
	    {"group sre employment vendor\npermit ser with otp", "2:8",
		"did you mean \"sre\"?"},
	    {"network corp 10.0.0.0/8\npermit any from crop with otp", "2:17",
		"did you mean \"corp\"?"},
	    {"permit any to payments with otp", "1:15", "unknown host set"},
	    {"permit any during offce with otp", "1:19",
		"unknown hours, freeze or window"},
	    {"permit any during freeze with otp", "1:19",
		"no freeze is defined"},
	    {"permit any service ssh with otp", "1:20", "write \"sshd\""},
	    {"permit any service sudo-db with otp", "1:20",
		"unknown service \"sudo-db\", did you mean"},
	    {"permit any service nfs with otp", "1:20",
		"unknown service \"nfs\": define it by \"services\""},
	    {"permit any service", "1:19", "a service such as sshd"},
	    {"services", "1:9", "the name of a PAM service"},
	    {"services Sudo", "1:10", "in lower case"},
	    {"services sudo Db", "1:15", "in lower case"},
	    {"services sudo to", "1:15", "the name of a PAM service"},
	    {"services sudo a.b", "1:15", "the name of a PAM service"},
	    {"services sudo x\nservices sudo y", "2:10", "defined already"},
	    {"services x y\nservices y x", "2:12", "made of itself"},
	    {"services sudo-i sudo", "1:17", "made of itself"},
	    {"services sudo-i x\nservices x sudo", "2:12", "made of itself"},
	    {"permit any with", "1:16", "expected a factor"},
	    {"permit any with ottp", "1:17", "did you mean \"otp\"?"},
	    {"permit any with password + otp | fido2", "1:32",
		"need parentheses"},
	    {"permit any with (otp", "2:1", "expected \"+\", \"|\" or \")\""},
	    {"permit any with 0 factors", "1:17", "1 to 4 factors"},
	    {"permit any with 5 factors", "1:17", "1 to 4 factors"},
	    {"permit any with 2", "1:18", "expected \"factors\""},
	    {"permit any with otp for", "1:24", "a duration"},
	    {"permit any with otp for 8", "1:25", "at most 10"},
	    {"permit any with otp for 0h", "1:25", "at most 10"},
	    {"permit any with otp for 99999w", "1:25", "at most 10 years"},
	    {"permit any with otp token", "1:26", "a duration"},
	    {"permit any with otp audience", "1:29", "audience of a token"},
	    {"permit any with otp grace 1d", "1:1", "needs a password"},
	    {"permit any with publickey + otp grace 1d", "1:1",
		"needs a password"},
	    {"permit any with publickey | (password + otp) grace 1d", "1:1",
		"needs a password"},
	    {"permit any with otp with otp", "1:21", "a second time"},
	    {"permit any with otp form any", "1:21", "did you mean \"from\"?"},
	    {"permit any from any any with otp", "1:21", "expected"},
	    {"permit any with otp age", "1:24", "\"above\" or \"below\""},
	    {"deny any with otp", "1:10", "only a \"permit\" has"},
	    {"deny any for 8h", "1:10", "only a \"permit\" has"},
	    {"assert", "1:7", "\"never\", \"always\" or \"only\""},
	    {"assert nevr any", "1:8", "did you mean \"never\"?"},
	    {"assert never any with otp", "1:18", "only a \"permit\" has"},
	    {"assert always otp to x", "1:22", "unknown host set"},
	    {"permit any with otp\r", "1:17", "Unix line ends"},
	    {"permit any \1", "1:12", "control character"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		expect_fault(cases[i].text, cases[i].position, cases[i].fault);
}

/* 64 services, of which the language has seven. */
static void
the_services_of_a_site_have_a_limit(void **state)
{
	char text[1024] = "services sudo";
	size_t used = strlen(text);

	for (unsigned i = 0; i < 57; i++)
		used += (size_t)snprintf(
		    text + used, sizeof text - used, " s%u", i);
	policy_free(support_rules(text));
	assert_int_equal(support_errors.count, 0);
	snprintf(text + used, sizeof text - used, " one-more");
	assert_null(support_rules(text));
	assert_non_null(strstr(
	    support_errors.text, "this policy knows more than 64 services"));
}

static void
all_errors_show_in_one_run(void **state)
{
	support_fault("permt x\nnetwork a 1\npermit any with x\n"
		      "permit b from c to d during e with otp\n"
		      "deny any to f\n");
	assert_int_equal(support_errors.count, 8);
	for (int line = 1; line <= 5; line++) {
		char place[32];

		snprintf(place, sizeof place, "test.policy:%d:", line);
		assert_non_null(strstr(support_errors.text, place));
	}
}

static void
two_files_may_not_share_a_name(void **state)
{
	struct policy_source twice[] = {
	    {"a", "end\n", 4},
	    {"a", "end\n", 4},
	};

	lex_errors_init(&support_errors);
	assert_null(policy_parse(twice, 2, NULL, &support_errors));
	assert_string_equal(
	    support_errors.text, "a: two policy files of this name\n");
}

static void
names_are_known_across_files(void **state)
{
	struct policy_source files[] = {
	    {"b", "permit sre with otp\nend\n", 24},
	    {"/etc/a", "include b\ninclude a\ngroup sre \"cn=a\"\nend\n", 32},
	};
	struct policy *policy;

	files[0].length = strlen(files[0].text);
	files[1].length = strlen(files[1].text);
	lex_errors_init(&support_errors);
	policy = policy_parse(files, 2, NULL, &support_errors);
	assert_string_equal(support_errors.text, "");
	policy_free(policy);
}

/* A billion laughs: sets of sets stay as small as the atoms they hold. */
static void
nested_sets_do_not_explode(void **state)
{
	char text[20000] = "network n0 10.0.0.0/8 10.1.0.0/16\n";
	size_t used = strlen(text);

	for (int i = 1; i < 90; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		    "network n%d n%d n%d n%d n%d\n", i, i - 1, i - 1, i - 1,
		    i - 1);
	snprintf(
	    text + used, sizeof text - used, "permit any from n89 with otp\n");
	assert_string_equal(support_fault(text), "");
}

/* Each list is one longer than the one in it: a megabyte of that took a
 * minute, and gatewayd has ten seconds. */
static void
lists_of_lists_are_bounded_in_what_comes_of_them(void **state)
{
	size_t room = (size_t)1 << 20, used;
	char *text = malloc(room);

	assert_non_null(text);
	used = (size_t)snprintf(text, room, "group g0 \"cn=g0\"\n");
	for (int i = 1; i < 5000; i++)
		used += (size_t)snprintf(text + used, room - used,
		    "group g%d \"cn=g%d\" g%d\n", i, i, i - 1);
	snprintf(text + used, room - used, "permit g4999 with otp\n");
	assert_non_null(
	    strstr(support_fault(text), "hold more than 4194304 entries"));
	assert_int_equal(support_errors.count, 1);
	free(text);
}

static void
the_texts_together_are_bounded(void **state)
{
	struct policy_source source = {"test.policy", "end\n", (8u << 20) + 1};

	lex_errors_init(&support_errors);
	assert_null(policy_parse(&source, 1, NULL, &support_errors));
	assert_non_null(
	    strstr(support_errors.text, "gatewayd takes at most 8388608"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_sample_parses),
	    cmocka_unit_test(nothing_is_a_policy_without_rules),
	    cmocka_unit_test(a_file_must_end_with_end),
	    cmocka_unit_test(every_statement_parses),
	    cmocka_unit_test(every_error_names_its_place_and_what_was_expected),
	    cmocka_unit_test(the_services_of_a_site_have_a_limit),
	    cmocka_unit_test(all_errors_show_in_one_run),
	    cmocka_unit_test(two_files_may_not_share_a_name),
	    cmocka_unit_test(names_are_known_across_files),
	    cmocka_unit_test(nested_sets_do_not_explode),
	    cmocka_unit_test(lists_of_lists_are_bounded_in_what_comes_of_them),
	    cmocka_unit_test(the_texts_together_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
