/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin.sock: one connection of the sallyport command, root only by the
 * socket's mode.  It asks one thing after the other.  Each verb is a row of
 * admin_verbs.c.  Every change is a record with the actor's name, on disk
 * before the answer.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_H
#define AUTHORITY_ADMIN_ADMIN_H

#include "gatewayd/authority/authority.h"

/* Takes the fd. */
void admin_begin(struct authority *, int fd);

#endif
