/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_ATTEMPT_REDEEM_H
#define AUTHORITY_ATTEMPT_REDEEM_H

#include <stdbool.h>

#include "gatewayd/authority/authority.h"

struct attempt;
struct redeem;

/* One connection of the PAM module at redeem.sock: a frame, its answer, the
 * end.  Takes the fd.  Only conf.peer_uid may connect. */
void redeem_begin(struct authority *all, int fd);

/* Its answer waits for that attempt's record; attempt_unclaim() is called when
 * the module does not wait for it. */
void redeem_waits(struct redeem *r, struct attempt *a);
/* The record is on disk, or will not be: answers, and is gone. */
void redeem_decided(struct redeem *r, bool granted);

#endif
