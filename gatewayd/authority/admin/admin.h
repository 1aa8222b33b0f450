/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admin.sock, helpdesk.sock, auditor.sock: one connection of the sallyport
 * command.  Who may connect is said by the socket's owner, group and mode.  It
 * asks one thing after the other.  Each verb is a row of admin_verbs.c.  Every
 * change is a record with the actor's name, on disk before the answer.
 */
#ifndef AUTHORITY_ADMIN_ADMIN_H
#define AUTHORITY_ADMIN_ADMIN_H

#include "gatewayd/authority/authority.h"

/* Each takes the fd.  The second and third are for the people of a local group,
 * with fewer verbs. */
void admin_begin(struct authority *all, int fd);
void helpdesk_begin(struct authority *all, int fd);
void auditor_begin(struct authority *all, int fd);

#endif
