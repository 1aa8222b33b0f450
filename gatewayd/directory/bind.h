/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the answer to a simple bind means.  There is exactly one way to a
 * match: result success, no referral, and a password policy control that is
 * either absent or says nothing against it.
 *
 * No "Who am I?" (RFC 4532) follows: success for a bind with a DN and with a
 * password, both not empty, cannot be the anonymous or unauthenticated kind
 * (RFC 4513 5.1.1 to 5.1.3), libldap gives an answer only to the message id
 * that asked, and one bind at a time is on a connection.  The operation would
 * tell no more than the same server's success does, and was measured to cost a
 * quarter of the rate of search and bind.
 */
#ifndef DIRECTORY_BIND_H
#define DIRECTORY_BIND_H

#include <stdbool.h>
#include <stddef.h>

#include <ldap.h>

#include "lib/ipc/messages.h"

/* draft-behera-ldap-password-policy-10, section 6.2 */
enum bind_policy_error {
	BIND_PASSWORD_EXPIRED,
	BIND_ACCOUNT_LOCKED,
	BIND_CHANGE_AFTER_RESET,
	BIND_POLICY_NONE = -1
};

struct bind_policy {
	bool present, malformed;
	int error;  /* of the draft, 0 to 8; BIND_POLICY_NONE */
	bool grace; /* expired, and let in for this once */
};

struct bind_result {
	int code;	  /* LDAP's */
	bool referral;	  /* it names other servers, whatever its code */
	bool undecodable; /* the rest is then of no use */
	struct bind_policy policy;
	const char *text; /* the server's diagnostic message, or NULL */
};

/* Strict BER: exact lengths, known tags, in order.  Sets all of policy. */
void bind_policy_parse(
    struct bind_policy *p, const void *value, size_t value_size);

enum verdict bind_verdict(
    const struct bind_result *r, enum account_state *state_r);

/* Starts a simple bind with the policy control; LDAP_PARAM_ERROR when DN or
 * password are empty.  libldap keeps a copy of the password until the
 * operation's end, which ldap_options_isolate() has overwritten then. */
int bind_send(LDAP *ld, const char *dn, const void *password,
    size_t password_size, int *msgid_r);
/* The verdict of the message that answers it. */
enum verdict bind_answer(LDAP *ld, LDAPMessage *m, enum account_state *state_r);

#endif
