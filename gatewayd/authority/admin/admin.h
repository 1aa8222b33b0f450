/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection of the sallyport command at admin.sock, helpdesk.sock or
 * auditor.sock.  The socket's owner, group and mode decide who can connect.  A
 * connection has one request at a time.  Each verb is a row of admin_verbs.c.
 * Every change has a record with the actor's name, on disk before the answer.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_H
#define AUTHORITY_ADMIN_ADMIN_H

#include "gatewayd/authority/authority.h"

/* Each owns the fd.  The second and third are for the people of a local group,
 * and have fewer verbs. */
void admin_begin(struct authority *all, int fd);
void helpdesk_begin(struct authority *all, int fd);
void auditor_begin(struct authority *all, int fd);

#endif
