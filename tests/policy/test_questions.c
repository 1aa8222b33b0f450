/* SPDX-License-Identifier: Apache-2.0 */
/* explain, who, diff and review: what people ask about a policy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/reference.h"
#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define SETS                                            \
	"network corp 10.0.0.0/8\n"                     \
	"hosts payments pay-*.prod.example.com\n"       \
	"hosts bastion bastion.example.com\n"           \
	"group sre \"cn=sre,dc=example\"\n"             \
	"group dba \"cn=dba,dc=example\"\n"             \
	"group external employment contractor vendor\n" \
	"person backup \"svc-backup\"\n"

static char seen[8192];

__attribute__((format(printf, 1, 2))) static void
say(const char *format, ...)
{
	size_t used = strlen(seen);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(seen + used, sizeof seen - used, format, arguments);
	va_end(arguments);
}

static struct policy *
parse(const char *rules)
{
	char text[8192];
	struct policy *policy;

	seen[0] = '\0';
	snprintf(text, sizeof text, SETS "%s", rules);
	policy = support_rules(text);
	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	return policy;
}

static void
say_explanation(void *context, const struct policy_explanation *e)
{
	char factors[POLICY_FACTORS_TEXT];

	(void)context;
	say("%s %d person %d network %d host %d service %d time %d age %d "
	    "missing %s\n",
	    e->deny ? "deny" : "permit", e->matches, e->person, e->network,
	    e->host, e->service, e->time, e->age,
	    policy_factors_text(e->missing, factors));
}

/* The words of the language that this release does nothing for. */
static void
what_nothing_carries_out_is_said(void **state)
{
	static const struct {
		const char *rule, *said;
		int result;
	} cases[] = {
	    {"permit any with password + fido2",
		"carries out fido2: this permit lets nobody in", -1},
	    {"permit any with recovery + password approval",
		"carries out recovery: this permit lets nobody in", -1},
	    {"permit any with password + (otp | fido2)",
		"carries out fido2: this permit opens by its other", 0},
	    {"permit any service web agent with password + otp",
		"carries out agent: this rule never matches", -1},
	    {"permit any service sshd web with password + otp",
		"carries out web: this rule matches its other", 0},
	    {"permit any with 2 factors approval", NULL, 0},
	    {"permit any with publickey", NULL, 0},
	    {"deny any", NULL, 0},
	    {"deny any without fido2",
		"carries out fido2: this deny lets nobody pass", 0},
	    {"deny any without (otp | fido2)",
		"carries out fido2: this deny lets pass by its other", 0},
	    {"deny any without otp", NULL, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[128];
		struct policy *policy;

		snprintf(text, sizeof text, "%s\n", cases[i].rule);
		policy = parse(text);
		lex_errors_init(&support_errors);
		policy_carried_warn(policy, &support_errors);
		assert_int_equal(
		    support_errors.warnings > 0, cases[i].said != NULL);
		if (cases[i].said != NULL)
			assert_non_null(
			    strstr(support_errors.text, cases[i].said));
		assert_int_equal(
		    policy_carried(policy, &support_errors), cases[i].result);
		assert_int_equal(
		    support_errors.count, cases[i].result < 0 ? 1 : 0);
		policy_free(policy);
	}
	policy_carried_warn(NULL, &support_errors);
	assert_int_equal(policy_carried(NULL, &support_errors), 0);
}

static void
explanations_go_rule_by_rule(void **state)
{
	static const char *const groups[] = {"cn=sre,dc=example"};
	struct policy *policy =
	    parse("permit sre to bastion with password + (otp | fido2)\n"
		  "permit dba from corp service web with otp age above 1h\n"
		  "deny external to payments\n");
	struct policy_request request = {
	    .username = "alice",
	    .groups = groups,
	    .group_count = 1,
	    .service = "sshd",
	    .host = "bastion.example.com",
	    .time_unix = 1782900000,
	    .proven = POLICY_PASSWORD,
	};

	assert_int_equal(
	    policy_explain(policy, &request, say_explanation, NULL), 0);
	assert_string_equal(seen,
	    "deny 0 person 1 network 2 host 0 service 2 time 2 age 2 "
	    "missing none\n"
	    "permit 1 person 2 network 2 host 2 service 2 time 2 age 2 "
	    "missing otp\n"
	    "permit 0 person 0 network 1 host 2 service 0 time 2 age 0 "
	    "missing otp\n");
	request.service = "ftp";
	assert_int_equal(
	    policy_explain(policy, &request, say_explanation, NULL), -1);
	policy_free(policy);
}

static void
explanations_say_which_factors_a_deny_misses(void **state)
{
	struct policy *policy = parse("permit any with password\n"
				      "deny any without (otp | publickey)\n");
	struct policy_request request = {
	    .username = "alice",
	    .service = "sshd",
	    .time_unix = 1782900000,
	    .proven = POLICY_PASSWORD,
	};

	assert_int_equal(
	    policy_explain(policy, &request, say_explanation, NULL), 0);
	assert_non_null(strstr(seen, "deny 1 person 2 network 2 host 2 "
				     "service 2 time 2 age 2 missing otp\n"));
	seen[0] = '\0';
	request.proven = POLICY_PASSWORD | POLICY_PUBLICKEY;
	assert_int_equal(
	    policy_explain(policy, &request, say_explanation, NULL), 0);
	assert_non_null(strstr(seen, "deny 0 person 2 network 2 host 2 "
				     "service 2 time 2 age 2 missing none\n"));
	policy_free(policy);
}

static const struct policy *asked_about;

static void
say_access(void *context, const struct policy_access *access)
{
	struct policy_decision decision;

	(void)context;
	policy_decide(asked_about, &access->witness->request, &decision);
	assert_int_equal(decision.outcome, POLICY_PERMIT);
	say("%s with %s by %s\n", access->person, access->factors,
	    access->rule);
}

static void
who_lists_everybody_who_can_get_in(void **state)
{
	struct policy *policy =
	    parse("permit sre external to payments with password + (otp | "
		  "fido2)\n"
		  "permit backup to bastion with publickey\n"
		  "permit any service web with 2 factors\n"
		  "permit dba to payments with otp\n"
		  "deny dba to pay-1.prod.example.com\n"
		  "deny external from 0.0.0.0/1 128.0.0.0/1 ::/0\n");

	asked_about = policy;
	assert_int_equal(
	    policy_who(policy,
		&(struct policy_whom){"PAY-1.prod.example.com", "sshd", 1},
		say_access, NULL),
	    2);
	assert_string_equal(seen,
	    "group cn=sre,dc=example with password+otp by test.policy:8\n"
	    "group cn=sre,dc=example with password+fido2 by "
	    "test.policy:8\n");
	seen[0] = '\0';
	assert_int_equal(
	    policy_who(policy,
		&(struct policy_whom){"pay-2.prod.example.com", "sshd", 1},
		say_access, NULL),
	    3);
	assert_non_null(strstr(seen, "group cn=dba,dc=example with otp by"));
	seen[0] = '\0';
	assert_int_equal(policy_who(policy,
			     &(struct policy_whom){"new.example.com", NULL, 1},
			     say_access, NULL),
	    9);
	assert_non_null(strstr(seen, "anybody with password+otp"));
	assert_int_equal(
	    policy_who(policy, &(struct policy_whom){"a b", NULL, 1},
		say_access, NULL),
	    -1);
	assert_int_equal(
	    policy_who(
		policy, &(struct policy_whom){"a", "ftp", 1}, say_access, NULL),
	    -1);
	policy_free(policy);
}

static void
who_says_what_denies_ask_for(void **state)
{
	struct policy *policy =
	    parse("permit sre with password | otp\n"
		  "deny any to payments without otp\n"
		  "deny any from 10.0.0.0/8 without publickey\n");
	const struct policy_whom payments = {"pay-1.prod.example.com", NULL, 1};

	asked_about = policy;
	seen[0] = '\0';
	/* the password alone is never enough there; from 10.0.0.0/8 more is */
	assert_int_equal(policy_who(policy, &payments, say_access, NULL), 1);
	assert_string_equal(
	    seen, "group cn=sre,dc=example with otp by test.policy:8\n");
	policy_free(policy);
}

static void
review_knows_denies_with_factors(void **state)
{
	struct policy *policy =
	    parse("permit sre with password\n" /* as the next one */
		  "permit sre with password + otp\n"
		  "deny any without otp\n"
		  "deny sre without otp\n"	     /* less than that */
		  "deny sre without (otp | fido2)\n" /* and this */
		  "deny sre without publickey + otp\n"
		  "deny dba without otp + fido2\n" /* less than the last */
		  "deny dba\n");

	assert_true(policy_review(policy, 1, &support_errors) >= 0);
	for (int line = 8; line <= 15; line++) {
		char text[64];
		bool covered = strchr("\10\13\14\16", line) != NULL;

		snprintf(text, sizeof text,
		    "test.policy:%d: warning: this %s changes nothing", line,
		    line < 10 ? "permit" : "deny");
		if ((strstr(support_errors.text, text) != NULL) != covered)
			fail_msg("%s\n%s", text, support_errors.text);
	}
	policy_free(policy);
}

static void
review_knows_whose_obligations_apply(void **state)
{
	static const struct {
		const char *rules;
		bool warns;
	} cases[] = {
	    {"permit sre with password for 8h\n"
	     "permit sre from corp with password for 8h\n",
		true},
	    /* from corp it is 1h, and without the second rule 8h */
	    {"permit sre with password for 8h\n"
	     "permit sre from corp with password for 1h\n",
		false},
	    {"permit sre with password for 1h\n"
	     "permit sre from corp with password for 8h\n",
		true},
	    {"permit sre with password token 5m audience wiki\n"
	     "permit sre from corp with password token 5m audience tickets\n",
		false},
	    /* of three with one audience each, the second comes in for the
	     * first
	     */
	    {"permit sre with password token 5m audience wiki\n"
	     "permit sre service sshd with password token 5m audience tickets\n"
	     "permit sre from corp with password token 5m audience wiki\n",
		false},
	    {"permit sre from corp with password + otp for 8h\n"
	     "permit sre with password for 8h\n",
		false},
	    {"permit sre from corp with password + otp for 8h grace 2d\n"
	     "permit sre with password + otp for 8h\n",
		false},
	    {"permit sre from corp with password + otp for 8h grace 2d\n"
	     "permit sre with password + otp for 8h grace 3d\n",
		true},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct policy *policy = parse(cases[i].rules);

		lex_errors_init(&support_errors);
		assert_true(policy_review(policy, 1, &support_errors) >= 0);
		if ((strstr(support_errors.text, "changes nothing") != NULL) !=
		    cases[i].warns)
			fail_msg("%s\n%s", cases[i].rules, support_errors.text);
		policy_free(policy);
	}
}

static void
review_warns_of_rules_that_do_nothing(void **state)
{
	struct policy *policy =
	    parse("permit sre from corp with password + otp\n"
		  "permit sre from 10.1.0.0/16 with password + otp\n"
		  "permit sre from 10.1.0.0/16 with otp\n"
		  "permit dba with password + otp\n"
		  "deny dba\n"
		  "deny dba to payments\n"
		  "permit external with password + otp age above 2h below "
		  "1h\n");
	int count = policy_review(policy, 1, &support_errors);

	assert_int_equal(count, 5);
	assert_int_equal(support_errors.warnings, 5);
	assert_int_equal(support_errors.count, 0);
	assert_non_null(strstr(support_errors.text,
	    "test.policy:9: warning: this permit changes nothing"));
	assert_non_null(strstr(support_errors.text,
	    "test.policy:10: warning: one factor alone satisfies"));
	assert_non_null(strstr(support_errors.text,
	    "test.policy:11: warning: this permit never lets anybody in"));
	assert_non_null(strstr(support_errors.text,
	    "test.policy:13: warning: this deny changes nothing"));
	assert_non_null(strstr(support_errors.text,
	    "test.policy:14: warning: this rule can never match"));
	policy_free(policy);
}

/* A narrow rule is too much, whether the wide one stands before or after. */
static void
review_does_not_ask_where_a_rule_stands(void **state)
{
	static const char *const lines[] = {"permit sre with password + otp\n",
	    "permit sre from corp with password + otp\n",
	    "permit sre & external with password + otp\n",
	    "deny dba except sre\n", "deny dba except (sre external)\n"};

	for (size_t turn = 0; turn < 5; turn++) {
		char text[512] = "";
		struct policy *policy;

		for (size_t i = 0; i < 5; i++)
			strcat(text, lines[(turn + i * 2) % 5]);
		policy = parse(text);
		lex_errors_init(&support_errors);
		assert_int_equal(policy_review(policy, 1, &support_errors), 3);
		assert_non_null(strstr(support_errors.text,
		    "and their obligations apply\n  permit sre from corp"));
		assert_non_null(strstr(support_errors.text,
		    "other permits cover all of it, and their obligations apply\n  permit sre & external"));
		assert_non_null(strstr(support_errors.text,
		    "all of it\n  deny dba except (sre external)"));
		policy_free(policy);
	}
}

struct pair {
	struct policy *old, *new;
	int wrong;
};

/* The example of each class must be decided as is said of it. */
static void
check_difference(void *context, const struct policy_difference *difference)
{
	struct pair *pair = context;
	struct policy_decision by_old, by_new;
	bool old_permits, new_permits;

	policy_decide(pair->old, &difference->witness->request, &by_old);
	policy_decide(pair->new, &difference->witness->request, &by_new);
	old_permits = by_old.outcome == POLICY_PERMIT;
	new_permits = by_new.outcome == POLICY_PERMIT;
	if (difference->obligations) {
		say("= %s with %s, then %s\n", difference->text,
		    difference->factors, difference->other_text);
		if (!old_permits || !new_permits ||
		    strcmp(by_old.rule, difference->rule) != 0 ||
		    strcmp(by_new.rule, difference->other) != 0)
			pair->wrong++;
		return;
	}
	if (new_permits != difference->permitted ||
	    old_permits == difference->permitted)
		pair->wrong++;
	say("%c %s with %s by %s, other %s\n",
	    difference->permitted ? '+' : '-', difference->text,
	    difference->factors, difference->rule, difference->other);
}

static void
diff_names_classes(void **state)
{
	struct pair pair = {0};

	pair.old = parse("permit sre from corp with password + otp\n"
			 "permit dba with password + otp grace 2d\n");
	pair.new = parse("permit dba with password + otp grace 7d\n"
			 "permit sre with password + otp\n"
			 "deny dba to payments\n");
	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), 5);
	assert_int_equal(pair.wrong, 0);
	assert_string_equal(seen,
	    "+ permit dba with password + otp grace 7d with password by "
	    "test.policy:8, other \n"
	    "+ permit sre with password + otp with password+otp by "
	    "test.policy:9, other \n"
	    /* whoever is in both groups */
	    "- permit sre from corp with password + otp with password+otp by "
	    "test.policy:8, other test.policy:10\n"
	    "- permit dba with password + otp grace 2d with password+otp by "
	    "test.policy:9, other test.policy:10\n"
	    "- permit dba with password + otp grace 2d with password by "
	    "test.policy:9, other test.policy:10\n");
	assert_int_equal(
	    policy_diff(pair.new, pair.new, 1, check_difference, &pair), 0);
	policy_free(pair.old);
	policy_free(pair.new);
}

/* A permit that names all hosts is not for one that is unknown. */
static void
diff_knows_an_unknown_host_from_any(void **state)
{
	struct pair pair = {.old = parse("permit any to ** with otp\n"),
	    .new = parse("permit any with otp\n")};

	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), 1);
	assert_int_equal(pair.wrong, 0);
	policy_free(pair.old);
	policy_free(pair.new);
}

/* What a policy does not know it lets nobody in by, whatever its rules say. */
static void
diff_knows_who_has_a_service(void **state)
{
	struct pair pair = {.old = parse("permit any with otp\n"),
	    .new = parse("services login sudo-db\npermit any with otp\n")};
	struct pair back = {.old = pair.new, .new = pair.old};

	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), 1);
	assert_int_equal(
	    policy_diff(back.old, back.new, 1, check_difference, &back), 1);
	assert_int_equal(pair.wrong + back.wrong, 0);
	assert_string_equal(seen,
	    "+ permit any with otp with otp by test.policy:9, other \n"
	    "- permit any with otp with otp by test.policy:9, other \n");
	policy_free(pair.old);
	pair.old = parse("services sudo-db\nservices login\n"
			 "permit any with otp\n");
	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), 0);
	policy_free(pair.old);
	policy_free(pair.new);
}

/* What the session may do, where both let in. */
static void
diff_knows_denies_with_factors(void **state)
{
	struct pair pair = {
	    .old = parse("permit sre with password + otp for 8h\n"
			 "permit any with password for 1h\n"
			 "deny any without otp\n"),
	    .new = parse("permit sre with password + otp for 9h\n"
			 "permit any with password for 1h\n"
			 "deny any without otp\n"
			 "deny any to payments without publickey\n")};

	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), 3);
	assert_int_equal(pair.wrong, 0);
	assert_string_equal(seen,
	    "- permit sre with password + otp for 8h with password+otp by "
	    "test.policy:8, other test.policy:11\n"
	    "- permit any with password for 1h with password+otp by "
	    "test.policy:9, other test.policy:11\n"
	    "= permit sre with password + otp for 8h with password+otp, then "
	    "permit sre with password + otp for 9h\n");
	policy_free(pair.old);
	policy_free(pair.new);
	/* the same with other words is no difference */
	pair.old = parse("permit sre with password\n"
			 "deny any without otp\n");
	pair.new = parse("permit sre with password + otp\n");
	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), 0);
	policy_free(pair.old);
	policy_free(pair.new);
}

/* A number of a service is a bit: past the last one nothing is compared. */
static void
diff_gives_up_over_too_many_services(void **state)
{
	static char rules[2][4096];
	struct pair pair = {0};

	for (int s = 0; s < 2; s++) {
		size_t used = 0;

		for (int i = 0; i < 30; i++)
			used += (size_t)snprintf(rules[s] + used,
			    sizeof rules[s] - used, "services s%d-%d\n", s, i);
		snprintf(rules[s] + used, sizeof rules[s] - used,
		    "permit sre service s%d-29 with otp\n", s);
	}
	pair.old = parse(rules[0]);
	pair.new = parse(rules[1]);
	assert_int_equal(
	    policy_diff(pair.old, pair.old, 1, check_difference, &pair), 0);
	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), -1);
	policy_free(pair.old);
	policy_free(pair.new);
}

static void
diff_names_other_obligations(void **state)
{
	struct pair pair = {
	    .old = parse("permit sre with password + otp for 8h\n"
			 "permit dba with password + otp for 8h\n"
			 "permit any with password token 5m audience wiki\n"),
	    .new = parse("permit any with password token 5m audience tickets\n"
			 "permit dba with password + otp for 8h\n"
			 "permit sre with password + otp for 9h lease 1h\n")};

	/* whoever is in both groups had 8h, and has 8h */
	assert_int_equal(
	    policy_diff(pair.old, pair.new, 1, check_difference, &pair), 2);
	assert_int_equal(pair.wrong, 0);
	assert_string_equal(seen,
	    "= permit sre with password + otp for 8h with password+otp, then "
	    "permit sre with password + otp for 9h lease 1h\n"
	    "= permit any with password token 5m audience wiki with password, "
	    "then permit any with password token 5m audience tickets\n");
	assert_int_equal(
	    policy_diff(pair.old, pair.old, 1, check_difference, &pair), 0);
	policy_free(pair.old);
	policy_free(pair.new);
}

/* Random pairs, of which most differ in one rule. */
static void
diff_finds_what_random_requests_find(void **state)
{
	uint32_t seed = 77;
	unsigned same = 0, different = 0;
	static char text[16384];

	const char *more = getenv("POLICIES");
	const unsigned rounds = more != NULL ? (unsigned)atoi(more) : 600;

	for (unsigned round = 0; round < rounds; round++) {
		struct model_policy old, new;
		struct pair pair = {0};
		bool differ = false;
		int count;

		model_random_policy(&seed, 1 + round % 6, &old);
		new = old;
		if (round % 4 == 0)
			new.count--;
		else if (round % 4 == 3)
			new.rules[0].ways[0] = (1 + model_random(&seed) % 31) |
					       (new.rules[0].grace != 0);
		else if (round % 4 == 1)
			new.rules[0].scope.networks ^= 1u << round % 6;
		else
			model_random_scope(&seed, &new.rules[0].scope);
		model_print(&old, NULL, text, sizeof text);
		pair.old = support_rules(text);
		model_print(&new, NULL, text, sizeof text);
		pair.new = support_rules(text);
		assert_non_null(pair.old);
		assert_non_null(pair.new);
		seen[0] = '\0';
		count =
		    policy_diff(pair.old, pair.new, 1, check_difference, &pair);
		assert_true(count >= 0);
		assert_int_equal(pair.wrong, 0);
		for (int i = 0; i < 2000 && !differ; i++) {
			struct model_request request;

			model_random_request(&seed, &request);
			differ = model_permits(&old, &request) !=
				 model_permits(&new, &request);
		}
		if (differ && count == 0)
			fail_msg("round %u: no difference found", round);
		same += count == 0;
		different += count != 0;
		policy_free(pair.old);
		policy_free(pair.new);
	}
	print_message("%u pairs of policies: %u alike, %u different\n", rounds,
	    same, different);
	assert_true(same > 50 && different > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_nothing_carries_out_is_said),
	    cmocka_unit_test(explanations_go_rule_by_rule),
	    cmocka_unit_test(explanations_say_which_factors_a_deny_misses),
	    cmocka_unit_test(who_says_what_denies_ask_for),
	    cmocka_unit_test(review_knows_denies_with_factors),
	    cmocka_unit_test(diff_knows_denies_with_factors),
	    cmocka_unit_test(who_lists_everybody_who_can_get_in),
	    cmocka_unit_test(review_knows_whose_obligations_apply),
	    cmocka_unit_test(review_warns_of_rules_that_do_nothing),
	    cmocka_unit_test(review_does_not_ask_where_a_rule_stands),
	    cmocka_unit_test(diff_names_classes),
	    cmocka_unit_test(diff_knows_an_unknown_host_from_any),
	    cmocka_unit_test(diff_knows_who_has_a_service),
	    cmocka_unit_test(diff_gives_up_over_too_many_services),
	    cmocka_unit_test(diff_names_other_obligations),
	    cmocka_unit_test(diff_finds_what_random_requests_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
