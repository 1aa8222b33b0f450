/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/policy.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What matches, found one rule after the other. */
struct scan {
	bool denied, permitted, possible;
};

static void
scan_rule(void *context, const struct policy_explanation *rule)
{
	struct scan *scan = context;

	if (!rule->matches)
		return;
	if (rule->deny)
		scan->denied = true;
	else if (rule->missing == 0)
		scan->permitted = true;
	else
		scan->possible = true;
}

/* The index and the scan must decide alike. */
static void
compare(const struct policy *policy, const struct policy_request *request)
{
	struct policy_decision decision;
	struct scan scan = {0};

	policy_decide(policy, request, &decision);
	if (policy_explain(policy, request, scan_rule, &scan) != 0) {
		if (decision.reason != POLICY_REASON_MALFORMED_REQUEST)
			abort();
		return;
	}
	if (scan.denied != (decision.reason == POLICY_REASON_DENIED_BY_RULE))
		abort();
	if ((decision.outcome == POLICY_PERMIT) !=
	    (!scan.denied && scan.permitted))
		abort();
	if ((decision.reason == POLICY_REASON_NO_RULE) !=
	    (!scan.denied && !scan.permitted && !scan.possible))
		abort();
}

static void
decide_some(const struct policy *policy, uint8_t variant)
{
	static const char *const groups[] = {"cn=sre,ou=groups,dc=example,"
					     "dc=com",
	    "cn=a", "cn=staff,ou=groups,dc=example,dc=com"};
	static const char *const hosts[] = {
	    "a", "bastion.example.com", "a.example", "x.y.z.example.com", NULL};
	static const char *const clients[] = {
	    "10.20.0.1", "::1", "2001:db8:20::1", "192.0.2.1"};
	static const char *const services[] = {"sshd", "sudo", "agent"};
	struct policy_request request = {
	    .username = "a",
	    .subject = variant & 1 ? "id" : NULL,
	    .groups = groups,
	    .group_count = variant % 4,
	    .employment = (enum policy_employment)(variant / 4 % 4),
	    .host = hosts[variant % 5],
	    .service = services[variant % 3],
	    .time_unix = 1782900000 + variant * INT64_C(40000),
	    .session_age_seconds = variant * 100u,
	    .proven = variant % 64,
	};

	if (policy_address_parse(clients[variant % 4], &request.client) != 0)
		abort();
	compare(policy, &request);
	request.client.known = false;
	compare(policy, &request);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct lex_errors errors;
	struct policy_source source = {"fuzz", (const char *)data, size};
	struct policy *policy;

	lex_errors_init(&errors);
	policy = policy_parse(&source, 1, NULL, &errors);
	if ((policy == NULL) != (errors.count > 0))
		abort();
	for (unsigned i = 0; policy != NULL && i < 16; i++)
		decide_some(policy, (uint8_t)(i * 17 + size));
	/* small ones only: proving may take its time */
	if (policy != NULL && size < 600)
		policy_prove_errors(policy, 1782900000, &errors);
	policy_free(policy);
	return 0;
}
