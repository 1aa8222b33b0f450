/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUTHORITY_TOKEN_H
#define AUTHORITY_TOKEN_H

#include "gatewayd/authority/authority.h"

/* One connection at token.sock: a person in a session, or anybody who wants
 * the public keys.  The kernel says which uid it is.  Takes the fd. */
void token_begin(struct authority *, int fd);

/* The answer to AUTHORITY_KEYS_REQ, on token.sock and on admin.sock. */
void token_keys(struct authority *, struct channel *);

#endif
