/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_TABLE_H
#define CLI_POLICY_POLICY_TABLE_H

#include <stdbool.h>

#include "policy/policy.h"

/* The result of one line.  Valid until the call returns. */
struct policy_table_row {
	const char *file;
	unsigned line;
	const char *expected; /* "permit", "ask", "enrol", "deny" */
	const char *because;  /* the reason that is expected; "": any */
	const char *got, *reason, *rule, *text;
	bool passed;
};

/* Callbacks; each may be NULL. */
struct policy_table_calls {
	/* a line that was tried; without this, one that failed is an error */
	void (*told)(void *context, const struct policy_table_row *row);
	void *told_context;
	/* the request of a line, before it is decided */
	void (*tried)(void *context, const struct policy_request *request);
	void *tried_context;
};

/*
 * Tests a policy with a table of requests and their expected decisions, in the
 * words of the policy:
 *
 *   person alice  group "cn=sre,dc=example" employment employee
 *   permit alice  from 10.20.1.2 to bastion.example.com with password + otp
 *   ask    alice  from 10.20.1.2 to bastion.example.com can password + otp
 *   deny   alice  from 192.0.2.1 to bastion.example.com because no_rule
 *
 * Without "at 2026-12-24T10:00Z" the time is Wednesday 2026-07-01 10:00 UTC.
 * Without "service" the service is sshd.  A line with another decision than it
 * expects is an error at that line.  Returns the number of lines that passed.
 */
unsigned policy_table_run(const struct policy *policy, const char *file,
    const char *text, size_t length, struct lex_errors *errors);

/* The same, with callbacks for each line that could be tried. */
unsigned policy_table_tell(const struct policy *policy,
    const struct policy_source *table, struct lex_errors *errors,
    const struct policy_table_calls *calls);

#endif
