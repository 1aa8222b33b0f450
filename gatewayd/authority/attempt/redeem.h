/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection of the PAM module at redeem.sock, and what it is answered.
 * door/redeem_door.h has what comes from it.
 */
#ifndef AUTHORITY_ATTEMPT_REDEEM_H
#define AUTHORITY_ATTEMPT_REDEEM_H

#include <stdbool.h>

#include "gatewayd/authority/attempt/attempt.h"
#include "lib/wire/pamwire.h"

struct redeem {
	struct authority *all;
	struct loop_watch watch;
	struct loop_timer timer;
	struct attempt *attempt; /* whose record it waits for; mostly NULL */
	int fd;
	size_t used;
	uint8_t bytes[PAMWIRE_MAX_FRAME];
};

/* Answers the frame from the sessions that there are. */
void redeem_answer(struct redeem *r, const struct pamwire_frame *f);
/* Sends the frame and wipes it. */
void redeem_send(struct redeem *r, struct pamwire_frame *a);
/* Closes the connection.  An attempt whose record it waited for goes on. */
void redeem_end(struct redeem *r);

/* The answer waits for that attempt's record. */
void redeem_waits(struct redeem *r, struct attempt *a);
/* Answers and ends.  granted: the record is on disk. */
void redeem_decided(struct redeem *r, bool granted);

#endif
