/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/policy/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/unit.h"

struct lex_errors support_errors;

/*
 * What zic makes of the current rules, without history: two type records, no
 * changes, and a footer.
 */
static size_t
make_tzif(unsigned char *out, const char *footer)
{
	unsigned char *at = out;

	for (int i = 0; i < 2; i++) {
		memset(at, 0, 44);
		memcpy(at, "TZif2", 5);
		at[39] = 1; /* typecnt */
		at[43] = 4; /* charcnt */
		memset(at + 44, 0, 10);
		memcpy(at + 50, "LMT", 4);
		at += 54;
	}
	at += sprintf((char *)at, "\n%s\n", footer);
	return (size_t)(at - out);
}

static int
find(void *context, const char *name, const void **tzif_r, size_t *length_r)
{
	static const char *const zones[][2] = {
	    {"Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"},
	    {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
	    {"Etc/GMT+5", "<-05>5"},
	    {"Etc/GMT-5", "<+05>-5"},
	    {"Asia/Kolkata", "IST-5:30"},
	    {"Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"},
	};
	static unsigned char data[256];

	(void)context;
	for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
		if (strcmp(name, zones[i][0]) == 0) {
			*length_r = make_tzif(data, zones[i][1]);
			*tzif_r = data;
			return 0;
		}
	}
	return -1;
}

const struct policy_zones support_zones = {.find = find};

struct policy *
support_parse(const char *text)
{
	struct policy_source source = {"test.policy", text, strlen(text)};

	lex_errors_init(&support_errors);
	return policy_parse(&source, 1, &support_zones, &support_errors);
}

struct policy *
support_rules(const char *text)
{
	size_t length = strlen(text);
	char *whole = malloc(length + 6);
	struct policy *policy;

	if (whole == NULL)
		abort();
	memcpy(whole, text, length);
	memcpy(whole + length, "\nend\n", 6);
	policy = support_parse(whole);
	free(whole);
	return policy;
}

const char *
support_fault(const char *text)
{
	struct policy *policy = support_rules(text);

	if (policy == NULL)
		return support_errors.text;
	policy_free(policy);
	return "";
}

char support_seen[16384];

static void
note(void *context, const struct policy_breach *breach)
{
	char text[POLICY_WITNESS_TEXT] = "undecided";

	(void)context;
	if (breach->witness != NULL)
		policy_witness_text(breach->witness, text);
	snprintf(support_seen, sizeof support_seen, "%s by %s: %s",
	    breach->text, breach->rule_text, text);
}

int
support_prove(const char *rules)
{
	struct policy *policy = support_rules(rules);
	int broken;

	if (policy == NULL)
		fail_msg("%s", support_errors.text);
	support_seen[0] = '\0';
	broken = policy_prove(policy, 1, note, NULL);
	policy_free(policy);
	return broken;
}
