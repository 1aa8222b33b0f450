/* SPDX-License-Identifier: Apache-2.0 */
/* Unfinished changes: the log has the intent, but no outcome. */
#ifndef AUTHORITY_RECOVERY_UNFINISHED_H
#define AUTHORITY_RECOVERY_UNFINISHED_H

#include "gatewayd/authority/authority.h"

/* A start: a record of the log.  -1: no memory. */
int unfinished_replayed(
    struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m);
/* Writes the outcome of each such intent after the log was read, then calls
 * then.  A change that takes a right away is completed.  A policy was applied
 * if it is the one in force.  For the others the store shows whether they were
 * made. */
void unfinished_settle(struct authority *all, void (*then)(struct authority *));

#endif
