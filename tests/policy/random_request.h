/* SPDX-License-Identifier: Apache-2.0 */
/* Requests at random, where the rules of random_policy.h begin and end. */
#ifndef TESTS_POLICY_RANDOM_REQUEST_H
#define TESTS_POLICY_RANDOM_REQUEST_H

#include "policy/policy.h"

#define RANDOM_SINCE 1767225600 /* 2026-01-01 */

struct random_asked {
	struct policy_request request;
	const char *groups[2];
	struct policy_approver approvers[4];
	struct policy_attribute attributes[2];
	char host[64];
};

void random_request(struct random_asked *a);
/* For a test that failed. */
void random_show(const char *policy, const struct random_asked *a);

#endif
