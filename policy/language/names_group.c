/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/value/principal.h"

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
