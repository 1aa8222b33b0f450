/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The attributes that the policy names, in a lookup's answer.  The answer has
 * all values of all of them, else the entry is malformed: a deny rule could be
 * about a value that was left out.
 */
#ifndef DIRECTORY_LDAP_ATTRIBUTES_H
#define DIRECTORY_LDAP_ATTRIBUTES_H

#include <lber.h>
#include <stddef.h>

#include "lib/conf/conf.h"
#include "lib/ipc/messages.h"

/* Writes the names of these attributes into the answer. */
void ldap_attributes_ask(
    const struct conf_directory *conf, struct msg_DIRECTORY_LOOKUP_ANS *a);

/*
 * Adds the values of the answer's attribute of that number; a NULL ends them.
 * -1: there is no value, or more than the answer holds; or a value is empty, is
 * longer than ATTRIBUTE_VALUE_MAX, is no UTF-8 or has control characters.
 */
int ldap_attributes_take(struct msg_DIRECTORY_LOOKUP_ANS *a, size_t number,
    const struct berval *values);

#endif
