/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_SUBJECT_GROUPS_H
#define AUTHORITY_SUBJECT_GROUPS_H

#include <stddef.h>

#include "lib/ipc/messages.h"

/* A person's group DNs, in one piece of memory: free() it. */
struct groups {
	size_t count;
	const char *dn[GROUPS_MAX];
	char text[];
};

/* NULL: no memory */
struct groups *groups_copy(size_t count, char (*dn)[GROUP_MAX + 1]);

/* Into a record: each DN with its NUL, as many as fit. */
void groups_record(const struct groups *g, struct msg_AUDIT_APPEND_REQ *r);

#endif
