/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_PROVE_BUDGET_H
#define POLICY_PROVE_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The work that a question about all requests may cost.  It is counted in
 * scopes, names and moments, and not timed.  So a policy is too complex on
 * every machine or on none, and "policy check" and gatewayd always agree.
 */
struct budget {
	uint64_t left;
};

/* Two seconds of a small server: a policy is loaded after that. */
#define BUDGET_PROOF (UINT64_C(1) << 29)
/* Half a minute: a person waits for the answer, and no login. */
#define BUDGET_QUESTION (UINT64_C(1) << 33)

/* False, now and for every later call: the budget is used up. */
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
