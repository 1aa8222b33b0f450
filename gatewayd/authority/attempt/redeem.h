/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_ATTEMPT_REDEEM_H
#define AUTHORITY_ATTEMPT_REDEEM_H

#include <stdbool.h>

#include "gatewayd/authority/authority.h"

struct attempt;
struct redeem;

/* Serves one connection of the PAM module at redeem.sock: one frame and its
 * answer.  Owns the fd.  Only conf.peer_uid may connect. */
void redeem_begin(struct authority *all, int fd);

/* The answer waits for that attempt's record.  Calls attempt_unclaim() if the
 * module disconnects before that. */
void redeem_waits(struct redeem *r, struct attempt *a);
/* Answers and ends.  granted: the record is on disk. */
void redeem_decided(struct redeem *r, bool granted);

#endif
