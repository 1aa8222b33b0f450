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

struct conf_directory;

struct conf_profile {
	const char *name; /* the value of the key profile */
	/* the defaults of the keys with these names */
	const char *object_class;
	const char *username_attribute;
	const char *id_attribute;
	const char *employment_attribute;
	const char *group_attribute;
	/* One more condition for the entry of a person, as a filter, or "". */
	const char *condition;
	/* Of the key account-state.  A NULL ends them. */
	const char *account_state[CONF_PROFILE_STATE + 1];
};

/* In the order of the manual.  The last one has no name. */
extern const struct conf_profile conf_profiles[];

/* "" is the first one.  NULL: there is none of that name. */
const struct conf_profile *conf_profile_find(const char *name);
/* Writes the defaults of its profile where no key was given.  -1 with the
 * reason in text if it has no such profile, or values that cannot be. */
int conf_profile_fill(struct conf_directory *d, char *text, size_t size);

#endif
