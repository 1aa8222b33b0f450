/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Who am I?" (RFC 4532) after a bind that succeeded, where the configuration
 * asks for it: the server says as whom it knows the connection, and that has to
 * be the person.
 */
#ifndef DIRECTORY_WHO_AM_I_H
#define DIRECTORY_WHO_AM_I_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Does the authorisation id (RFC 4513 5.2.1.8) name that person?  It is
 * "dn:" and the DN, whose spelling may differ, or "u:" and the name, with or
 * without a Windows domain before it.  Nobody has the empty id.
 */
bool who_am_i_names(
    const char *id, size_t size, const char *dn, const char *name);

int who_am_i_send(LDAP *ld, int *msgid_r);
/* True if the message is an answer that names the person; else the log says
 * what it is. */
bool who_am_i_answer(
    LDAP *ld, LDAPMessage *m, const char *dn, const char *name);

#endif
