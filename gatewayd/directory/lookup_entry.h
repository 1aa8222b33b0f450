/* SPDX-License-Identifier: Apache-2.0 */
/* What a lookup knows so far, and what an entry says of a person: it is written
 * into the lookup's answer. */
#ifndef DIRECTORY_LOOKUP_ENTRY_H
#define DIRECTORY_LOOKUP_ENTRY_H

#include <ldap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/directory/account.h"
#include "gatewayd/directory/group_search.h"
#include "gatewayd/directory/sid.h"
#include "lib/conf/conf.h"
#include "lib/conf/conf_profiles.h"
#include "lib/ipc/messages.h"

/* The attributes with the number of a person's primary group. */
#define ENTRY_SID "objectSid"
#define ENTRY_PRIMARY_GROUP "primaryGroupID"

#define LOOKUP_DN_MAX 1024
#define LOOKUP_SID_MAX 68 /* MS-DTYP 2.4.2.2 */
#define LOOKUP_ATTRIBUTES (6 + ACCOUNT_ATTRIBUTES + CONF_ATTRIBUTES)

enum lookup_stage {
	LOOKUP_PERSON,
	LOOKUP_PRIMARY, /* the group of primaryGroupID */
	LOOKUP_GROUPS
};

/* Large: allocate it. */
struct lookup {
	const struct conf_directory *conf;
	const struct conf_profile *profile;
	struct msg_DIRECTORY_LOOKUP_ANS answer;
	struct account_seen account;
	char name[USERNAME_MAX + 1];	      /* the name that is looked up */
	char dn[LOOKUP_DN_MAX + 1];	      /* of the entry that was found */
	char filter[GROUP_SEARCH_FILTER_MAX]; /* of the current search */
	int64_t now_unix;
	unsigned entries;
	enum lookup_stage stage; /* what the current search is for */
	struct group_search groups;
	size_t group_mark; /* the answer's groups before this search */
	char sid[LOOKUP_SID_MAX];
	size_t sid_size;
	uint32_t primary; /* primaryGroupID; 0: none */
	char primary_sid[SID_TEXT_MAX];
	char primary_dn[LOOKUP_DN_MAX + 1];
	bool reference; /* the answer pointed to other servers */
	bool malformed;
};

/* These return -1 when the entry is malformed by it. */
int lookup_entry_take(struct lookup *l, LDAP *ld, LDAPMessage *m);
/* One group that is not understood makes the whole entry malformed: a deny rule
 * may be about that one. */
int lookup_entry_group(struct lookup *l, const struct berval *dn);
/* Copies text into out[max + 1].  -1: empty, too long, or not UTF-8 text. */
int lookup_entry_text(const struct berval *v, char *out, size_t max);

#endif
