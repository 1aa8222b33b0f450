/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_RECOVERY_RIGHTS_H
#define AUTHORITY_RECOVERY_RIGHTS_H

#include "gatewayd/authority/authority.h"

/* A step that was spent, a drift that was found, a label that was given. */
void rights_mark(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m);
/* Applies a change's record to credentials, approvals and invitations: for each
 * of them the last record counts.  -1: no memory. */
int rights_replayed(
    struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m);

#endif
