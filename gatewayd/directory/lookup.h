/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One person in the directory: the search, and what its answer means.  There
 * is no network here but through the handle passed in, so that a test can
 * feed it any answer.
 */
#ifndef DIRECTORY_LOOKUP_H
#define DIRECTORY_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include <ldap.h>

#include "gatewayd/directory/account.h"
#include "lib/conf/conf.h"
#include "lib/ipc/messages.h"

#define LOOKUP_DN_MAX 1024
#define LOOKUP_FILTER_MAX 4096
#define LOOKUP_ATTRIBUTES (4 + ACCOUNT_ATTRIBUTES + CONF_ATTRIBUTES)

/* Large: allocate it. */
struct lookup {
	const struct conf_directory *conf;
	struct msg_DIRECTORY_LOOKUP_ANS answer;
	char name[USERNAME_MAX + 1];	/* asked */
	char dn[LOOKUP_DN_MAX + 1];	/* of the one entry found */
	char filter[LOOKUP_FILTER_MAX]; /* of the search under way */
	int64_t now_unix;
	unsigned entries;
	bool groups;	/* the second search is under way */
	bool reference; /* the answer pointed to other servers */
	bool malformed;
};

/* -1: no filter can be made of that name */
int lookup_init(struct lookup *l, const struct conf_directory *conf,
    const char *name, int64_t now_unix);
/* Starts the person's search, or the groups' one: an LDAP result code. */
int lookup_send(struct lookup *l, LDAP *ld, int *msgid_r);
/* An entry or a reference.  false: enough was seen, the search may end. */
bool lookup_part(struct lookup *l, LDAP *ld, LDAPMessage *m);
/* The result code of a search is in.  true: lookup_send() again, for the
 * groups.  false: answer is complete. */
bool lookup_result(struct lookup *l, int code);

/* A stable id in its one spelling, from the bytes of that attribute.
 * -1: they are none. */
int lookup_subject(const char *attribute, const void *value, size_t size,
    char out[SUBJECT_MAX + 1]);

#endif
