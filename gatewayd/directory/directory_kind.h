/* SPDX-License-Identifier: Apache-2.0 */
/* What kind of directory a server is, and what an entry of a person there has:
 * for the person who configures it.  No login depends on it. */
#ifndef DIRECTORY_DIRECTORY_KIND_H
#define DIRECTORY_DIRECTORY_KIND_H

#include <ldap.h>
#include <stddef.h>

#include "lib/conf/conf.h"

#define KIND_TEXT 400

struct directory_kind {
	const char *profile; /* that fits, or NULL */
	char classes[KIND_TEXT];
	char has[KIND_TEXT], lacks[KIND_TEXT]; /* attributes */
	bool person;			       /* there is one */
};

/* Asks the server what it is.  Returns an LDAP result code. */
int kind_ask_server(LDAP *ld, int *msgid_r);
void kind_take_server(struct directory_kind *k, LDAP *ld, LDAPMessage *m);
/* Asks for one person. */
int kind_ask_person(const struct conf_directory *conf, LDAP *ld, int *msgid_r);
void kind_take_person(struct directory_kind *k,
    const struct conf_directory *conf, LDAP *ld, LDAPMessage *m);
/* Writes all that was found as sentences. */
void kind_write(const struct directory_kind *k,
    const struct conf_directory *conf, char *out, size_t size);

#endif
