/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_TOKEN_H
#define AUTHORITY_TOKEN_TOKEN_H

#include "gatewayd/authority/authority.h"

/* The most connections at token.sock: of one uid, and of all uids together. */
#define TOKEN_CLIENTS_UID 64
#define TOKEN_CLIENTS_ALL 512

/* Serves a connection at token.sock, and owns the fd.  The peer is a process of
 * a session, or a process that asks for the public keys.  The kernel says which
 * uid it has.  A connection past the limits is closed without an answer,
 * because any process on the machine could otherwise use up the descriptors
 * that logins need. */
void token_begin(struct authority *all, int fd);

#endif
