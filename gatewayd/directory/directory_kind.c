/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/directory_kind.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/conf/conf_profiles.h"

#define FILTER_MAX (2 * CONF_TEXT + 128)
#define ASKED_MAX (5 + CONF_ATTRIBUTES + 1)

/* What the entry at the root of a server (RFC 4512 5.1) has, by kind. */
static const struct {
	const char *attribute, *value, *profile;
} marks[] = {
    {"supportedCapabilities", "1.2.840.113556.1.4.800", "ad"},
    {"vendorName", "389 Project", "389ds"},
    {"objectClass", "OpenLDAProotDSE", "openldap"},
};
#define MARKS (sizeof marks / sizeof marks[0])

static bool
is(const struct berval *v, const char *text)
{
	return v->bv_len == strlen(text) &&
	       strncasecmp(v->bv_val, text, v->bv_len) == 0;
}

/* libldap takes char ** and changes nothing in it */
static char *
unconst(const char *text)
{
	return (char *)(uintptr_t)text;
}

int
kind_ask_server(LDAP *ld, int *msgid_r)
{
	char *list[MARKS + 1] = {NULL};

	for (size_t i = 0; i < MARKS; i++)
		list[i] = unconst(marks[i].attribute);
	return ldap_search_ext(ld, "", LDAP_SCOPE_BASE, NULL, list, 0, NULL,
	    NULL, NULL, 1, msgid_r);
}

void
kind_take_server(struct directory_kind *k, LDAP *ld, LDAPMessage *m)
{
	for (size_t i = 0; i < MARKS && k->profile == NULL; i++) {
		struct berval **v =
		    ldap_get_values_len(ld, m, marks[i].attribute);

		for (size_t j = 0; v != NULL && v[j] != NULL; j++)
			if (is(v[j], marks[i].value))
				k->profile = marks[i].profile;
		ldap_value_free_len(v);
	}
}

/* The attributes that the configuration and the policy name, each once. */
static size_t
asked(const struct conf_directory *conf, const char *list[ASKED_MAX])
{
	const char *const first[] = {conf->username_attribute,
	    conf->id_attribute, conf->employment_attribute,
	    conf->group_attribute};
	size_t count = 0;

	for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
		if (first[i][0] != '\0')
			list[count++] = first[i];
	for (uint32_t i = 0; i < conf->policy_attribute_count; i++)
		list[count++] = conf->policy_attribute[i];
	return count;
}

int
kind_ask_person(const struct conf_directory *conf, LDAP *ld, int *msgid_r)
{
	const struct conf_profile *p = conf_profile_find(conf->profile);
	const char *names[ASKED_MAX];
	char *list[ASKED_MAX + 1] = {unconst("objectClass")};
	size_t count = asked(conf, names);
	char filter[FILTER_MAX];

	for (size_t i = 0; i < count; i++)
		list[i + 1] = unconst(names[i]);
	/* the class is a name: setup.c has seen to it */
	snprintf(filter, sizeof filter, "(&(objectClass=%s)(%s=*)%s)",
	    conf->object_class, conf->username_attribute,
	    p != NULL ? p->condition : "");
	return ldap_search_ext(ld, conf->base, LDAP_SCOPE_SUBTREE, filter, list,
	    0, NULL, NULL, NULL, 1, msgid_r);
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.';
}

/* Adds a name.  One that could not be an attribute's or a class's, or that
 * does not fit, is left out. */
static void
add(char out[KIND_TEXT], const char *name, size_t size)
{
	size_t used = strlen(out);

	for (size_t i = 0; i < size; i++)
		if (!is_name_char(name[i]))
			return;
	if (size > 0 && used + size + 3 < KIND_TEXT)
		snprintf(out + used, KIND_TEXT - used, "%s%.*s",
		    used > 0 ? ", " : "", (int)size, name);
}

void
kind_take_person(struct directory_kind *k, const struct conf_directory *conf,
    LDAP *ld, LDAPMessage *m)
{
	struct berval **v = ldap_get_values_len(ld, m, "objectClass");
	const char *names[ASKED_MAX];
	size_t count = asked(conf, names);

	if (k->person)
		return;
	k->person = true;
	for (size_t i = 0; v != NULL && v[i] != NULL; i++)
		add(k->classes, v[i]->bv_val, v[i]->bv_len);
	ldap_value_free_len(v);
	for (size_t i = 0; i < count; i++) {
		v = ldap_get_values_len(ld, m, names[i]);
		add(v != NULL ? k->has : k->lacks, names[i], strlen(names[i]));
		ldap_value_free_len(v);
	}
}

void
kind_write(const struct directory_kind *k, const struct conf_directory *conf,
    char *out, size_t size)
{
	size_t at;

	if (k->profile == NULL)
		snprintf(out, size, "; it is none of openldap, 389ds and ad");
	else if (strcmp(k->profile, conf->profile) == 0)
		snprintf(out, size, "; profile %s fits", k->profile);
	else
		snprintf(out, size, "; profile %s would fit, not %s",
		    k->profile, conf->profile);
	at = strlen(out);
	if (!k->person)
		snprintf(out + at, size - at,
		    "; there is no person with the class %s and a %s",
		    conf->object_class, conf->username_attribute);
	else
		snprintf(out + at, size - at,
		    "; a person has the classes %s and the attributes %s%s%s",
		    k->classes, k->has, k->lacks[0] != '\0' ? ", not " : "",
		    k->lacks);
}
