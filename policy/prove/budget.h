/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_BUDGET_H
#define POLICY_PROVE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The work that a question about all requests may cost.  It is counted in
 * scopes, names and moments, not in seconds.  So a policy is too complex on
 * every machine or on none, and "policy check" and gatewayd always agree.
 */
struct budget {
	uint64_t left;
};

/* Two to four seconds on a small server, before a policy is loaded. */
#define BUDGET_PROOF (UINT64_C(1) << 29)
/* About half a minute: an administrator waits for this, but no login does. */
#define BUDGET_QUESTION (UINT64_C(1) << 33)

/* False once the budget is used up; every later call is false too. */
static inline bool
budget_spend(struct budget *budget, uint64_t work)
{
	if (work >= budget->left) {
		budget->left = 0;
		return false;
	}
	budget->left -= work;
	return true;
}

static inline bool
budget_is_spent(const struct budget *budget)
{
	return budget->left == 0;
}

#endif
