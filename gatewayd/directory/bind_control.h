/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The controls that servers send with the answer to a bind, and the state of
 * the account that they tell of.  A control of this list that cannot be read,
 * or that comes twice, is malformed.  Any other control is ignored: nobody
 * asked for it.
 */
#ifndef DIRECTORY_BIND_CONTROL_H
#define DIRECTORY_BIND_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/ipc/messages.h"

/* draft-vchu-ldap-pwd-policy-00: 389 Directory Server, and others of its
 * family.  The value of the first one means nothing. */
#define BIND_CONTROL_EXPIRED "2.16.840.1.113730.3.4.4"
/* The value is the seconds until the password expires, as digits. */
#define BIND_CONTROL_EXPIRING "2.16.840.1.113730.3.4.5"
/* Account usability, of OpenLDAP and Sun: the same number in the request. */
#define BIND_CONTROL_USABLE "1.3.6.1.4.1.42.2.27.9.5.8"

/* draft-behera-ldap-password-policy-10, section 6.2 */
enum bind_policy_error {
	BIND_PASSWORD_EXPIRED,
	BIND_ACCOUNT_LOCKED,
	BIND_CHANGE_AFTER_RESET,
	BIND_POLICY_NONE = -1
};

struct bind_policy {
	bool present, malformed;
	int error;  /* a number of the draft, 0 to 8, or BIND_POLICY_NONE */
	bool grace; /* the password expired, and this is a grace login */
};

struct bind_controls {
	struct bind_policy policy;
	bool malformed;		  /* one of the others */
	enum account_state state; /* the others say so; 0: they say nothing */
	unsigned seen;		  /* one bit for each of the others */
};

/* Parses the control as strict BER: exact lengths, known tags, in order.  Sets
 * all members of p. */
void bind_policy_parse(
    struct bind_policy *p, const void *value, size_t value_size);

/* Takes one control of an answer.  c is zeroed before the first one. */
void bind_control_take(struct bind_controls *c, const char *oid,
    const void *value, size_t value_size);

/* The state of all controls together; ACCOUNT_ACTIVE if they say nothing. */
enum account_state bind_control_state(const struct bind_controls *c);

#endif
