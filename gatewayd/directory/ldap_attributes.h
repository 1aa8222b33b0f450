/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes of an entry that the policy names, in an answer: all values
 * of all of them, or the entry is malformed.  One left out could be the one
 * that a deny rule is about.
 */
#ifndef DIRECTORY_LDAP_ATTRIBUTES_H
#define DIRECTORY_LDAP_ATTRIBUTES_H

#include <stddef.h>

#include <lber.h>

#include "lib/conf/conf.h"
#include "lib/ipc/messages.h"

/* The answer says from now on which ones it was about. */
void ldap_attributes_ask(
    const struct conf_directory *conf, struct msg_DIRECTORY_LOOKUP_ANS *a);

/* Adds the values (ended by one of NULL) of the answer's attribute of that
 * number.  -1: there is none, or one is empty, longer than ATTRIBUTE_VALUE_MAX,
 * no UTF-8 text or has control characters, or they are more than the answer
 * holds. */
int ldap_attributes_take(struct msg_DIRECTORY_LOOKUP_ANS *a, size_t number,
    const struct berval *values);

#endif
