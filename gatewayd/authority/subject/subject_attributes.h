/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_SUBJECT_SUBJECT_ATTRIBUTES_H
#define AUTHORITY_SUBJECT_SUBJECT_ATTRIBUTES_H

#include <stddef.h>

#include "lib/base/reason.h"
#include "lib/ipc/messages.h"
#include "policy/policy.h"

/* The attributes of a person that one policy names, with all their values, in
 * one piece of memory: free() it.  Names are the policy's, and live as long. */
struct subject_attributes {
	size_t name_count;
	const char *name[ATTRIBUTES_MAX];
	size_t count;
	/* a name without any value has a pair too, which says so */
	struct policy_attribute pair[ATTRIBUTE_VALUES_MAX + ATTRIBUTES_MAX];
	char text[];
};

/*
 * What directory answered, of what the policy names.  NULL and the reason:
 * directory was not asked for all of that, so that a deny rule could be about
 * a value nobody has seen; or its answer makes no sense; or no memory.
 */
struct subject_attributes *subject_attributes_take(const struct policy *policy,
    const struct msg_DIRECTORY_LOOKUP_ANS *m, enum reason *reason_r);

/* Into a record: all of them, or none and that they were cut. */
void subject_attributes_record(
    const struct subject_attributes *a, struct msg_AUDIT_APPEND_REQ *r);

#endif
