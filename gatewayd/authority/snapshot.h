/* SPDX-License-Identifier: Apache-2.0 */
/* A policy in use.  An attempt uses the same policy from its begin to its end.
 */
#ifndef AUTHORITY_SNAPSHOT_H
#define AUTHORITY_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/role/role.h"
#include "lib/ipc/messages.h"

struct policy;

struct snapshot {
	unsigned users;
	struct policy *policy; /* NULL denies everybody */
	uint64_t group_list;   /* conf_authority's */
};

/* Parses all files named policy/..., with the zones of the files zone/...  They
 * must be the ones that were proved, as conf says.  NULL with the reason in
 * text; all errors are in the operational log. */
struct snapshot *snapshot_load(
    struct role_handed *handed, char *text, size_t size);
/* True if directory asked about all groups that this policy, or its
 * configuration, names.  Else its answer is none: it was given around a reload,
 * and a group that a deny is about may be missing. */
bool snapshot_was_asked(
    const struct snapshot *s, const struct msg_DIRECTORY_LOOKUP_ANS *m);
struct snapshot *snapshot_hold(struct snapshot *s);
void snapshot_release(struct snapshot *s);

#endif
