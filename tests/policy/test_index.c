/* SPDX-License-Identifier: Apache-2.0 */
/* Rules are looked at 64 at a time: what one word of them says holds for all
 * that come after it. */
#include <stdio.h>
#include <string.h>

#include "tests/policy/support.h"
#include "tests/support/unit.h"

#define RULES 200

/* A policy of so many permits, and one deny at that place among them. */
static struct policy *
with_deny_at(unsigned place)
{
	static char text[RULES * 64 + 256];
	size_t used = (size_t)snprintf(text, sizeof text,
	    "network corp 10.0.0.0/8\n"
	    "group sre \"cn=sre,dc=example,dc=com\"\n");

	for (unsigned i = 0; i < RULES; i++)
		used += (size_t)(i == place
				     ? snprintf(text + used, sizeof text - used,
					   "deny sre from corp\n")
				     : snprintf(text + used, sizeof text - used,
					   "permit sre with password for %um\n",
					   i + 1));
	return support_rules(text);
}

static void
a_deny_holds_wherever_it_stands(void **state)
{
	static const unsigned places[] = {0, 1, 62, 63, 64, 65, 127, 128, 199};
	static const char *const sre[] = {"cn=sre,dc=example,dc=com"};
	struct policy_request request = {.username = "alice",
	    .subject = "6f1c",
	    .groups = sre,
	    .group_count = 1,
	    .employment = POLICY_EMPLOYEE,
	    .host = "bastion.example.com",
	    .service = "sshd",
	    .time_unix = 1782900000,
	    .proven = POLICY_PASSWORD};

	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		struct policy *policy = with_deny_at(places[i]);
		struct policy_decision decision;

		if (policy == NULL)
			fail_msg("%s", support_errors.text);
		assert_int_equal(
		    policy_address_parse("10.1.2.3", &request.client), 0);
		policy_decide(policy, &request, &decision);
		assert_string_equal(
		    policy_reason_text(decision.reason), "denied_by_rule");
		/* and not where it does not apply */
		assert_int_equal(
		    policy_address_parse("11.1.2.3", &request.client), 0);
		policy_decide(policy, &request, &decision);
		assert_int_equal(decision.outcome, POLICY_PERMIT);
		policy_free(policy);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_deny_holds_wherever_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
