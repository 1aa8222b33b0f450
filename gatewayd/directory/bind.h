/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The meaning of the answer to a simple bind.  There is exactly one way to a
 * match: the result is success, there is no referral, and no control reports an
 * error (bind_control.h).
 *
 * No "Who am I?" (RFC 4532) follows unless the configuration asks for it
 * (who_am_i.h): success for a bind with a DN and with a
 * password, both not empty, cannot be the anonymous or unauthenticated kind
 * (RFC 4513 5.1.1 to 5.1.3), libldap gives an answer only to the message id
 * that asked, and one bind at a time is on a connection.  The operation would
 * tell no more than the same server's success does, and was measured to cost a
 * quarter of the rate of search and bind.
 */
#ifndef DIRECTORY_BIND_H
#define DIRECTORY_BIND_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>

#include "gatewayd/directory/bind_control.h"
#include "lib/ipc/messages.h"

struct bind_result {
	int code;	  /* LDAP's result code */
	bool referral;	  /* the answer names other servers */
	bool undecodable; /* the other members are not set */
	struct bind_controls controls;
	const char *text; /* the server's diagnostic message, or NULL */
};

enum verdict bind_verdict(
    const struct bind_result *r, enum account_state *state_r);

/*
 * Starts a simple bind with the policy control.  Returns an LDAP result code;
 * LDAP_PARAM_ERROR if DN or password is empty.  libldap keeps a copy of the
 * password until the operation ends; the memory functions that
 * ldap_options_isolate() sets wipe that copy.
 */
int bind_send(LDAP *ld, const char *dn, const void *password,
    size_t password_size, int *msgid_r);
/* The verdict of the message that answers a bind. */
enum verdict bind_answer(LDAP *ld, LDAPMessage *m, enum account_state *state_r);

#endif
