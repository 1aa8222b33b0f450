/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/policy/policy_words.h"

bool
policy_words_enrols(const struct policy_decision *d)
{
	return d->way_count > 0 && d->ways[0].grace;
}

const char *
policy_words_outcome(const struct policy_decision *d)
{
	static const char *const outcomes[] = {"deny", "ask", "permit"};

	return policy_words_enrols(d) ? "enrol" : outcomes[d->outcome];
}

const char *
policy_words_reason(const struct policy_decision *d)
{
	return policy_words_enrols(d) ? "grace" : policy_reason_text(d->reason);
}
