/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grants that were never opened, because authority ended.  At the next start
 * each of them gets the LAPSED record that was not written.
 */
#ifndef AUTHORITY_RECOVERY_LAPSE_H
#define AUTHORITY_RECOVERY_LAPSE_H

#include "gatewayd/authority/authority.h"

/* A start: a record of the log.  -1: no memory. */
int lapse_replayed(struct authority *all, const struct msg_AUDIT_REPLAY_ANS *m);
/* Writes these records, after the log was read and before sessions continue.
 * -1: no memory. */
int lapse_record(struct authority *all);

#endif
