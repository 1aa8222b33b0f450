/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SALLYPORT_TESTS_POLICY_SUPPORT_H
#define SALLYPORT_TESTS_POLICY_SUPPORT_H

#include "policy/policy.h"

/* Europe/Paris, America/New_York and others, from data in this folder. */
extern const struct policy_zones support_zones;

/* Parses one file; the errors are in support_errors. */
struct policy *support_parse(const char *text);
extern struct lex_errors support_errors;

/* Adds the line "end". */
struct policy *support_rules(const char *text);

/* How many assertions of these rules are broken; support_seen has the last one,
 * by which rule, and the example. */
int support_prove(const char *rules);
extern char support_seen[16384];

/* The errors of a text that must not be a policy. */
const char *support_fault(const char *text);

#endif
