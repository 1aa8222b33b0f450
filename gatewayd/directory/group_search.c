/* SPDX-License-Identifier: Apache-2.0 */
#include "gatewayd/directory/group_search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gatewayd/directory/escape.h"
#include "lib/base/dn.h"
#include "lib/base/log.h"
#include "lib/conf/conf_profiles.h"

#define SLOTS (2 * GROUP_SEARCH_MAX) /* a power of two */
#define AT_ONCE 32		     /* groups that one search is about */
#define DN_ROOM (2 * DN_MAX + 1)     /* of dn_write() */
#define CHAIN "member:1.2.840.113556.1.4.1941:"

_Static_assert((SLOTS & (SLOTS - 1)) == 0 && GROUP_SEARCH_MAX < UINT16_MAX,
    "a hash is cut to a slot, and a number fits in one");

void
group_search_init(struct group_search *g, const struct conf_directory *conf,
    const struct named_groups *named)
{
	*g = (struct group_search){.conf = conf, .named = named};
}

/* ---- the groups that were seen ---- */

static uint32_t
hash(const char *text)
{
	uint32_t h = 2166136261U; /* FNV-1a */

	for (; *text != '\0'; text++)
		h = (h ^ (uint8_t)*text) * 16777619U;
	return h;
}

/* The slot that holds this DN, or the free one where it belongs. */
static uint16_t *
find(const struct group_search *g, const char *canonical)
{
	uint32_t at = hash(canonical) & (SLOTS - 1);

	while (g->slot[at] != 0 &&
	       strcmp(g->seen[g->slot[at] - 1].canonical, canonical) != 0)
		at = (at + 1) & (SLOTS - 1);
	return &g->slot[at];
}

static void
seen_free(struct group_seen *s)
{
	free(s->canonical);
	free(s->dn);
}

static int
begin(struct group_search *g)
{
	if (g->seen == NULL)
		g->seen = calloc(GROUP_SEARCH_MAX, sizeof *g->seen);
	if (g->slot == NULL)
		g->slot = calloc(SLOTS, sizeof *g->slot);
	return g->seen != NULL && g->slot != NULL ? 0 : -1;
}

int
group_search_take(struct group_search *g, const char *dn, bool *named_r)
{
	char canonical[DN_MAX + 1];
	long size = dn_normalise(dn, canonical, sizeof canonical - 1);
	struct group_seen *s;
	uint16_t *slot;

	*named_r = false;
	if (size < 0) {
		log_warnx(
		    "a group is no DN, or one of more than %zu bytes", DN_MAX);
		return -1;
	}
	canonical[size] = '\0';
	if (begin(g) < 0) {
		log_warnx("groups: no memory");
		return -1;
	}
	slot = find(g, canonical);
	if (*slot != 0)
		return 0;
	if (g->seen_count == GROUP_SEARCH_MAX) {
		log_warnx("more than %d groups: look at group-base and "
			  "nested-groups",
		    GROUP_SEARCH_MAX);
		return -1;
	}
	s = &g->seen[g->seen_count];
	*s = (struct group_seen){strdup(canonical), strdup(dn)};
	if (s->canonical == NULL || s->dn == NULL) {
		seen_free(s);
		log_warnx("groups: no memory");
		return -1;
	}
	*slot = (uint16_t)++g->seen_count;
	*named_r = named_groups_have(g->named, canonical);
	return 0;
}

void
group_search_again(struct group_search *g)
{
	if (g->slot == NULL)
		return;
	while (g->seen_count > g->mark)
		seen_free(&g->seen[--g->seen_count]);
	memset(g->slot, 0, SLOTS * sizeof *g->slot);
	for (size_t i = 0; i < g->seen_count; i++)
		*find(g, g->seen[i].canonical) = (uint16_t)(i + 1);
}

/* ---- the filters ---- */

struct filter {
	char *text;
	size_t used;
	bool full;
};

static void
put(struct filter *f, const char *text)
{
	size_t size = strlen(text);

	if (size >= GROUP_SEARCH_FILTER_MAX - f->used) {
		f->full = true;
		return;
	}
	memcpy(f->text + f->used, text, size + 1);
	f->used += size;
}

/* "(attribute=value)" */
static void
put_match(struct filter *f, const char *attribute, const char *value)
{
	char escaped[3 * DN_ROOM];

	if (escape_filter(value, strlen(value), escaped, sizeof escaped) < 0) {
		f->full = true;
		return;
	}
	put(f, "(");
	put(f, attribute);
	put(f, "=");
	put(f, escaped);
	put(f, ")");
}

/* room for the longest name, and the end */
static bool
has_room(const struct filter *f, size_t count)
{
	return count < AT_ONCE &&
	       f->used + 3 * DN_ROOM + 64 < GROUP_SEARCH_FILTER_MAX;
}

/* Which groups have the next ones as members? */
static void
put_walk(struct group_search *g, struct filter *f)
{
	put(f, "(|");
	for (size_t n = 0; g->asked < g->seen_count && has_room(f, n); n++)
		put_match(f, "member", g->seen[g->asked++].dn);
	put(f, ")");
}

/* Which of the next named ones is the person in, through any others? */
static void
put_chain(struct group_search *g, const char *person, const char *primary,
    struct filter *f)
{
	char dn[DN_ROOM];

	put(f, "(&(|");
	put_match(f, CHAIN, person);
	if (primary[0] != '\0')
		put_match(f, CHAIN, primary);
	put(f, ")(|");
	for (size_t n = 0; g->asked < g->named->count && has_room(f, n); n++) {
		if (dn_write(g->named->dn[g->asked++], dn, sizeof dn) < 0)
			f->full = true;
		else
			put_match(f, "distinguishedName", dn);
	}
	put(f, "))");
}

int
group_search_next(struct group_search *g, const char *person,
    const char *primary, char filter[GROUP_SEARCH_FILTER_MAX])
{
	struct filter f = {.text = filter};
	const char *nested = g->conf->nested_groups;

	g->mark = g->seen_count;
	if (strcmp(nested, CONF_NESTED_CHAIN) == 0) {
		if (g->asked == g->named->count)
			return 0;
		put_chain(g, person, primary, &f);
	} else if (!g->begun) {
		put_match(&f, "member", person);
	} else if (strcmp(nested, CONF_NESTED_WALK) == 0 &&
		   g->asked < g->seen_count) {
		put_walk(g, &f);
	} else {
		return 0;
	}
	g->begun = true;
	return f.full ? -1 : 1;
}

void
group_search_free(struct group_search *g)
{
	for (size_t i = 0; i < g->seen_count; i++)
		seen_free(&g->seen[i]);
	free(g->seen);
	free(g->slot);
	*g = (struct group_search){0};
}
