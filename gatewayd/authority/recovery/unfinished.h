/* SPDX-License-Identifier: Apache-2.0 */
/* Changes that a start finds begun: an intent in the log without its outcome.
 */
#ifndef AUTHORITY_RECOVERY_UNFINISHED_H
#define AUTHORITY_RECOVERY_UNFINISHED_H

#include "gatewayd/authority/authority.h"

/* A start: a record of the log.  -1: no memory. */
int unfinished_replayed(
    struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m);
/* A start, when the log was read: gives each intent that has no outcome its
 * record, then calls.  What takes something away is made; a policy was put in
 * force if it is the one that is; the rest is looked at in the store. */
void unfinished_settle(struct authority *all, void (*then)(struct authority *));

#endif
