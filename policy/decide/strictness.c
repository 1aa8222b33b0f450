/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide/strictness.h"

#include <string.h>

static uint32_t
limit(uint32_t seconds)
{
	return seconds == 0 ? UINT32_MAX : seconds;
}

#define ORDER(a, b)                                \
	do {                                       \
		if ((a) != (b))                    \
			return (a) < (b) ? -1 : 1; \
	} while (0)

int
strictness_compare(const struct rule *a, const struct rule *b)
{
	const struct policy_obligations *left = &a->obligations;
	const struct policy_obligations *right = &b->obligations;
	int order;

	ORDER(limit(left->session_seconds), limit(right->session_seconds));
	ORDER(limit(left->token_seconds), limit(right->token_seconds));
	ORDER(left->audience_count, right->audience_count);
	ORDER(limit(left->lease_seconds), limit(right->lease_seconds));
	order = strcmp(a->text, b->text);
	return order != 0 ? order : strcmp(a->label, b->label);
}
