/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The searches for one person and the groups, and the meaning of the answers.
 * It uses the network only through the handle that it is given, so a test can
 * give it any answer.
 */
#ifndef DIRECTORY_LOOKUP_H
#define DIRECTORY_LOOKUP_H

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/directory/lookup_entry.h"

/* -1: no filter can be made of the name.  lookup_free() in both cases. */
int lookup_init(struct lookup *l, const struct conf_directory *conf,
    const struct named_groups *named, const char *name, int64_t now_unix);
/* Starts the current search.  Returns an LDAP result code. */
int lookup_send(struct lookup *l, LDAP *ld, int *msgid_r);
/* Takes an entry or a reference.  False: the search can end now. */
bool lookup_part(struct lookup *l, LDAP *ld, LDAPMessage *m);
/* Takes the result code of a search.  True: call lookup_send() again, for the
 * next one.  False: the answer is complete. */
bool lookup_result(struct lookup *l, int code);
/* Frees it and what it holds. */
void lookup_free(struct lookup *l);

#endif
