/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grants that nobody came to open before authority ended: at the start each
 * gets the LAPSED record that its process had no time to write.
 */
#ifndef AUTHORITY_RECOVERY_LAPSE_H
#define AUTHORITY_RECOVERY_LAPSE_H

#include "gatewayd/authority/authority.h"

/* A start: a record of the log.  -1: no memory. */
int lapse_replayed(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m);
/* When the log was read, and before the sessions that are kept go on.  -1: no
 * memory. */
int lapse_record(struct authority *all);

#endif
