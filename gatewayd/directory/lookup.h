/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search for one person, and the meaning of its answer.  It uses the
 * network only through the handle that it is given, so a test can give it any
 * answer.
 */
#ifndef DIRECTORY_LOOKUP_H
#define DIRECTORY_LOOKUP_H

#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "gatewayd/directory/account.h"
#include "lib/conf/conf.h"
#include "lib/conf/conf_profiles.h"
#include "lib/ipc/messages.h"

#define LOOKUP_DN_MAX 1024
#define LOOKUP_FILTER_MAX 4096
#define LOOKUP_ATTRIBUTES (4 + ACCOUNT_ATTRIBUTES + CONF_ATTRIBUTES)

/* Large: allocate it. */
struct lookup {
	const struct conf_directory *conf;
	const struct conf_profile *profile;
	struct msg_DIRECTORY_LOOKUP_ANS answer;
	struct account_seen account;
	char name[USERNAME_MAX + 1];	/* the name that is looked up */
	char dn[LOOKUP_DN_MAX + 1];	/* of the entry that was found */
	char filter[LOOKUP_FILTER_MAX]; /* of the current search */
	int64_t now_unix;
	unsigned entries;
	bool groups;	/* the current search is the second one */
	bool reference; /* the answer pointed to other servers */
	bool malformed;
};

/* -1: no filter can be made of the name. */
int lookup_init(struct lookup *l, const struct conf_directory *conf,
    const char *name, int64_t now_unix);
/* Starts the search for the person, or for groups.  Returns an LDAP result
 * code. */
int lookup_send(struct lookup *l, LDAP *ld, int *msgid_r);
/* Takes an entry or a reference.  False: the search can end now. */
bool lookup_part(struct lookup *l, LDAP *ld, LDAPMessage *m);
/* Takes the result code of a search.  True: call lookup_send() again, for the
 * groups.  False: the answer is complete. */
bool lookup_result(struct lookup *l, int code);

/* Writes a stable id in canonical form, from a value of that attribute.  -1:
 * the value is no stable id. */
int lookup_subject(const char *attribute, const void *value, size_t size,
    char out[SUBJECT_MAX + 1]);

#endif
