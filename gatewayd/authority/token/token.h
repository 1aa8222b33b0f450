/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_TOKEN_H
#define AUTHORITY_TOKEN_TOKEN_H

#include "gatewayd/authority/authority.h"

/* Connections at token.sock: of one uid, and of all together. */
#define TOKEN_CLIENTS_UID 64
#define TOKEN_CLIENTS_ALL 512

/* One connection at token.sock: a person in a session, or anybody who wants
 * the public keys.  The kernel says which uid it is.  Takes the fd.  One past
 * the limits is closed without a word: anybody on the machine could otherwise
 * take the descriptors that logins need. */
void token_begin(struct authority *all, int fd);

#endif
