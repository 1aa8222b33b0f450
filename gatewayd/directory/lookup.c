/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/lookup.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>

#include "gatewayd/directory/escape.h"
#include "gatewayd/directory/ldap_attributes.h"
#include "lib/base/log.h"
#include "lib/base/utf8.h"

#define UUID_FORM "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx" /* RFC 4530 */
/* of 389 Directory Server */
#define UNIQUE_ID_FORM "xxxxxxxx-xxxxxxxx-xxxxxxxx-xxxxxxxx"
#define GUID_BYTES 16

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
	char match[LOOKUP_FILTER_MAX];
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
    const char *name, int64_t now_unix)
{
	l->conf = conf;
	l->now_unix = now_unix;
	l->entries = 0;
	l->groups = l->reference = l->malformed = false;
	l->dn[0] = '\0';
	clear_answer(&l->answer);
	l->profile = conf_profile_find(conf->profile);
	if (l->profile == NULL || strlen(name) > USERNAME_MAX)
		return -1;
	snprintf(l->name, sizeof l->name, "%s", name);
	return person_filter(l);
}

static int
send_search(struct lookup *l, LDAP *ld, char **attributes, int *msgid_r)
{
	const char *base = l->groups ? l->conf->group_base : l->conf->base;
	int limit = l->groups ? GROUPS_MAX + 1 : 2;
	/* the server's own limit; ours is the request's deadline */
	struct timeval timeout = {
	    .tv_sec = (l->conf->operation_timeout + 999) / 1000};

	return ldap_search_ext(ld, base, LDAP_SCOPE_SUBTREE, l->filter,
	    attributes, 0, NULL, NULL, &timeout, limit, msgid_r);
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

int
lookup_send(struct lookup *l, LDAP *ld, int *msgid_r)
{
	const struct conf_directory *conf = l->conf;
	char *list[LOOKUP_ATTRIBUTES + 1] = {NULL};
	size_t count = 0;

	/* a search that is repeated on another connection starts anew */
	l->entries = 0;
	l->reference = l->malformed = false;
	if (l->groups) {
		l->answer.group_count = 0;
		add(list, &count, LDAP_NO_ATTRS);
		return send_search(l, ld, list, msgid_r);
	}
	clear_answer(&l->answer);
	l->answer.state = ACCOUNT_ACTIVE;
	ldap_attributes_ask(conf, &l->answer);
	add(list, &count, conf->username_attribute);
	add(list, &count, conf->id_attribute);
	add(list, &count, conf->employment_attribute);
	add(list, &count, conf->group_attribute);
	account_begin(&l->account, conf);
	add_account(l, list, &count);
	for (size_t i = 0; i < l->answer.attribute_count; i++)
		add(list, &count, l->answer.attribute[i]);
	return send_search(l, ld, list, msgid_r);
}

static bool
is_named(const struct berval *v, const char *s)
{
	return s[0] != '\0' && v->bv_len == strlen(s) &&
	       strncasecmp(v->bv_val, s, v->bv_len) == 0;
}

/* Copies text into out[max + 1].  -1: empty, too long, or not UTF-8 text. */
static int
copy_text(const struct berval *v, char *out, size_t max)
{
	if (v->bv_len == 0 || v->bv_len > max ||
	    !utf8_is_text(v->bv_val, v->bv_len))
		return -1;
	memcpy(out, v->bv_val, v->bv_len);
	out[v->bv_len] = '\0';
	return 0;
}

/* objectGUID: the first three fields are little-endian (MS-DTYP 2.3.4.2) */
static int
guid_subject(const uint8_t *g, size_t size, char *out)
{
	if (size != GUID_BYTES)
		return -1;
	snprintf(out, sizeof UUID_FORM,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x%02x%02x%02x%02x",
	    g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6], g[8], g[9], g[10],
	    g[11], g[12], g[13], g[14], g[15]);
	return 0;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Digits and dashes as in the form, in lower case. */
static int
hex_subject(const char *form, const char *v, size_t size, char *out)
{
	if (size != strlen(form))
		return -1;
	for (size_t i = 0; i < size; i++) {
		char c = v[i];

		if (c >= 'A' && c <= 'F')
			c = (char)(c - 'A' + 'a');
		if (form[i] == '-' ? c != '-' : !is_hex(c))
			return -1;
		out[i] = c;
	}
	out[size] = '\0';
	return 0;
}

int
lookup_subject(const char *attribute, const void *value, size_t size,
    char out[SUBJECT_MAX + 1])
{
	const char *v = value;

	if (strcasecmp(attribute, "objectGUID") == 0)
		return guid_subject(value, size, out);
	if (strcasecmp(attribute, "entryUUID") == 0)
		return hex_subject(UUID_FORM, value, size, out);
	if (strcasecmp(attribute, "nsUniqueId") == 0)
		return hex_subject(UNIQUE_ID_FORM, value, size, out);
	if (size == 0 || size > SUBJECT_MAX)
		return -1;
	for (size_t i = 0; i < size; i++)
		if (v[i] <= ' ' || v[i] > '~')
			return -1;
	memcpy(out, v, size);
	out[size] = '\0';
	return 0;
}

/* Each take_* returns -1 when the entry is malformed by it. */
static int
take_subject(struct lookup *l, const struct berval *values)
{
	/* exactly one, in one list */
	if (l->answer.subject[0] != '\0' || values == NULL ||
	    values[0].bv_val == NULL || values[1].bv_val != NULL)
		return -1;
	return lookup_subject(l->conf->id_attribute, values[0].bv_val,
	    values[0].bv_len, l->answer.subject);
}

/* The server matched by its own rules; ours is ASCII without case.  Of several
 * values only the one that was asked for counts. */
static int
take_name(struct lookup *l, const struct berval *values)
{
	for (; values != NULL && values->bv_val != NULL; values++)
		if (is_named(values, l->name))
			return copy_text(values, l->answer.name, USERNAME_MAX);
	return 0;
}

/* Two values that say different things say nothing. */
static int
take_employment(struct lookup *l, const struct berval *values)
{
	enum account_employment e = ACCOUNT_EMPLOYMENT_UNKNOWN;

	for (size_t i = 0; values != NULL && values[i].bv_val != NULL; i++) {
		enum account_employment other = account_employment(
		    l->conf, values[i].bv_val, values[i].bv_len);

		e = i == 0 || e == other ? other : ACCOUNT_EMPLOYMENT_UNKNOWN;
		if (e == ACCOUNT_EMPLOYMENT_UNKNOWN)
			break;
	}
	l->answer.employment = (uint8_t)e;
	return 0;
}

/* One group that does not fit makes the whole entry malformed: a deny rule may
 * be about that one. */
static int
take_group(struct lookup *l, const struct berval *dn)
{
	struct msg_DIRECTORY_LOOKUP_ANS *a = &l->answer;

	if (a->group_count == GROUPS_MAX ||
	    copy_text(dn, a->group[a->group_count], GROUP_MAX) < 0) {
		log_warnx("%s: the entry has more than %d groups, or one of "
			  "more than %d bytes",
		    l->dn, GROUPS_MAX, GROUP_MAX);
		return -1;
	}
	a->group_count++;
	return 0;
}

static int
take_groups(struct lookup *l, const struct berval *values)
{
	for (; values != NULL && values->bv_val != NULL; values++)
		if (take_group(l, values) < 0)
			return -1;
	return 0;
}

/* A restriction that the directory has and this gateway does not know how to
 * judge is no secret: once is enough. */
static void
name_not_evaluated(const struct lookup *l, size_t i)
{
	static bool said[ACCOUNT_ATTRIBUTES];

	if (!account_is_not_evaluated(i) || l->account.value[i] == 0 || said[i])
		return;
	said[i] = true;
	log_warnx("%s: the entry has %s, which is not evaluated, for nobody",
	    l->dn, account_attribute(&l->account, i));
}

static int
take_account(struct lookup *l, size_t i, const struct berval *values)
{
	if (values == NULL || values->bv_val == NULL) {
		log_warnx("%s: %s has no value", l->dn,
		    account_attribute(&l->account, i));
		return -1;
	}
	for (; values->bv_val != NULL; values++)
		if (account_take(
			&l->account, i, values->bv_val, values->bv_len) < 0) {
			log_warnx("%s: the value of %s is malformed, or there "
				  "are two",
			    l->dn, account_attribute(&l->account, i));
			return -1;
		}
	name_not_evaluated(l, i);
	return 0;
}

static int
take_values(struct lookup *l, size_t i, const struct berval *values)
{
	if (ldap_attributes_take(&l->answer, i, values) == 0)
		return 0;
	log_warnx("%s: %s has no value, too many, or one that is no "
		  "text or has more than %d bytes",
	    l->dn, l->answer.attribute[i], ATTRIBUTE_VALUE_MAX);
	return -1;
}

static bool
names(const struct berval *attribute, const char *name, bool *asked)
{
	bool same = is_named(attribute, name);

	*asked = *asked || same;
	return same;
}

/* The server has another name for one that was asked for (surname is sn), or
 * one that is a kind of it (cn is a kind of name): taken for neither, it would
 * be missing where a deny rule is about it. */
static int
was_not_asked(const struct lookup *l, const struct berval *attribute)
{
	log_warnx("%s: the server answers with the attribute %.*s, "
		  "which directory did not ask for: use that name in "
		  "the policy or the configuration",
	    l->dn, (int)(attribute->bv_len < 64 ? attribute->bv_len : 64),
	    attribute->bv_val);
	return -1;
}

static int
take_attribute(struct lookup *l, const struct berval *attribute,
    const struct berval *values)
{
	const struct conf_directory *conf = l->conf;
	bool asked = false;
	int bad = 0;

	/* An option means a part or a variant: "memberOf;range=0-1499" is
	 * Active Directory's way to say that there are more. */
	if (memchr(attribute->bv_val, ';', attribute->bv_len) != NULL)
		return -1;
	/* no else: two keys may name one attribute */
	if (names(attribute, conf->id_attribute, &asked))
		bad |= take_subject(l, values);
	if (names(attribute, conf->username_attribute, &asked))
		bad |= take_name(l, values);
	if (names(attribute, conf->employment_attribute, &asked))
		bad |= take_employment(l, values);
	if (names(attribute, conf->group_attribute, &asked))
		bad |= take_groups(l, values);
	for (size_t i = 0; i < ACCOUNT_ATTRIBUTES; i++)
		if (account_attribute(&l->account, i) != NULL &&
		    names(attribute, account_attribute(&l->account, i), &asked))
			bad |= take_account(l, i, values);
	for (size_t i = 0; i < l->answer.attribute_count; i++)
		if (names(attribute, l->answer.attribute[i], &asked))
			bad |= take_values(l, i, values);
	return asked ? bad : was_not_asked(l, attribute);
}

/* libldap's in-place decoding: pointers into the message. */
static int
take_entry(struct lookup *l, LDAP *ld, LDAPMessage *m)
{
	BerElement *ber = NULL;
	struct berval dn, attribute, *values = NULL;
	int result = -1;

	if (ldap_get_dn_ber(ld, m, &ber, &dn) != LDAP_SUCCESS)
		return -1;
	if (copy_text(&dn, l->dn, LOOKUP_DN_MAX) < 0)
		goto out;
	for (;;) {
		if (ldap_get_attribute_ber(ld, m, ber, &attribute, &values) !=
		    LDAP_SUCCESS)
			goto out;
		if (attribute.bv_val == NULL)
			break;
		if (take_attribute(l, &attribute, values) < 0)
			goto out;
		ber_memfree(values);
		values = NULL;
	}
	result = 0;
out:
	ber_memfree(values);
	ber_free(ber, 0);
	return result;
}

static int
take_group_entry(struct lookup *l, LDAP *ld, LDAPMessage *m)
{
	BerElement *ber = NULL;
	struct berval dn;
	int result;

	if (ldap_get_dn_ber(ld, m, &ber, &dn) != LDAP_SUCCESS)
		return -1;
	result = take_group(l, &dn);
	ber_free(ber, 0);
	return result;
}

bool
lookup_part(struct lookup *l, LDAP *ld, LDAPMessage *m)
{
	if (ldap_msgtype(m) != LDAP_RES_SEARCH_ENTRY) {
		l->reference = true;
		return false;
	}
	l->entries++;
	if (l->groups) {
		if (take_group_entry(l, ld, m) < 0)
			l->malformed = true;
		return !l->malformed;
	}
	if (l->entries > 1)
		return false;
	if (take_entry(l, ld, m) < 0)
		l->malformed = true;
	else
		l->answer.state =
		    (uint8_t)account_judge(&l->account, l->now_unix);
	return true;
}

static enum lookup_status
judge(const struct lookup *l, int code)
{
	if (l->entries > 1 && !l->groups)
		return LOOKUP_AMBIGUOUS;
	/* a part of the answer is elsewhere, and is not asked for there */
	if (l->reference || code == LDAP_REFERRAL) {
		log_warnx("%s: the server refers to another server for a "
			  "part of the answer",
		    l->groups ? l->conf->group_base : l->conf->base);
		return LOOKUP_UNAVAILABLE;
	}
	if (l->malformed || code == LDAP_SIZELIMIT_EXCEEDED)
		return LOOKUP_MALFORMED;
	if (code != LDAP_SUCCESS) {
		log_warnx("search: %s", ldap_err2string(code));
		return LOOKUP_UNAVAILABLE;
	}
	if (l->groups)
		return LOOKUP_FOUND;
	/* also when the entry's name only looks like the one asked for */
	if (l->entries == 0 || l->answer.name[0] == '\0')
		return LOOKUP_UNKNOWN;
	if (l->answer.subject[0] == '\0') {
		log_warnx("%s: the entry has no %s that identifies it", l->dn,
		    l->conf->id_attribute);
		return LOOKUP_MALFORMED;
	}
	return LOOKUP_FOUND;
}

bool
lookup_result(struct lookup *l, int code)
{
	enum lookup_status status = judge(l, code);

	if (status == LOOKUP_FOUND && !l->groups &&
	    l->conf->group_attribute[0] == '\0' &&
	    l->conf->group_base[0] != '\0') {
		l->groups = true;
		if (escape_match("", "member",
			(struct bytes){l->dn, strlen(l->dn)}, l->filter,
			sizeof l->filter) == 0)
			return true;
		status = LOOKUP_MALFORMED;
	}
	/* nothing of an entry that is not the one goes any further */
	if (status != LOOKUP_FOUND) {
		clear_answer(&l->answer);
		l->dn[0] = '\0';
	}
	l->answer.status = (uint8_t)status;
	return false;
}
