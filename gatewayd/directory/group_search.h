/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The searches for the groups of one person, and the groups that were found.
 * The group of a group counts once, however many ways lead to it, so a circle
 * of groups ends.
 */
#ifndef DIRECTORY_GROUP_SEARCH_H
#define DIRECTORY_GROUP_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatewayd/directory/named_groups.h"
#include "lib/conf/conf.h"

/* The most groups of one person, named or not: more are a refusal. */
#define GROUP_SEARCH_MAX 4096
#define GROUP_SEARCH_FILTER_MAX 32768

struct group_search {
	const struct conf_directory *conf;
	const struct named_groups *named;
	struct group_seen {
		char *canonical; /* dn.h */
		char *dn;	 /* as the server spells it */
	} * seen;
	size_t seen_count;
	uint16_t *slot; /* a hash table of their number + 1 */
	bool begun;	/* the search for the person's own groups */
	size_t asked;	/* of seen or, in the chain, of named: in searches */
	size_t mark;	/* seen_count before the current search */
};

void group_search_init(struct group_search *g,
    const struct conf_directory *conf, const struct named_groups *named);

/*
 * Writes the filter of the next search.  primary: the DN of a group that the
 * person is in without being its member, or "".  1: there is one.  0: all
 * groups are known.  -1: it does not fit.
 */
int group_search_next(struct group_search *g, const char *person,
    const char *primary, char filter[GROUP_SEARCH_FILTER_MAX]);
/* Forgets what the current search found: it is sent again. */
void group_search_again(struct group_search *g);

/*
 * Takes a group.  *named_r: it is a named one, and new.  -1: that is no DN, no
 * memory, or there are more than GROUP_SEARCH_MAX; the reason is logged.
 */
int group_search_take(struct group_search *g, const char *dn, bool *named_r);
void group_search_free(struct group_search *g);

#endif
