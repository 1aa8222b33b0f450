/* SPDX-License-Identifier: Apache-2.0 */
/* What rules offer and can name: without one a change has no effect. */
#include "policy/model.h"
#include "policy/policy.h"
#include "policy/value/principal.h"

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
policy_service(const struct policy *policy, size_t number)
{
	return policy != NULL && number < policy->services.count
		   ? service_name(policy, (unsigned)number)
		   : NULL;
}

bool
policy_names_group(const struct policy *policy, const char *dn)
{
	char key[PRINCIPAL_KEY_MAX];
	long size;

	if (policy == NULL)
		return false;
	size = principal_key_group(dn, key);
	return size >= 0 && intern_find(&policy->principals, key,
				(size_t)size) != INTERN_NONE;
}

size_t
policy_group_count(const struct policy *policy)
{
	return policy != NULL ? policy->principals.count : 0;
}

const char *
policy_group(const struct policy *policy, size_t number, size_t *size_r)
{
	const struct intern_key *key = &policy->principals.keys[number];

	if (key->size < 1 || key->data[0] != PRINCIPAL_GROUP)
		return NULL;
	*size_r = key->size - 1;
	return key->data + 1;
}
