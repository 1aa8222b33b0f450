/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has approved: a person's approvals as the policy asks for them.  The
 * groups of who gave one were looked up when it was given, and are sealed with
 * it.  What is judged at each use is all the rest: the policy that is in force,
 * the time, the service, and that nobody approves of themselves.
 */
#ifndef AUTHORITY_APPROVERS_H
#define AUTHORITY_APPROVERS_H

#include "gatewayd/authority/subject/approval.h"
#include "policy/policy.h"

/* The person whose approvals they are, and what for. */
struct approvers_about {
	const struct policy *policy;
	const struct approvals *approvals;
	const struct msg_AUDIT_APPEND_REQ *record; /* who, at which service */
	uint32_t uid;				   /* the person's own */
};

struct approvers {
	int64_t now_ms;
	size_t count;
	struct policy_approver list[POLICY_APPROVERS_MAX];
	const struct approval *of[POLICY_APPROVERS_MAX];
};

/* Lists those that are in force now.  They live as long as the approvals.
 * Returns POLICY_APPROVAL, or 0 if there are none. */
uint32_t approvers_list(
    const struct approvers_about *about, struct approvers *out);
/* The same, into the request. */
void approvers_request(const struct approvers_about *about,
    struct approvers *out, struct policy_request *r);

/*
 * Of those that a rule asks for, the ones that last longest.  Writes them into
 * the record, with the end of the first one that ends.  A count of 0 means the
 * one that lasts longest, if there is one.  False if there are not enough: then
 * the record has none.
 */
bool approvers_choose(const struct approvers *all,
    const struct policy_quorum *asked, struct msg_AUDIT_APPEND_REQ *record);

/* Writes one approval into a record, as its only one. */
void approvers_record_one(
    const struct approval *a, struct msg_AUDIT_APPEND_REQ *record);

/* The giver's groups, of those that the policy asks approvals of.  -1: no
 * digest. */
int approvers_take_groups(const struct policy *policy,
    const struct msg_DIRECTORY_LOOKUP_ANS *giver, struct approval *a);

#endif
