/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_TABLE_H
#define CLI_POLICY_POLICY_TABLE_H

#include <stdbool.h>

#include "policy/policy.h"

/* A line that was tried, until the call returns. */
struct policy_table_row {
	const char *file;
	unsigned line;
	const char *expected; /* "permit", "ask", "enrol", "deny" */
	const char *because;  /* the reason that is expected; "": any */
	const char *got, *reason, *rule, *text;
	bool passed;
};
typedef void (*policy_table_told)(
    void *context, const struct policy_table_row *row);

/*
 * A table of requests and what is expected of them, in the words of the
 * policy:
 *
 *   person alice  group "cn=sre,dc=example" employment employee
 *   permit alice  from 10.20.1.2 to bastion.example.com with password + otp
 *   ask    alice  from 10.20.1.2 to bastion.example.com can password + otp
 *   deny   alice  from 192.0.2.1 to bastion.example.com because no_rule
 *
 * Without "at 2026-12-24T10:00Z" it is Wednesday 2026-07-01 10:00 UTC, without
 * "service" sshd.  Each line that does not come out as it says is an error at
 * that line.  Returns how many did.
 */
unsigned policy_table_run(const struct policy *policy, const char *file,
    const char *text, size_t length, struct lex_errors *errors);

/* The same, but each line that could be tried is told, and is no error. */
unsigned policy_table_tell(const struct policy *policy, const char *file,
    const char *text, size_t length, struct lex_errors *errors,
    policy_table_told told, void *context);

#endif
