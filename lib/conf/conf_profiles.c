/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/conf/conf_profiles.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/words.h"
#include "lib/conf/conf.h"

const struct conf_profile conf_profiles[] = {
    {
	.name = "openldap",
	.object_class = "posixAccount",
	.username_attribute = "uid",
	.id_attribute = "entryUUID",
	.employment_attribute = "employeeType",
	.group_attribute = "memberOf",
	.nested_groups = CONF_NESTED_NO,
	.condition = "",
	/* Those of other directories too: gateways that were set up before
	 * there were profiles have this one. */
	.account_state = {"openldap", "389ds", "ad", "edirectory"},
    },
    {
	.name = "389ds",
	.object_class = "posixAccount",
	.username_attribute = "uid",
	.id_attribute = "nsUniqueId",
	.employment_attribute = "employeeType",
	.group_attribute = "memberOf",
	.nested_groups = CONF_NESTED_NO,
	.condition = "",
	.account_state = {"389ds"},
    },
    {
	.name = "ad",
	.object_class = "user",
	.username_attribute = "sAMAccountName",
	.id_attribute = "objectGUID",
	.employment_attribute = "employeeType",
	.group_attribute = "",
	.nested_groups = CONF_NESTED_CHAIN,
	.primary_group = true,
	.references = true,
	/* A computer's object is of the class user too (MS-ADTS 2.2.24:
	 * SAM_NORMAL_USER_ACCOUNT). */
	.condition = "(sAMAccountType=805306368)",
	.account_state = {"ad"},
    },
    {.name = NULL},
};

/* No directory prescribes these, so all profiles have the same. */
static const char *const employee[] = {"employee", "staff", "internal", NULL},
			 *const contractor[] = {"contractor", "consultant",
			     "freelancer", "contingent", NULL},
			 *const vendor[] = {
			     "vendor", "supplier", "partner", NULL};

const struct conf_profile *
conf_profile_find(const char *name)
{
	const struct conf_profile *p = conf_profiles;

	for (; name[0] != '\0' && p->name != NULL; p++)
		if (strcmp(p->name, name) == 0)
			break;
	return p->name != NULL ? p : NULL;
}

static void
fill(char *out, const char *text)
{
	if (out[0] == '\0')
		snprintf(out, CONF_TEXT, "%s", text);
}

static void
fill_values(struct conf_values *v, const char *const *list)
{
	if (v->count > 0)
		return;
	for (; list[v->count] != NULL; v->count++)
		snprintf(v->value[v->count], sizeof v->value[0], "%s",
		    list[v->count]);
}

/* True if what follows is the RDN of a part of a domain. */
static bool
is_domain_part(const char *at)
{
	return strncasecmp(at, "dc=", 3) == 0;
}

/* The longest end of the base that has nothing but dc=..., or "". */
static const char *
domain_of(const char *base)
{
	const char *domain = is_domain_part(base) ? base : "";

	for (const char *at = strchr(base, ','); at != NULL;
	     at = strchr(at + 1, ',')) {
		const char *next = at + 1 + strspn(at + 1, " ");

		if (at > base && at[-1] == '\\')
			continue;
		if (!is_domain_part(next))
			domain = "";
		else if (domain[0] == '\0')
			domain = next;
	}
	return domain;
}

static void
fill_groups(struct conf_directory *d, const struct conf_profile *p)
{
	if (d->group_base[0] == '\0' && d->group_attribute[0] == '\0') {
		fill(d->group_attribute, p->group_attribute);
		if (p->group_attribute[0] == '\0')
			fill(d->group_base, domain_of(d->base));
	}
	if (d->nested_groups[0] == '\0')
		snprintf(d->nested_groups, sizeof d->nested_groups, "%s",
		    d->group_attribute[0] == '\0' ? p->nested_groups
						  : CONF_NESTED_NO);
}

void
conf_profile_fill(struct conf_directory *d)
{
	const struct conf_profile *p = conf_profile_find(d->profile);

	if (p == NULL)
		return; /* an error of the file: nothing starts */
	snprintf(d->profile, sizeof d->profile, "%s", p->name);
	fill(d->object_class, p->object_class);
	fill(d->username_attribute, p->username_attribute);
	fill(d->id_attribute, p->id_attribute);
	fill(d->employment_attribute, p->employment_attribute);
	fill_groups(d, p);
	fill_values(&d->account_state, p->account_state);
	fill_values(&d->employee, employee);
	fill_values(&d->contractor, contractor);
	fill_values(&d->vendor, vendor);
}

static bool
lists(const struct conf_values *v, const char *value)
{
	for (uint32_t i = 0; i < v->count; i++)
		if (strcasecmp(v->value[i], value) == 0)
			return true;
	return false;
}

/* A value that two of the three list, or NULL. */
static const char *
ambiguous(const struct conf_directory *d)
{
	for (uint32_t i = 0; i < d->employee.count; i++)
		if (lists(&d->contractor, d->employee.value[i]) ||
		    lists(&d->vendor, d->employee.value[i]))
			return d->employee.value[i];
	for (uint32_t i = 0; i < d->contractor.count; i++)
		if (lists(&d->vendor, d->contractor.value[i]))
			return d->contractor.value[i];
	return NULL;
}

/* The first word of account-state that says nothing, or NULL. */
static const char *
wrong_state(const struct conf_directory *d)
{
	const struct conf_values *v = &d->account_state;

	for (uint32_t i = 0; i < v->count; i++)
		if (account_rules_find(v->value[i], strlen(v->value[i])) == 0 &&
		    (v->count > 1 || strcmp(v->value[i], "none") != 0))
			return v->value[i];
	return NULL;
}

static bool
is_one_of(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

const char *
conf_profile_fault(const struct conf_directory *d, char *text, size_t size)
{
	static const char *const nested[] = {
	    CONF_NESTED_NO, CONF_NESTED_WALK, CONF_NESTED_CHAIN, NULL};
	const char *value = ambiguous(d);

	if (conf_profile_find(d->profile) == NULL)
		snprintf(text, size,
		    "profile is openldap, 389ds or ad, not \"%s\"", d->profile);
	else if (value != NULL)
		snprintf(text, size,
		    "\"%s\" is in two of employee, contractor and vendor",
		    value);
	else if (wrong_state(d) != NULL)
		snprintf(text, size,
		    "account-state takes openldap, 389ds, ad, edirectory and "
		    "shadow, or none alone, not \"%s\"",
		    wrong_state(d));
	else if (!is_one_of(d->nested_groups, nested))
		snprintf(text, size,
		    "nested-groups is no, walk or in-chain, not \"%s\"",
		    d->nested_groups);
	else if (d->group_base[0] != '\0' && d->group_attribute[0] != '\0')
		snprintf(
		    text, size, "give group-attribute or group-base, not both");
	else if (d->group_base[0] == '\0' && d->group_attribute[0] == '\0')
		snprintf(text, size,
		    "the base \"%s\" does not end with the dc=... of a domain: give group-base",
		    d->base);
	else if (d->group_base[0] == '\0' &&
		 strcmp(d->nested_groups, CONF_NESTED_NO) != 0)
		snprintf(text, size,
		    "nested-groups %s needs group-base instead of group-attribute",
		    d->nested_groups);
	else
		return NULL;
	return text;
}
