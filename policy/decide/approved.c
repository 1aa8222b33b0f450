/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide/approved.h"

#include "policy/value/quorum.h"

bool
approved_enough(const struct quorum *quorum, const struct match_facts *facts)
{
	const struct policy_request *request = facts->request;
	uint64_t counted[(POLICY_APPROVERS_MAX + 63) / 64] = {0};
	uint32_t count = 0;

	if (!(request->proven & POLICY_APPROVAL))
		return false;
	if (quorum_is_plain(quorum))
		return true;
	for (size_t i = 0; i < request->approver_count; i++) {
		const struct match_approver *a = &facts->approvers[i];

		if ((quorum->of != INTERN_NONE && a->group != quorum->of) ||
		    (quorum->within != 0 &&
			request->approvers[i].age_seconds >= quorum->within) ||
		    a->person == MATCH_OWN)
			continue;
		/* who is unknown may be any of the others */
		if (a->person == MATCH_UNKNOWN_PERSON) {
			if (quorum->count == 1)
				return true;
			continue;
		}
		if (!(counted[a->person / 64] >> a->person % 64 & 1))
			count++;
		counted[a->person / 64] |= UINT64_C(1) << a->person % 64;
	}
	return count >= quorum->count;
}

uint32_t
approved_proven(const struct rule *rule, const struct match_facts *facts)
{
	uint32_t proven = facts->request->proven & ~POLICY_APPROVAL;

	return rule->approval.count > 0 &&
		       approved_enough(&rule->approval, facts)
		   ? proven | POLICY_APPROVAL
		   : proven;
}

const char *
policy_approver_group(const struct policy *policy, size_t number)
{
	return policy != NULL && number < policy->approver_group_count
		   ? policy->approver_groups[number].dn
		   : NULL;
}
