/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_POLICY_POLICY_REQUEST_H
#define CLI_POLICY_POLICY_REQUEST_H

#include "policy/policy.h"

#define REQUEST_GROUPS 256
#define REQUEST_ATTRIBUTES 64
#define REQUEST_POOL 65536

/* A request that is made from words, and its memory. */
struct request {
	struct policy_request request;
	const char *groups[REQUEST_GROUPS];
	struct policy_attribute attributes[REQUEST_ATTRIBUTES];
	struct policy_approver approvers[POLICY_APPROVERS_MAX];
	bool grace;
	uint32_t grace_age; /* it began so many seconds before */
	char pool[REQUEST_POOL];
	size_t used;
};

/* Sets the defaults: the service sshd, now, and other facts unknown. */
void request_init(struct request *request);

/* Corrects the pointers after the struct was copied. */
void request_moved(struct request *to, const struct request *from);

/*
 * Sets one word: user, id, group, attribute (name=value), employment, from, to,
 * service, time, age, proven, can, grace (the time since it began, or ""),
 * approver (NAME@AGE:GROUP, without "@AGE" now, without ":GROUP" in none).
 * "name=" is an attribute without a value.  The value is copied.  NULL, or the
 * fault.
 */
const char *request_set(
    struct request *request, const char *word, const char *value);

/* To be called after the last word. */
void request_finish(struct request *request);

/*
 * Reads a JSON object with these words; group and attribute may be arrays.
 * NULL, or the fault.
 */
const char *request_from_json(
    struct request *request, const char *text, size_t length);

#endif
