/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of login that have connected.  Each process is one
 * conversation, and each conversation is one attempt.  A process that an
 * attacker controls cannot open a second attempt, at the same time or later. So
 * it cannot fill the table of attempts or the log.
 */
#ifndef AUTHORITY_DOOR_LOGIN_PEERS_H
#define AUTHORITY_DOOR_LOGIN_PEERS_H

#include "gatewayd/authority/authority.h"

/* Admits the process at the other end of the socket, once in its life.  -1: it
 * was admitted before, or is gone; the reason was logged. */
int login_peers_admit(struct authority *all, int fd);

#endif
