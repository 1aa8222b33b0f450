/* SPDX-License-Identifier: Apache-2.0 */
/* What the PAM module says at redeem.sock, of a conversation in the world. */
#ifndef TESTS_AUTHORITY_MODULE_SIDE_H
#define TESTS_AUTHORITY_MODULE_SIDE_H

#include "lib/wire/pamwire.h"
#include "world.h"

/* The REDEEM of whoever sent that request as BEGIN; may be changed before it is
 * sent. */
struct pamwire_redeem module_redeem(
    const struct world_talk *t, const struct msg_AUTHORITY_OPEN_REQ *q);
/* Sends it; returns the module's end of the connection. */
int module_send(struct world *w, const struct pamwire_redeem *r);
/* The answer that is there, and the end.  0: there is none yet. */
enum pamwire_result module_answer(int fd, struct pamwire_redeemed *answer_r);
/* All of it; the fd is closed. */
enum pamwire_result module_asks(struct world *w, const struct world_talk *t,
    const struct msg_AUTHORITY_OPEN_REQ *q);

#endif
