/* SPDX-License-Identifier: Apache-2.0 */
/* What rules offer and can name: without one a change has no effect. */
#include "policy/model.h"
#include "policy/policy.h"

bool
policy_has_grace(const struct policy *policy)
{
	for (size_t i = 0; policy != NULL && i < policy->rule_count; i++)
		if (!policy->rules[i].deny &&
		    policy->rules[i].obligations.grace_seconds > 0)
			return true;
	return false;
}

const char *
policy_service(size_t number)
{
	return number < SERVICE_COUNT ? service_names[number] : NULL;
}
