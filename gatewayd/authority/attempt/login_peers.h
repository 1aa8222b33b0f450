/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of login that have come here.  Each is one conversation, and a
 * conversation is one attempt: a process that was taken over opens no second
 * one, neither beside the first nor after it, and so can neither fill the
 * table of attempts nor the log.
 */
#ifndef AUTHORITY_ATTEMPT_LOGIN_PEERS_H
#define AUTHORITY_ATTEMPT_LOGIN_PEERS_H

#include "gatewayd/authority/authority.h"

/* The process at the other end of the socket is let in, once in its life.
 * -1: it was here before, or is gone; the reason was logged. */
int login_peers_admit(struct authority *all, int fd);

#endif
