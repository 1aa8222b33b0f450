/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define SETS                                                 \
	"network corp 10.0.0.0/8\n"                          \
	"network prod 10.30.0.0/16\n"                        \
	"hosts payments pay-*.prod.example.com\n"            \
	"hosts bastion bastion.example.com\n"                \
	"group sre \"cn=sre,ou=groups,dc=example,dc=com\"\n" \
	"group external employment contractor vendor\n"      \
	"person backup \"svc-backup\"\n"

static const char *const sre[] = {"CN=SRE, OU=Groups, DC=example, DC=com"};

static struct policy_request
request_of_sre(void)
{
	struct policy_request request = {
	    .username = "alice",
	    .subject = "6f1c",
	    .groups = sre,
	    .group_count = 1,
	    .employment = POLICY_EMPLOYEE,
	    .host = "bastion.example.com",
	    .service = "sshd",
	    .time_unix = 1782900000,
	    .proven = POLICY_PASSWORD | POLICY_OTP,
	};

	assert_int_equal(policy_address_parse("10.1.2.3", &request.client), 0);
	return request;
}

static struct policy_decision
decide(const char *rules, const struct policy_request *request)
{
	char text[4096];
	struct policy *policy;
	struct policy_decision decision;
	static char rule[64];

	snprintf(text, sizeof text, SETS "%s", rules);
	policy = support_rules(text);
	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	policy_decide(policy, request, &decision);
	snprintf(rule, sizeof rule, "%s", decision.rule);
	decision.rule = rule;
	policy_free(policy);
	return decision;
}

static void
expect(const char *rules, const struct policy_request *request,
    enum policy_outcome outcome, const char *reason)
{
	struct policy_decision decision = decide(rules, request);

	assert_string_equal(policy_reason_text(decision.reason), reason);
	assert_int_equal(decision.outcome, outcome);
}

static void
what_is_not_permitted_is_denied(void **state)
{
	struct policy_request request = request_of_sre();
	struct policy_decision decision;

	policy_decide(NULL, &request, &decision);
	assert_int_equal(decision.outcome, POLICY_DENY);
	assert_string_equal(policy_reason_text(decision.reason), "no_policy");
	expect("", &request, POLICY_DENY, "no_rule");
	expect(
	    "permit external with password", &request, POLICY_DENY, "no_rule");
	expect("permit sre from prod with password", &request, POLICY_DENY,
	    "no_rule");
	expect("permit sre to payments with password", &request, POLICY_DENY,
	    "no_rule");
	expect("permit sre service web with password", &request, POLICY_DENY,
	    "no_rule");
	expect("permit sre with password", &request, POLICY_PERMIT, "permit");
}

static void
a_zeroed_request_is_denied(void **state)
{
	struct policy_request request = {0};

	expect("permit any with password", &request, POLICY_DENY,
	    "malformed_request");
}

static void
any_deny_wins_and_is_named(void **state)
{
	struct policy_request request = request_of_sre();
	struct policy_decision decision;

	decision = decide("permit sre with password\ndeny any to bastion\n"
			  "permit any with otp",
	    &request);
	assert_int_equal(decision.outcome, POLICY_DENY);
	assert_int_equal(decision.reason, POLICY_REASON_DENIED_BY_RULE);
	assert_string_equal(decision.rule, "test.policy:9");
	assert_int_equal(decision.way_count, 0);
}

static void
the_way_proven_with_most_factors_gives_the_obligations(void **state)
{
	static const char rules[] =
	    SETS "permit sre with password + otp for 8h token 10m "
		 "audience wiki tickets\n"
		 "permit sre with password + otp for 2h token 5m\n"
		 "permit sre with password for 1h\n"
		 "permit sre with password + fido2\n";
	struct policy *policy = support_rules(rules);
	struct policy_request request = request_of_sre();
	struct policy_decision decision;

	policy_decide(policy, &request, &decision);
	assert_int_equal(decision.outcome, POLICY_PERMIT);
	assert_int_equal(decision.way_count, 2);
	/* two rules ask for the same: the stricter one applies */
	assert_string_equal(decision.rule, "test.policy:9");
	assert_string_equal(
	    decision.text, "permit sre with password + otp for 2h token 5m");
	assert_int_equal(
	    decision.ways[0].factors, POLICY_PASSWORD | POLICY_OTP);
	assert_int_equal(decision.ways[0].obligations->session_seconds, 7200);
	assert_int_equal(decision.ways[1].factors, POLICY_PASSWORD);

	request.proven = POLICY_PASSWORD;
	policy_decide(policy, &request, &decision);
	assert_string_equal(decision.rule, "test.policy:10");
	request.proven = POLICY_PASSWORD | POLICY_FIDO2;
	policy_decide(policy, &request, &decision);
	assert_string_equal(decision.rule, "test.policy:11");
	assert_int_equal(decision.ways[0].obligations->session_seconds, 0);
	policy_free(policy);
}

static void
obligations_are_those_of_the_rule(void **state)
{
	struct policy *policy = support_rules(SETS
	    "permit sre with otp for 8h token 10m audience wiki \"a b\" wiki "
	    "lease 15m");
	struct policy_request request = request_of_sre();
	struct policy_decision decision;
	const struct policy_obligations *obligations;

	policy_decide(policy, &request, &decision);
	assert_int_equal(decision.outcome, POLICY_PERMIT);
	obligations = decision.ways[0].obligations;
	assert_int_equal(obligations->session_seconds, 8 * 3600);
	assert_int_equal(obligations->token_seconds, 600);
	assert_int_equal(obligations->lease_seconds, 900);
	assert_int_equal(obligations->audience_count, 2);
	assert_string_equal(obligations->audiences[0], "wiki");
	assert_string_equal(obligations->audiences[1], "a b");
	policy_free(policy);
}

static void
before_the_factors_the_ways_are_what_can_be_asked(void **state)
{
	static const char rules[] = "permit sre with password + (otp | fido2)\n"
				    "permit sre with publickey + otp";
	struct policy_request request = request_of_sre();
	struct policy_decision decision;

	request.proven = 0;
	request.obtainable = POLICY_PASSWORD | POLICY_OTP;
	decision = decide(rules, &request);
	assert_int_equal(decision.outcome, POLICY_ASK);
	assert_string_equal(policy_reason_text(decision.reason), "ask");
	assert_int_equal(decision.way_count, 1);
	assert_int_equal(
	    decision.ways[0].missing, POLICY_PASSWORD | POLICY_OTP);

	request.proven = POLICY_PUBLICKEY;
	decision = decide(rules, &request);
	assert_int_equal(decision.way_count, 2);
	assert_int_equal(
	    decision.ways[0].factors, POLICY_PUBLICKEY | POLICY_OTP);
	assert_int_equal(decision.ways[0].missing, POLICY_OTP);

	request.obtainable = POLICY_PASSWORD;
	expect(rules, &request, POLICY_DENY, "factors");
	request.obtainable = 0;
	request.proven = POLICY_PASSWORD;
	expect(rules, &request, POLICY_DENY, "factors");
}

static void
n_factors_are_different_ones(void **state)
{
	struct policy_request request = request_of_sre();

	for (uint32_t proven = 0; proven < 64; proven++) {
		unsigned count = (proven & 1) + (proven >> 2 & 1) +
				 (proven >> 3 & 1) + ((proven & 0x12) != 0);
		char rule[64];

		request.proven = proven;
		for (unsigned n = 1; n <= 4; n++) {
			snprintf(
			    rule, sizeof rule, "permit sre with %u factors", n);
			expect(rule, &request,
			    count >= n ? POLICY_PERMIT : POLICY_DENY,
			    count >= n ? "permit" : "factors");
		}
	}
}

static void
an_approval_is_required_on_top(void **state)
{
	struct policy_request request = request_of_sre();

	expect("permit sre with password approval", &request, POLICY_DENY,
	    "factors");
	request.proven |= POLICY_APPROVAL;
	expect("permit sre with password approval", &request, POLICY_PERMIT,
	    "permit");
	expect("permit sre with 3 factors", &request, POLICY_DENY, "factors");
}

static void
an_approval_is_no_factor_that_obligations_are_chosen_by(void **state)
{
	struct policy_request request = request_of_sre();
	struct policy_decision decision;

	request.proven |= POLICY_APPROVAL;
	decision = decide("permit sre with password + otp for 8h approval\n"
			  "permit sre with password + otp for 1h",
	    &request);
	assert_int_equal(decision.outcome, POLICY_PERMIT);
	assert_string_equal(decision.rule, "test.policy:9");
}

static void
a_window_is_a_time_and_no_freeze(void **state)
{
	static const char rules[] = "window move 2026-07-01 2026-07-01 UTC\n"
				    "freeze later 2026-08-01 2026-08-02 UTC\n"
				    "permit sre with otp during move\n"
				    "deny any during freeze";
	struct policy_request request = request_of_sre();

	expect(rules, &request, POLICY_PERMIT, "permit");
	request.time_unix += 86400;
	expect(rules, &request, POLICY_DENY, "no_rule");
	request.time_unix = 1785542400; /* 2026-08-01 */
	expect(rules, &request, POLICY_DENY, "denied_by_rule");
}

static void
an_id_counts_for_the_whole_list(void **state)
{
	static const char rules[] =
	    "person leavers \"eve\" id \"4711\" \"4712\"\n"
	    "permit any with password\n"
	    "deny leavers";
	static const char *const ids[] = {"4711", "4712", "6f1c"};
	struct policy_request request = request_of_sre();

	for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
		request.subject = ids[i];
		expect(rules, &request, i < 2 ? POLICY_DENY : POLICY_PERMIT,
		    i < 2 ? "denied_by_rule" : "permit");
	}
	/* a user name of these digits is another person's */
	request.username = "4712";
	expect(rules, &request, POLICY_PERMIT, "permit");
	request.username = "eve";
	expect(rules, &request, POLICY_DENY, "denied_by_rule");
}

static void
a_login_that_opens_a_session_is_of_age_0(void **state)
{
	struct policy_request request = request_of_sre();

	expect("permit sre with password age below 1s", &request, POLICY_PERMIT,
	    "permit");
	expect("permit sre with password age above 1s", &request, POLICY_DENY,
	    "no_rule");
}

static void
grace_lets_in_only_to_enrol_and_only_so_long(void **state)
{
	static const char rule[] = "permit sre with password + otp grace 2d";
	struct policy_request request = request_of_sre();
	struct policy_decision decision;

	request.proven = POLICY_PASSWORD;
	expect(rule, &request, POLICY_DENY, "factors");
	request.grace_start_unix = request.time_unix - 2 * 86400 + 1;
	decision = decide(rule, &request);
	assert_int_equal(decision.outcome, POLICY_PERMIT);
	assert_true(decision.ways[0].grace);
	request.grace_start_unix--;
	expect(rule, &request, POLICY_DENY, "factors");
	request.grace_start_unix = request.time_unix + 1;
	expect(rule, &request, POLICY_DENY, "factors");
	request.grace_start_unix = request.time_unix;
	request.proven |= POLICY_OTP;
	decision = decide(rule, &request);
	assert_false(decision.ways[0].grace);
}

static void
what_is_unknown_permits_nothing_and_denies(void **state)
{
	struct policy_request request = request_of_sre();

	request.employment = POLICY_EMPLOYMENT_UNKNOWN;
	expect("permit external with otp", &request, POLICY_DENY, "no_rule");
	expect("permit sre with otp\ndeny external", &request, POLICY_DENY,
	    "denied_by_rule");
	request = request_of_sre();
	request.client.known = false;
	expect(
	    "permit sre from corp with otp", &request, POLICY_DENY, "no_rule");
	expect("permit sre with otp\ndeny sre from prod", &request, POLICY_DENY,
	    "denied_by_rule");
	expect("permit sre with otp", &request, POLICY_PERMIT, "permit");
	request = request_of_sre();
	request.host = NULL;
	expect(
	    "permit sre to bastion with otp", &request, POLICY_DENY, "no_rule");
	expect("permit sre with otp\ndeny sre to payments", &request,
	    POLICY_DENY, "denied_by_rule");
	request = request_of_sre();
	request.subject = NULL;
	expect("permit sre with otp\nperson x id \"7\"\ndeny x", &request,
	    POLICY_DENY, "denied_by_rule");
}

/* Spellings that must not lead around a deny. */
static void
a_deny_does_not_depend_on_spelling(void **state)
{
	static const char *const hosts[] = {"PAY-1.prod.example.com",
	    "pay-1.PROD.example.com.", "pay-1.prod.example.com"};
	static const char *const spellings[] = {
	    "cn=sre,ou=groups,dc=example,dc=com",
	    "CN=Sre , OU=GROUPS,DC=Example,dc=COM",
	    "cn=\\73re,ou=groups,dc=example,dc=com",
	    " cn = s\\72e,ou= groups ,dc=example,dc=com ",
	};
	static const char rules[] =
	    "permit any with otp\ndeny any to payments\ndeny sre\n"
	    "deny backup\ndeny any from prod";
	struct policy_request request = request_of_sre();

	request.group_count = 0;
	expect(rules, &request, POLICY_PERMIT, "permit");
	for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
		request.host = hosts[i];
		expect(rules, &request, POLICY_DENY, "denied_by_rule");
	}
	request.host = "bastion.example.com";
	request.group_count = 1;
	for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
		request.groups = &spellings[i];
		expect(rules, &request, POLICY_DENY, "denied_by_rule");
	}
	request.group_count = 0;
	request.username = "SVC-Backup";
	expect(rules, &request, POLICY_DENY, "denied_by_rule");
	request.username = "alice";
	assert_int_equal(
	    policy_address_parse("::ffff:10.30.0.1", &request.client), 0);
	expect(rules, &request, POLICY_DENY, "denied_by_rule");
}

static void
what_cannot_be_understood_is_denied(void **state)
{
	static const char *const bad_hosts[] = {"", ".", "a..b", "a b",
	    "a.example.com..", "*.example.com", "pay-1.prod.example.com/x",
	    "p\303\244y"};
	static const char *const bad_dns[] = {"", "sre", "cn=a,", "cn=a;b",
	    "cn=a\\", "=a", "cn=a,,dc=b", "cn=\\zz", "cn=\"a\""};
	static const char *const bad_addresses[] = {"", "UNKNOWN", "localhost",
	    "fe80::1%eth0", "10.1", "010.0.0.1", "10.0.0.1 ", "0x0a.0.0.1",
	    "::ffff:10.0.0.1/128"};
	static const char rule[] = "permit any with otp";
	struct policy_request request;
	struct policy_address address;

	for (size_t i = 0; i < sizeof bad_hosts / sizeof bad_hosts[0]; i++) {
		request = request_of_sre();
		request.host = bad_hosts[i];
		expect(rule, &request, POLICY_DENY, "malformed_request");
	}
	for (size_t i = 0; i < sizeof bad_dns / sizeof bad_dns[0]; i++) {
		request = request_of_sre();
		request.groups = &bad_dns[i];
		expect(rule, &request, POLICY_DENY, "malformed_request");
	}
	for (size_t i = 0; i < sizeof bad_addresses / sizeof bad_addresses[0];
	     i++) {
		assert_int_equal(
		    policy_address_parse(bad_addresses[i], &address), -1);
		assert_false(address.known);
	}
	assert_int_equal(policy_address_parse(NULL, &address), -1);
	request = request_of_sre();
	request.service = "sshd2";
	expect(rule, &request, POLICY_DENY, "malformed_request");
	request = request_of_sre();
	request.username = "";
	expect(rule, &request, POLICY_DENY, "malformed_request");
	request = request_of_sre();
	request.time_unix = -1;
	expect(rule, &request, POLICY_DENY, "malformed_request");
	request.time_unix = INT64_MAX;
	expect(rule, &request, POLICY_DENY, "malformed_request");
	request = request_of_sre();
	request.groups = NULL;
	expect(rule, &request, POLICY_DENY, "malformed_request");
}

/* PAM has names of their own for sudo -i and su -. */
static void
the_long_names_of_sudo_and_su_are_meant_by_the_short_ones(void **state)
{
	static const struct {
		const char *rules, *service, *reason;
	} row[] = {{"permit sre service sudo", "sudo-i", "permit"},
	    {"permit sre service sudo", "sudo", "permit"},
	    {"permit sre service su", "su-l", "permit"},
	    {"permit sre service sudo-i", "sudo", "no_rule"},
	    {"permit sre service su-l", "su", "no_rule"},
	    {"permit sre service su-l", "su-l", "permit"},
	    {"permit sre service sudo su", "sshd", "no_rule"},
	    {"permit sre\ndeny any service su", "su-l", "denied_by_rule"},
	    {"permit sre\ndeny any service su", "sudo-i", "permit"},
	    {"permit sre\ndeny any service su-l", "su", "permit"}};
	struct policy_request request = request_of_sre();

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char rules[256];
		const char *more = strchr(row[i].rules, '\n');
		int first = more != NULL ? (int)(more - row[i].rules)
					 : (int)strlen(row[i].rules);

		snprintf(rules, sizeof rules, "%.*s with password + otp%s\n",
		    first, row[i].rules, more != NULL ? more : "");
		request.service = row[i].service;
		expect(rules, &request,
		    strcmp(row[i].reason, "permit") == 0 ? POLICY_PERMIT
							 : POLICY_DENY,
		    row[i].reason);
	}
}

/* A site's own services, and how it makes a family of them. */
static void
a_site_extends_families_and_makes_its_own(void **state)
{
	static const char sets[] = "services sudo sudo-db all-night\n"
				   "services all-night cron-x\n"
				   "services sudo-i sudo-root-i\n"
				   "services login\n"
				   "services ways su sudo\n";
	static const struct {
		const char *rules, *service, *reason;
	} row[] = {{"permit sre service sudo", "sudo-db", "permit"},
	    {"permit sre service sudo", "sudo-i", "permit"},
	    {"permit sre service sudo", "sudo", "permit"},
	    {"permit sre service sudo", "cron-x", "permit"},
	    {"permit sre service sudo", "sudo-root-i", "permit"},
	    {"permit sre service sudo-i", "sudo-root-i", "permit"},
	    {"permit sre service sudo-root-i", "sudo-i", "no_rule"},
	    {"permit sre service sudo-db", "sudo", "no_rule"},
	    {"permit sre service sudo-db", "sudo-db", "permit"},
	    {"permit sre service sudo", "login", "no_rule"},
	    {"permit sre service ways", "su-l", "permit"},
	    {"permit sre service ways", "cron-x", "permit"},
	    {"permit sre service ways", "sshd", "no_rule"},
	    {"permit sre", "login", "permit"}, {"permit sre", "ways", "permit"},
	    {"permit sre", "log", "malformed_request"},
	    {"permit sre", "Login", "malformed_request"},
	    {"permit sre\ndeny any service ways", "sudo-root-i",
		"denied_by_rule"},
	    {"permit sre\ndeny any service ways", "login", "permit"}};
	struct policy_request request = request_of_sre();

	for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
		char rules[512];
		const char *more = strchr(row[i].rules, '\n');
		int first = more != NULL ? (int)(more - row[i].rules)
					 : (int)strlen(row[i].rules);

		snprintf(rules, sizeof rules, "%s%.*s with password + otp%s\n",
		    sets, first, row[i].rules, more != NULL ? more : "");
		request.service = row[i].service;
		expect(rules, &request,
		    strcmp(row[i].reason, "permit") == 0 ? POLICY_PERMIT
							 : POLICY_DENY,
		    row[i].reason);
	}
}

/* No prefix of a policy file permits what the whole of it does not. */
static void
a_file_cut_short_permits_nothing_more(void **state)
{
	static const char text[] = SETS
	    "permit sre from corp to bastion with password + (otp | fido2)\n"
	    "permit external with password + otp approval\n"
	    "deny sre service sudo # end\n"
	    "deny external to payments\n"
	    "end\n# the end\n";
	char part[sizeof text];

	for (size_t length = 0; length < sizeof text; length++) {
		struct policy *policy;

		memcpy(part, text, length);
		part[length] = '\0';
		policy = support_parse(part);
		if (length < (size_t)(strstr(text, "end\n# the") + 4 - text))
			assert_null(policy);
		else
			assert_non_null(policy);
		policy_free(policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_not_permitted_is_denied),
	    cmocka_unit_test(a_zeroed_request_is_denied),
	    cmocka_unit_test(any_deny_wins_and_is_named),
	    cmocka_unit_test(
		the_way_proven_with_most_factors_gives_the_obligations),
	    cmocka_unit_test(obligations_are_those_of_the_rule),
	    cmocka_unit_test(before_the_factors_the_ways_are_what_can_be_asked),
	    cmocka_unit_test(n_factors_are_different_ones),
	    cmocka_unit_test(an_approval_is_required_on_top),
	    cmocka_unit_test(
		an_approval_is_no_factor_that_obligations_are_chosen_by),
	    cmocka_unit_test(a_window_is_a_time_and_no_freeze),
	    cmocka_unit_test(an_id_counts_for_the_whole_list),
	    cmocka_unit_test(a_login_that_opens_a_session_is_of_age_0),
	    cmocka_unit_test(grace_lets_in_only_to_enrol_and_only_so_long),
	    cmocka_unit_test(what_is_unknown_permits_nothing_and_denies),
	    cmocka_unit_test(a_deny_does_not_depend_on_spelling),
	    cmocka_unit_test(what_cannot_be_understood_is_denied),
	    cmocka_unit_test(
		the_long_names_of_sudo_and_su_are_meant_by_the_short_ones),
	    cmocka_unit_test(a_site_extends_families_and_makes_its_own),
	    cmocka_unit_test(a_file_cut_short_permits_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
