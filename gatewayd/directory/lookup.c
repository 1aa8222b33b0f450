/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/lookup.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "gatewayd/directory/escape.h"
#include "gatewayd/directory/ldap_attributes.h"
#include "gatewayd/directory/lookup_entry.h"
#include "gatewayd/directory/sid.h"
#include "lib/base/log.h"

#define LOOKUP_MATCH_MAX 4096

/* All but the room for groups and attributes, which is large and guarded by
 * its counts. */
static void
clear_answer(struct msg_DIRECTORY_LOOKUP_ANS *a)
{
	memset(a, 0, offsetof(struct msg_DIRECTORY_LOOKUP_ANS, group));
	a->group_count = a->attribute_count = a->values_size = 0;
}

static int
person_filter(struct lookup *l)
{
	char match[LOOKUP_MATCH_MAX];
	int n;

	if (escape_match(l->conf->object_class, l->conf->username_attribute,
		(struct bytes){l->name, strlen(l->name)}, match,
		sizeof match) < 0)
		return -1;
	n = snprintf(l->filter, sizeof l->filter,
	    l->profile->condition[0] != '\0' ? "(&%s%s)" : "%s%s", match,
	    l->profile->condition);
	return n > 0 && (size_t)n < sizeof l->filter ? 0 : -1;
}

int
lookup_init(struct lookup *l, const struct conf_directory *conf,
    const struct named_groups *named, const char *name, int64_t now_unix)
{
	group_search_init(&l->groups, conf, named);
	l->conf = conf;
	l->now_unix = now_unix;
	l->entries = 0;
	l->stage = LOOKUP_PERSON;
	l->reference = l->malformed = false;
	l->dn[0] = l->primary_dn[0] = '\0';
	l->group_mark = 0;
	clear_answer(&l->answer);
	l->profile = conf_profile_find(conf->profile);
	if (l->profile == NULL || strlen(name) > USERNAME_MAX)
		return -1;
	snprintf(l->name, sizeof l->name, "%s", name);
	return person_filter(l);
}

struct search {
	const char *base;
	int scope;
	const char *filter;
	int limit;
};

static int
send_search(const struct lookup *l, LDAP *ld, const struct search *s,
    char **attributes, int *msgid_r)
{
	/* the server's own limit; ours is the request's deadline */
	struct timeval timeout = {
	    .tv_sec = (l->conf->operation_timeout + 999) / 1000};

	return ldap_search_ext(ld, s->base, s->scope, s->filter, attributes, 0,
	    NULL, NULL, &timeout, s->limit, msgid_r);
}

/* libldap takes char ** and changes nothing in it */
static void
add(char **list, size_t *count, const char *attribute)
{
	if (attribute[0] != '\0')
		list[(*count)++] = (char *)(uintptr_t)attribute;
}

/* each attribute once, which may have several rules in a row */
static void
add_account(const struct lookup *l, char **list, size_t *count)
{
	const char *last = "";

	for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++) {
		const char *attribute = account_attribute(&l->account, i);

		if (attribute == NULL || strcmp(last, attribute) == 0)
			continue;
		add(list, count, attribute);
		last = attribute;
	}
}

static int
send_person(struct lookup *l, LDAP *ld, int *msgid_r)
{
	const struct conf_directory *conf = l->conf;
	const struct search s = {conf->base, LDAP_SCOPE_SUBTREE, l->filter, 2};
	char *list[LOOKUP_ATTRIBUTES + 1] = {NULL};
	size_t count = 0;

	clear_answer(&l->answer);
	l->answer.state = ACCOUNT_ACTIVE;
	l->sid_size = l->primary = 0;
	ldap_attributes_ask(conf, &l->answer);
	add(list, &count, conf->username_attribute);
	add(list, &count, conf->id_attribute);
	add(list, &count, conf->employment_attribute);
	if (l->groups.named->count > 0) {
		add(list, &count, conf->group_attribute);
		if (l->profile->primary_group) {
			add(list, &count, ENTRY_SID);
			add(list, &count, ENTRY_PRIMARY_GROUP);
		}
	}
	account_begin(&l->account, conf);
	add_account(l, list, &count);
	for (size_t i = 0; i < l->answer.attribute_count; i++)
		add(list, &count, l->answer.attribute[i]);
	return send_search(l, ld, &s, list, msgid_r);
}

/* Those of the current search: another server may know others. */
static void
forget_groups(struct lookup *l)
{
	l->answer.group_count = l->group_mark;
	group_search_again(&l->groups);
}

/* MS-ADTS 3.1.1.3.1.2.4: a SID stands for the DN of its object. */
static int
send_primary(struct lookup *l, LDAP *ld, int *msgid_r)
{
	char base[SID_TEXT_MAX + 8], none[] = LDAP_NO_ATTRS;
	char *list[] = {none, NULL};
	const struct search s = {base, LDAP_SCOPE_BASE, NULL, 1};

	snprintf(base, sizeof base, "<SID=%s>", l->primary_sid);
	l->primary_dn[0] = '\0';
	forget_groups(l);
	return send_search(l, ld, &s, list, msgid_r);
}

static int
send_groups(struct lookup *l, LDAP *ld, int *msgid_r)
{
	char none[] = LDAP_NO_ATTRS, *list[] = {none, NULL};
	const struct search s = {l->conf->group_base, LDAP_SCOPE_SUBTREE,
	    l->filter, GROUP_SEARCH_MAX + 1};

	forget_groups(l);
	return send_search(l, ld, &s, list, msgid_r);
}

int
lookup_send(struct lookup *l, LDAP *ld, int *msgid_r)
{
	/* a search that is repeated on another connection starts anew */
	l->entries = 0;
	l->reference = l->malformed = false;
	switch (l->stage) {
	case LOOKUP_PERSON:
		forget_groups(l);
		return send_person(l, ld, msgid_r);
	case LOOKUP_PRIMARY:
		return send_primary(l, ld, msgid_r);
	case LOOKUP_GROUPS:
		return send_groups(l, ld, msgid_r);
	}
	return LDAP_PARAM_ERROR;
}

/* Of a group only its DN counts. */
static int
take_group_entry(struct lookup *l, LDAP *ld, LDAPMessage *m)
{
	BerElement *ber = NULL;
	struct berval dn;
	int result;

	if (ldap_get_dn_ber(ld, m, &ber, &dn) != LDAP_SUCCESS)
		return -1;
	result = lookup_entry_group(l, &dn);
	if (l->stage == LOOKUP_PRIMARY &&
	    lookup_entry_text(&dn, l->primary_dn, LOOKUP_DN_MAX) < 0)
		result = -1;
	ber_free(ber, 0);
	return result;
}

/* A search from the top of a domain ends with these: they are noted once. */
static bool
note_reference(const struct lookup *l)
{
	static bool noted;

	if (!l->profile->references)
		return false;
	if (!noted)
		log_info("the server refers to other parts of the directory, "
			 "where nobody is looked up");
	noted = true;
	return true;
}

bool
lookup_part(struct lookup *l, LDAP *ld, LDAPMessage *m)
{
	if (ldap_msgtype(m) != LDAP_RES_SEARCH_ENTRY) {
		if (ldap_msgtype(m) == LDAP_RES_SEARCH_REFERENCE &&
		    note_reference(l))
			return true;
		l->reference = true;
		return false;
	}
	l->entries++;
	if (l->stage != LOOKUP_PERSON) {
		if (take_group_entry(l, ld, m) < 0)
			l->malformed = true;
		return !l->malformed;
	}
	if (l->entries > 1)
		return false;
	if (lookup_entry_take(l, ld, m) < 0)
		l->malformed = true;
	else
		l->answer.state =
		    (uint8_t)account_judge(&l->account, l->now_unix);
	return true;
}

/* The entry of the person. */
static enum lookup_status
judge_person(struct lookup *l)
{
	/* also when the entry's name only looks like the one asked for */
	if (l->entries == 0 || l->answer.name[0] == '\0')
		return LOOKUP_UNKNOWN;
	if (l->answer.subject[0] == '\0') {
		log_warnx("%s: the entry has no %s that identifies it", l->dn,
		    l->conf->id_attribute);
		return LOOKUP_MALFORMED;
	}
	if (l->groups.named->count > 0 && l->profile->primary_group &&
	    sid_of_group(l->sid, l->sid_size, l->primary, l->primary_sid) < 0) {
		log_warnx("%s: the entry has no %s or no %s that can be used",
		    l->dn, ENTRY_SID, ENTRY_PRIMARY_GROUP);
		return LOOKUP_MALFORMED;
	}
	return LOOKUP_FOUND;
}

static enum lookup_status
judge(struct lookup *l, int code)
{
	if (l->entries > 1 && l->stage == LOOKUP_PERSON)
		return LOOKUP_AMBIGUOUS;
	/* a part of the answer is elsewhere, and is not asked for there */
	if (l->reference || code == LDAP_REFERRAL) {
		log_warnx("%s: the server refers to another server for a "
			  "part of the answer",
		    l->stage == LOOKUP_GROUPS ? l->conf->group_base
					      : l->conf->base);
		return LOOKUP_UNAVAILABLE;
	}
	if (l->malformed)
		return LOOKUP_MALFORMED;
	if (code == LDAP_SIZELIMIT_EXCEEDED) {
		log_warnx("%s: the server's size limit cut the answer off",
		    l->dn[0] != '\0' ? l->dn : l->conf->base);
		return LOOKUP_MALFORMED;
	}
	if (l->stage == LOOKUP_PRIMARY &&
	    (code == LDAP_NO_SUCH_OBJECT ||
		(code == LDAP_SUCCESS && l->primary_dn[0] == '\0'))) {
		log_warnx("%s: the primary group %u was not found", l->dn,
		    l->primary);
		return LOOKUP_MALFORMED;
	}
	if (code != LDAP_SUCCESS) {
		log_warnx("search: %s", ldap_err2string(code));
		return LOOKUP_UNAVAILABLE;
	}
	return l->stage == LOOKUP_PERSON ? judge_person(l) : LOOKUP_FOUND;
}

/* 1: there is one more search.  0: there is none.  -1: it cannot be made. */
static int
next_search(struct lookup *l)
{
	if (l->groups.named->count == 0)
		return 0;
	l->group_mark = l->answer.group_count;
	l->groups.mark = l->groups.seen_count;
	if (l->stage == LOOKUP_PERSON && l->profile->primary_group) {
		l->stage = LOOKUP_PRIMARY;
		return 1;
	}
	if (l->conf->group_base[0] == '\0')
		return 0;
	l->stage = LOOKUP_GROUPS;
	return group_search_next(&l->groups, l->dn, l->primary_dn, l->filter);
}

bool
lookup_result(struct lookup *l, int code)
{
	enum lookup_status status = judge(l, code);
	int more = status == LOOKUP_FOUND ? next_search(l) : 0;

	if (more > 0)
		return true;
	if (more < 0)
		status = LOOKUP_MALFORMED;
	/* nothing of an entry that is not the one goes any further */
	if (status != LOOKUP_FOUND) {
		clear_answer(&l->answer);
		l->dn[0] = '\0';
	}
	l->answer.status = (uint8_t)status;
	l->answer.group_list = l->groups.named->number;
	return false;
}

void
lookup_free(struct lookup *l)
{
	if (l == NULL)
		return;
	group_search_free(&l->groups);
	free(l);
}
