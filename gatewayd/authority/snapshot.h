/* SPDX-License-Identifier: Apache-2.0 */
/* A policy in use.  An attempt uses the same policy from its begin to its end.
 */
#ifndef AUTHORITY_SNAPSHOT_H
#define AUTHORITY_SNAPSHOT_H

#include <stddef.h>

#include "gatewayd/role/role.h"

struct policy;

struct snapshot {
	unsigned users;
	struct policy *policy; /* NULL denies everybody */
};

/* Parses all files named policy/..., with the zones of the files zone/...  They
 * must be the ones that were proved, as conf says.  NULL with the reason in
 * text; all errors are in the operational log. */
struct snapshot *snapshot_load(
    struct role_handed *handed, char *text, size_t size);
struct snapshot *snapshot_hold(struct snapshot *s);
void snapshot_release(struct snapshot *s);

#endif
