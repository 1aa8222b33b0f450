/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people write who know other languages, and the sentence that each gets:
 * tests/golden/policy/mistakes.  A row is one or more lines, the mistake in
 * the last one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/policy/support.h"
#include "tests/support/golden.h"
#include "tests/support/unit.h"

#define SETS                                       \
	"network corp 10.0.0.0/8\n"                \
	"hosts bastion bastion.example.com\n"      \
	"group sre \"cn=sre,dc=example,dc=com\"\n" \
	"group external employment contractor\n"   \
	"hours office mon-fri 08:00-18:00 UTC\n"

static const char *const mistakes[] = {
    "allow sre with otp",
    "accept sre with otp",
    "PERMIT sre with otp",
    "Deny any",
    "block any",
    "default deny",
    "rule sre with otp",
    "user alice \"alice\"",
    "role ops \"cn=ops\"",
    "host db db01",
    "subnet lab 10.1.0.0/16",
    "schedule night daily 22:00-06:00 UTC",
    "ensure never external",
    "import base.policy",
    "// our rules",
    "; our rules",
    "if sre permit with otp",
    "permit sre with otp\nfrom corp",
    "permit sre\nwith otp",
    "deny all",
    "permit everyone with otp",
    "permit * with otp",
    "permit group sre with otp",
    "permit user alice with otp",
    "permit alice with otp",
    "permit \"alice\" with otp",
    "permit alice@example.com with otp",
    "permit cn=sre,dc=example with otp",
    "permit employment contractor with otp",
    "permit sre and external with otp",
    "permit sre&external with otp",
    "permit sre external & sre with otp",
    "permit sre & external sre with otp",
    "permit any & sre with otp",
    "permit (sre external & sre with otp",
    "group both sre & external",
    "permit sre or external with otp",
    "permit sre, external with otp",
    "permit sre not external with otp",
    "permit sre external except sre with otp",
    "permit sre except external & sre with otp",
    "group rest sre except external",
    "permit sre during office except night with otp",
    "permit sre unless external with otp",
    "permit sre FROM corp with otp",
    "permit sre at office with otp",
    "permit sre on bastion with otp",
    "permit sre using otp",
    "permit sre require otp",
    "permit sre between 09:00-17:00 with otp",
    "permit sre from all with otp",
    "permit sre from corp and lab with otp",
    "permit sre from any not corp with otp",
    "permit sre from corp 10.1.0.0/16 except corp with otp",
    "permit sre from any except corp 10.1.0.0/16 with otp",
    "permit sre from corp except any with otp",
    "permit sre from any except corp except 10.1.0.0/16 with otp",
    "permit sre from any & corp with otp",
    "network rest 10.0.0.0/8 except corp",
    "permit sre from \"10.0.0.0/8\" with otp",
    "permit sre from 10.0.0.1-10.0.0.9 with otp",
    "permit sre from 10.0.*.* with otp",
    "permit sre from 10.0.0.1/8 with otp",
    "permit sre from host.example.com with otp",
    "permit sre to db01 with otp",
    "permit sre to any but bastion with otp",
    "permit sre service ssh with otp",
    "permit sre service sudo as root with otp",
    "permit sre with otp as root",
    "permit sre forward off with otp",
    "permit sre with otp forwarding off",
    "permit sre with otp approval two of sre",
    "permit sre with otp approval 4 of sre",
    "permit sre with otp approval of managers",
    "permit sre with otp approval 2 of sre external",
    "permit sre with otp approval of sre and external",
    "permit sre with otp approval of external",
    "permit sre with otp approval by sre",
    "permit sre with otp approval until 4h",
    "permit sre with otp approval within 31d",
    "permit sre service any with otp",
    "permit sre service sshd, sudo with otp",
    "permit sre with mfa",
    "permit sre with 2fa",
    "permit sre with totp",
    "permit sre with password and otp",
    "permit sre with otp or fido2",
    "permit sre with password, otp",
    "permit sre with not password",
    "permit sre with yubikey",
    "permit sre with ssh-key",
    "permit sre with password + approval",
    "permit sre with otp {",
    "permit sre with otp if office",
    "permit sre with otp session 8h",
    "permit sre with otp port 22",
    "permit sre with otp for 8hours",
    "permit sre with otp for 1.5h",
    "permit sre with otp during weekdays",
    "permit sre with otp during 09:00-17:00",
    "permit sre with otp during always",
    "deny external with otp",
    "deny external unless office",
    "deny external for 1h",
    "permit sre without otp",
    "group ops cn=ops,dc=example",
    "group all \"sre\" \"external\"",
    "group ops members alice bob",
    "person bob bob",
    "hours h monday 08:00-18:00 UTC",
    "hours h Mon-Fri 08:00-18:00 UTC",
    "hours h weekdays 08:00-18:00 UTC",
    "hours h mon-fri 9-17 UTC",
    "hours h mon-fri 09:00-17:00 CEST",
    "network lab 10.0.0.0-10.0.0.9",
    "assert sre with otp",
    "assert never external without mfa",
    "END",
    /* no error, and not what is meant */
    "permit sre external with password + otp",
    "group night attribute shift night\npermit night sre with otp",
};

/* No mistakes, and nothing is said of them. */
static const char *const intended[] = {
    "permit sre & external with password + otp",
    "permit (sre external) with password + otp",
    "deny sre external",
    "permit sre dba with password + otp\ngroup dba \"cn=dba,dc=x\"",
    "permit external staff with password + otp\n"
    "group staff employment employee",
    "permit mixed sre with password + otp\n"
    "group mixed \"cn=dba,dc=x\" employment vendor",
};

static const char *
warning_of(const char *rules)
{
	struct policy *policy = support_rules(rules);

	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	lex_errors_init(&support_errors);
	assert_true(policy_review(policy, 1, &support_errors) >= 0);
	policy_free(policy);
	return support_errors.text;
}

#define COUNT (sizeof mistakes / sizeof mistakes[0])

/* The sentence alone: without the place and the source line. */
static size_t
put_row(const char *text, char *out, size_t room)
{
	char policy[1024], line[512];
	const char *seen, *at;
	size_t length;

	snprintf(policy, sizeof policy, SETS "%s", text);
	seen = support_fault(policy);
	if (seen[0] == '\0')
		seen = warning_of(policy);
	at = strchr(seen, ' ');
	if (at == NULL)
		fail_msg("is no mistake: %s", text);
	length = strcspn(at + 1, "\n");
	snprintf(line, sizeof line, "%.*s", (int)length, at + 1);
	return (size_t)snprintf(out, room, "%s\n\t%s\n", text, line);
}

static void
each_mistake_gets_its_sentence(void **state)
{
	static char out[COUNT * 1024];
	size_t used = 0;

	assert_true(COUNT >= 65);
	for (size_t i = 0; i < COUNT; i++)
		used += put_row(mistakes[i], out + used, sizeof out - used);
	golden_compare("policy/mistakes", out);
}

static void
what_is_intended_gets_none(void **state)
{
	for (size_t i = 0; i < sizeof intended / sizeof intended[0]; i++) {
		char policy[1024];

		snprintf(policy, sizeof policy, SETS "%s", intended[i]);
		assert_string_equal(warning_of(policy), "");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_mistake_gets_its_sentence),
	    cmocka_unit_test(what_is_intended_gets_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
