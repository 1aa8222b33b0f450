/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/hostsearch.h"

#include <string.h>

#include "policy/prove/labelsearch.h"

#define LABELS_MAX 128u

/* A pattern taken apart, labels from the right. */
struct pattern {
	struct glob *labels;
	size_t count; /* without "**" */
	bool deep;    /* "**" in front: one label more, or many */
};

struct search {
	struct arena *scratch;
	struct budget *budget;
	struct pattern wanted[2];
	struct pattern *avoided;
	size_t count; /* labels of the name looked for */
	struct label store[LABELS_MAX];
};

static int
take_apart(struct arena *scratch, const char *text, struct pattern *pattern)
{
	size_t length = strlen(text), dots = 1, at;

	for (size_t i = 0; i < length; i++)
		dots += text[i] == '.';
	pattern->labels = arena_alloc(scratch, dots * sizeof(struct glob));
	if (pattern->labels == NULL)
		return -1;
	for (size_t i = 0; i < dots; i++) {
		at = length;
		while (at > 0 && text[at - 1] != '.')
			at--;
		pattern->labels[i] = labelsearch_glob(text + at, length - at);
		length = at > 0 ? at - 1 : 0;
	}
	pattern->deep =
	    strncmp(text, "**", 2) == 0 && (text[2] == '.' || text[2] == '\0');
	pattern->count = dots - pattern->deep;
	return 0;
}

/* True if names of that many labels can match. */
static bool
has_length(const struct pattern *pattern, size_t count)
{
	return pattern->deep ? count > pattern->count : count == pattern->count;
}

/* What a pattern wants of a label; anything where "**" is. */
static struct glob
glob_at(const struct pattern *pattern, size_t i)
{
	return i < pattern->count ? pattern->labels[i]
				  : labelsearch_glob("*", 1);
}

/* Those of live that match this label too; returns how many. */
static size_t
still_alive(const struct search *search, size_t at, const struct label *label,
    const size_t *live, size_t live_count, size_t *next)
{
	size_t count = 0;

	for (size_t i = 0; i < live_count; i++) {
		const struct pattern *pattern = &search->avoided[live[i]];
		struct glob glob = glob_at(pattern, at);

		if (hostname_label_matches(
			glob.text, glob.length, label->text, label->length))
			next[count++] = live[i];
	}
	return count;
}

/* Chooses labels from the right until no avoided pattern is left. */
static int
choose(struct search *search, size_t at, const size_t *live, size_t live_count)
{
	struct glob wanted[2] = {
	    glob_at(&search->wanted[0], at), glob_at(&search->wanted[1], at)};
	struct glob *avoided;
	struct labels labels;
	size_t *next, avoided_count = 0;

	if (at == search->count)
		return live_count == 0;
	if (!budget_spend(search->budget, live_count + 1))
		return -1;
	avoided =
	    arena_alloc(search->scratch, (live_count + 1) * sizeof *avoided);
	next = arena_alloc(search->scratch, (live_count + 1) * sizeof *next);
	if (avoided == NULL || next == NULL)
		return -1;
	for (size_t i = 0; i < live_count; i++) {
		if (at < search->avoided[live[i]].count)
			avoided[avoided_count++] =
			    glob_at(&search->avoided[live[i]], at);
	}
	if (labelsearch(search->scratch, search->budget, wanted, avoided,
		avoided_count, &labels) != 0)
		return -1;
	for (size_t i = 0; i < labels.count; i++) {
		size_t count = still_alive(
		    search, at, &labels.list[i], live, live_count, next);
		int found;

		search->store[at] = labels.list[i];
		found = choose(search, at + 1, next, count);
		if (found != 0)
			return found;
	}
	return 0;
}

static int
write_name(const struct search *search, char *name)
{
	size_t used = 0;

	for (size_t i = search->count; i-- > 0;) {
		const struct label *label = &search->store[i];

		if (used + label->length + 1u > HOSTNAME_MAX + 1)
			return -1;
		memcpy(name + used, label->text, label->length);
		used += label->length;
		name[used++] = i > 0 ? '.' : '\0';
	}
	return 1;
}

static int
search_length(struct search *search, size_t avoided_count, char *name)
{
	size_t *live =
	    arena_alloc(search->scratch, (avoided_count + 1) * sizeof *live);
	size_t live_count = 0;
	int found;

	if (live == NULL || !budget_spend(search->budget, avoided_count))
		return -1;
	for (size_t i = 0; i < avoided_count; i++) {
		if (has_length(&search->avoided[i], search->count))
			live[live_count++] = i;
	}
	found = choose(search, 0, live, live_count);
	return found == 1 ? write_name(search, name) : found;
}

int
hostsearch(struct arena *scratch, struct budget *budget,
    const char *const wanted[2], const char *const *avoided,
    size_t avoided_count, char name_r[HOSTNAME_MAX + 1])
{
	struct search search = {.scratch = scratch, .budget = budget};
	size_t longest = 1;

	/* to take one apart is dearer than to look at it */
	if (!budget_spend(budget, 8 * (avoided_count + 2)))
		return -1;

	search.avoided =
	    arena_alloc(scratch, (avoided_count + 1) * sizeof *search.avoided);
	if (search.avoided == NULL)
		return -1;
	for (size_t i = 0; i < avoided_count + 2; i++) {
		struct pattern *pattern =
		    i < 2 ? &search.wanted[i] : &search.avoided[i - 2];

		if (take_apart(scratch, i < 2 ? wanted[i] : avoided[i - 2],
			pattern) != 0)
			return -1;
		if (pattern->count > longest)
			longest = pattern->count;
	}
	/* names longer than all patterns are alike: one length stands for all
	 */
	for (search.count = 1;
	     search.count <= longest + 1 && search.count < LABELS_MAX;
	     search.count++) {
		int found;

		if (!has_length(&search.wanted[0], search.count) ||
		    !has_length(&search.wanted[1], search.count))
			continue;
		found = search_length(&search, avoided_count, name_r);
		if (found != 0)
			return found;
	}
	return 0;
}
