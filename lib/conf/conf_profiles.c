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
	.condition = "",
	.account_state = {"389ds"},
    },
    {
	.name = "ad",
	.object_class = "user",
	.username_attribute = "sAMAccountName",
	.id_attribute = "objectGUID",
	.employment_attribute = "employeeType",
	.group_attribute = "memberOf",
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

static void
fill_all(struct conf_directory *d, const struct conf_profile *p)
{
	snprintf(d->profile, sizeof d->profile, "%s", p->name);
	fill(d->object_class, p->object_class);
	fill(d->username_attribute, p->username_attribute);
	fill(d->id_attribute, p->id_attribute);
	fill(d->employment_attribute, p->employment_attribute);
	if (d->group_base[0] == '\0')
		fill(d->group_attribute, p->group_attribute);
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

int
conf_profile_fill(struct conf_directory *d, char *text, size_t size)
{
	const struct conf_profile *p = conf_profile_find(d->profile);
	const char *value;

	if (p == NULL) {
		snprintf(text, size,
		    "profile is openldap, 389ds or ad, not \"%s\"", d->profile);
		return -1;
	}
	fill_all(d, p);
	value = ambiguous(d);
	if (value != NULL) {
		snprintf(text, size,
		    "\"%s\" is in two of employee, contractor and vendor",
		    value);
		return -1;
	}
	value = wrong_state(d);
	if (value != NULL) {
		snprintf(text, size,
		    "account-state takes openldap, 389ds, ad, edirectory and "
		    "shadow, or none alone, not \"%s\"",
		    value);
		return -1;
	}
	return 0;
}
