/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_RECOVERY_RIGHTS_H
#define AUTHORITY_RECOVERY_RIGHTS_H

#include "gatewayd/authority/authority.h"

/* What a change's record says of rights that are over, or are not any more:
 * the last word on each credential, approval and invitation counts.  -1: no
 * memory. */
int rights_replayed(
    struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m);

#endif
