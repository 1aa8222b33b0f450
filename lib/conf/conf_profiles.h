/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kinds of directory call things, as data: one row a kind.  A key of
 * gatewayd.conf stands before the row's default.
 */
#ifndef CONF_CONF_PROFILES_H
#define CONF_CONF_PROFILES_H

#include <stdbool.h>
#include <stddef.h>

#define CONF_PROFILE_STATE 4

/* The words of nested-groups. */
#define CONF_NESTED_NO "no"
/* Asks which groups have the person as member, then which have those groups,
 * and so on. */
#define CONF_NESTED_WALK "walk"
/* The server walks: LDAP_MATCHING_RULE_IN_CHAIN, MS-ADTS 3.1.1.3.4.4.3. */
#define CONF_NESTED_CHAIN "in-chain"

struct conf_directory;

struct conf_profile {
	const char *name; /* the value of the key profile */
	/* the defaults of the keys with these names */
	const char *object_class;
	const char *username_attribute;
	const char *id_attribute;
	const char *employment_attribute;
	/* "": groups are searched in the whole domain, the end of base that is
	 * dc=..., which is group_base */
	const char *group_attribute;
	/* Groups of groups, where group_base is given: a CONF_NESTED word. */
	const char *nested_groups;
	/* The entry has its primary group as a number, and no list has it. */
	bool primary_group;
	/* A search from the top of the domain ends with references to other
	 * partitions, where no people are. */
	bool references;
	/* One more condition for the entry of a person, as a filter, or "". */
	const char *condition;
	/* Of the key account-state.  A NULL ends them. */
	const char *account_state[CONF_PROFILE_STATE + 1];
};

/* In the order of the manual.  The last one has no name. */
extern const struct conf_profile conf_profiles[];

/* "" is the first one.  NULL: there is none of that name. */
const struct conf_profile *conf_profile_find(const char *name);
/* Writes the defaults of its profile where no key was given. */
void conf_profile_fill(struct conf_directory *d);
/* What does not fit together in a block that was filled, as a sentence in text;
 * NULL: nothing. */
const char *conf_profile_fault(
    const struct conf_directory *d, char *text, size_t size);

#endif
