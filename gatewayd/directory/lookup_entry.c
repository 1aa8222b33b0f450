/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/lookup_entry.h"

#include <string.h>
#include <strings.h>

#include "gatewayd/directory/ldap_attributes.h"
#include "gatewayd/directory/stable_id.h"
#include "lib/base/dn.h"
#include "lib/base/log.h"
#include "lib/base/utf8.h"

static bool
is_named(const struct berval *v, const char *s)
{
	return s[0] != '\0' && v->bv_len == strlen(s) &&
	       strncasecmp(v->bv_val, s, v->bv_len) == 0;
}

int
lookup_entry_text(const struct berval *v, char *out, size_t max)
{
	if (v->bv_len == 0 || v->bv_len > max ||
	    !utf8_is_text(v->bv_val, v->bv_len))
		return -1;
	memcpy(out, v->bv_val, v->bv_len);
	out[v->bv_len] = '\0';
	return 0;
}

/* One value of an attribute that has no more; NULL: malformed. */
static const struct berval *
only(const struct berval *values)
{
	return values != NULL && values[0].bv_val != NULL &&
		       values[1].bv_val == NULL
		   ? values
		   : NULL;
}

/* Each take_* returns -1 when the entry is malformed by it. */
static int
take_subject(struct lookup *l, const struct berval *values)
{
	const struct berval *v = only(values);

	/* exactly one, in one list */
	if (v == NULL || l->answer.subject[0] != '\0')
		return -1;
	return stable_id(
	    l->conf->id_attribute, v->bv_val, v->bv_len, l->answer.subject);
}

/* The server matched by its own rules; ours is ASCII without case.  Of several
 * values only the one that was asked for counts. */
static int
take_name(struct lookup *l, const struct berval *values)
{
	for (; values != NULL && values->bv_val != NULL; values++)
		if (is_named(values, l->name))
			return lookup_entry_text(
			    values, l->answer.name, USERNAME_MAX);
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

int
lookup_entry_group(struct lookup *l, const struct berval *v)
{
	struct msg_DIRECTORY_LOOKUP_ANS *a = &l->answer;
	char dn[DN_MAX + 1];
	bool named;

	if (lookup_entry_text(v, dn, DN_MAX) < 0) {
		log_warnx("%s: a group is no DN, or one of more than %zu bytes",
		    l->dn, DN_MAX);
		return -1;
	}
	if (group_search_take(&l->groups, dn, &named) < 0)
		return -1;
	if (!named)
		return 0;
	if (a->group_count == GROUPS_MAX || v->bv_len > GROUP_MAX) {
		log_warnx("%s: the entry has more than %d groups that the "
			  "policy names, or one of more than %d bytes",
		    l->dn, GROUPS_MAX, GROUP_MAX);
		return -1;
	}
	memcpy(a->group[a->group_count++], dn, v->bv_len + 1);
	return 0;
}

static int
take_groups(struct lookup *l, const struct berval *values)
{
	for (; values != NULL && values->bv_val != NULL; values++)
		if (lookup_entry_group(l, values) < 0)
			return -1;
	return 0;
}

static int
take_sid(struct lookup *l, const struct berval *values)
{
	const struct berval *v = only(values);

	if (v == NULL || l->sid_size > 0 || v->bv_len > sizeof l->sid)
		return -1;
	memcpy(l->sid, v->bv_val, v->bv_len);
	l->sid_size = v->bv_len;
	return 0;
}

static int
take_primary(struct lookup *l, const struct berval *values)
{
	const struct berval *v = only(values);

	return v != NULL && l->primary == 0
		   ? sid_number(v->bv_val, v->bv_len, &l->primary)
		   : -1;
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

/*
 * An attribute with options.  A language is a variant with values that count
 * like the others (RFC 3866), where they are text for the policy.  Any other
 * means a part: "memberOf;range=0-1499" is Active Directory's way to say that
 * there are more.
 */
static int
take_variant(struct lookup *l, const struct berval *attribute,
    const struct berval *values)
{
	struct berval base = *attribute;
	const char *option = memchr(base.bv_val, ';', base.bv_len);
	size_t size = (size_t)(base.bv_val + base.bv_len - option);
	int bad = -1;

	base.bv_len -= size;
	if (size > 6 && strncasecmp(option, ";lang-", 6) == 0 &&
	    memchr(option + 1, ';', size - 1) == NULL)
		for (size_t i = 0; i < l->answer.attribute_count; i++)
			if (is_named(&base, l->answer.attribute[i]))
				bad = take_values(l, i, values);
	if (bad < 0)
		log_warnx(
		    "%s: the server answers with %.*s, which is a part or "
		    "a variant of the attribute",
		    l->dn,
		    (int)(attribute->bv_len < 64 ? attribute->bv_len : 64),
		    attribute->bv_val);
	return bad;
}

static int
take_attribute(struct lookup *l, const struct berval *attribute,
    const struct berval *values)
{
	const struct conf_directory *conf = l->conf;
	bool asked = false;
	int bad = 0;

	if (memchr(attribute->bv_val, ';', attribute->bv_len) != NULL)
		return take_variant(l, attribute, values);
	/* no else: two keys may name one attribute */
	if (names(attribute, conf->id_attribute, &asked))
		bad |= take_subject(l, values);
	if (names(attribute, conf->username_attribute, &asked))
		bad |= take_name(l, values);
	if (names(attribute, conf->employment_attribute, &asked))
		bad |= take_employment(l, values);
	if (names(attribute, conf->group_attribute, &asked))
		bad |= take_groups(l, values);
	if (l->profile->primary_group && names(attribute, ENTRY_SID, &asked))
		bad |= take_sid(l, values);
	if (l->profile->primary_group &&
	    names(attribute, ENTRY_PRIMARY_GROUP, &asked))
		bad |= take_primary(l, values);
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
int
lookup_entry_take(struct lookup *l, LDAP *ld, LDAPMessage *m)
{
	BerElement *ber = NULL;
	struct berval dn, attribute, *values = NULL;
	int result = -1;

	if (ldap_get_dn_ber(ld, m, &ber, &dn) != LDAP_SUCCESS)
		return -1;
	if (lookup_entry_text(&dn, l->dn, LOOKUP_DN_MAX) < 0)
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
