/* SPDX-License-Identifier: Apache-2.0 */
/* Who has approved, as the slow evaluator counts them. */
#include "tests/policy/reference.h"

void
model_random_approval(uint32_t *state, struct model_rule *rule)
{
	rule->approval =
	    model_random(state) % 5 == 0 ? 1 + model_random(state) % 3 : 0;
	rule->approval_of = model_random(state) % 8 % 5;
	rule->approval_within = model_random(state) % 3 * 10;
}

static bool
has_approved(const struct model_rule *rule, const struct model_request *request,
    unsigned who)
{
	for (size_t i = 0; i < request->approver_count; i++) {
		const struct model_approver *a = &request->approvers[i];

		if (a->who == who &&
		    (rule->approval_of == 0 || a->of == rule->approval_of) &&
		    (rule->approval_within == 0 ||
			a->age < rule->approval_within))
			return true;
	}
	return false;
}

bool
model_approved(
    const struct model_rule *rule, const struct model_request *request)
{
	unsigned count = 0;

	if (rule->approval == 0)
		return true;
	if (!(request->proven & 0x20))
		return false;
	if (rule->approval == 1 && rule->approval_of == 0 &&
	    rule->approval_within == 0)
		return true;
	for (unsigned who = 0; who < MODEL_OWN; who++)
		count += has_approved(rule, request, who);
	if ((request->unknown & MODEL_NO_ID) != 0)
		count += has_approved(rule, request, MODEL_OWN);
	return count >= rule->approval ||
	       (rule->approval == 1 &&
		   has_approved(rule, request, MODEL_STRANGER));
}
