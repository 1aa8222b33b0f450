/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/prove/hostsearch.h"

#include <stdlib.h>
#include <string.h>

#include "policy/value/intern.h"

#define LABELS_MAX 128u

struct search {
	const struct hostsearch *in;
	struct intern failed; /* a place in the name, and what was left there */
	uint64_t *times;      /* of the name that was found */
	size_t count;	      /* labels of the name looked for */
	struct label store[LABELS_MAX];
};

/* One of the labels that can stand here, and what it does not avoid. */
struct choice {
	const struct label *label;
	size_t *live;
	size_t count;
};

static const struct pattern *
avoided(const struct search *search, size_t i)
{
	return search->in->avoided[i].pattern;
}

/* Takes the times of one away; false once none is left. */
static bool
take_times(const struct search *search, size_t i)
{
	const uint64_t *times = search->in->avoided[i].times;
	uint64_t left = 0;

	for (size_t w = 0; w < search->in->words; w++) {
		search->times[w] &= times != NULL ? ~times[w] : 0;
		left |= search->times[w];
	}
	return left != 0;
}

/* No label from here on matters to it. */
static bool
is_open(const struct pattern *pattern, size_t at)
{
	for (; at < pattern->count; at++) {
		if (pattern->labels[at].length != 1 ||
		    !pattern->labels[at].star)
			return false;
	}
	return true;
}

/*
 * What can be said before labels are tried: 0 if those that match whatever
 * follows leave no time, 1 if there are no others, else -1.  search->times is
 * what they leave.
 */
static int
judge(struct search *search, size_t at, const size_t *live, size_t count)
{
	bool others = false;

	memcpy(search->times, search->in->times,
	    search->in->words * sizeof *search->times);
	for (size_t i = 0; i < count; i++) {
		if (!is_open(avoided(search, live[i]), at))
			others = true;
		else if (!take_times(search, live[i]))
			return 0;
	}
	return others ? -1 : 1;
}

/* Those of live that choice leaves alive: its own live and count. */
static void
still_alive(const struct search *search, size_t at, struct choice *choice,
    const size_t *live, size_t live_count)
{
	const struct label *label = choice->label;

	for (size_t i = 0; i < live_count; i++) {
		struct glob glob = pattern_label(avoided(search, live[i]), at);

		if (hostname_label_matches(
			glob.text, glob.length, label->text, label->length))
			choice->live[choice->count++] = live[i];
	}
}

static int
compare_choices(const void *a, const void *b)
{
	const struct choice *left = a, *right = b;

	return left->count < right->count ? -1 : left->count > right->count;
}

/* Both ascending: is all that is left by one left by the other too? */
static bool
leaves_all_of(const struct choice *more, const struct choice *less)
{
	size_t m = 0;

	for (size_t i = 0; i < less->count; i++) {
		while (m < more->count && more->live[m] < less->live[i])
			m++;
		if (m == more->count || more->live[m] != less->live[i])
			return false;
	}
	return true;
}

static bool
is_worse(const struct choice *choices, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (leaves_all_of(&choices[i], &choices[j]))
			return true;
	}
	return false;
}

/* The labels worth trying, those that leave least first; NULL on failure. */
static struct choice *
list_choices(struct search *search, size_t at, const size_t *live,
    size_t live_count, size_t *count_r)
{
	const struct hostsearch *in = search->in;
	struct labelsearch question = {.scratch = in->scratch,
	    .budget = in->budget,
	    .wanted = in->wanted_count};
	struct choice *choices;
	struct labels labels;

	question.globs = arena_alloc(in->scratch,
	    (in->wanted_count + live_count) * sizeof *question.globs);
	if (question.globs == NULL)
		return NULL;
	for (size_t i = 0; i < in->wanted_count; i++)
		question.globs[question.count++] =
		    pattern_label(in->wanted[i], at);
	for (size_t i = 0; i < live_count; i++) {
		struct glob glob = pattern_label(avoided(search, live[i]), at);

		if (glob.length != 1 || !glob.star)
			question.globs[question.count++] = glob;
	}
	if (labelsearch(&question, &labels) < 0)
		return NULL;
	choices =
	    arena_alloc(in->scratch, (labels.count + 1) * sizeof *choices);
	if (choices == NULL ||
	    !budget_spend(in->budget, labels.count * (live_count + 1)))
		return NULL;
	for (size_t i = 0; i < labels.count; i++) {
		struct choice *choice = &choices[i];

		choice->label = &labels.list[i];
		choice->live = arena_alloc(
		    in->scratch, (live_count + 1) * sizeof *choice->live);
		if (choice->live == NULL)
			return NULL;
		choice->count = 0;
		still_alive(search, at, choice, live, live_count);
	}
	if (labels.count > 1)
		qsort(choices, labels.count, sizeof *choices, compare_choices);
	*count_r = labels.count;
	return choices;
}

/* Was this left at this place before?  -1 without memory. */
static int
was_tried(
    struct search *search, size_t at, const size_t *live, size_t live_count)
{
	struct arena *scratch = search->in->scratch;
	size_t size = (live_count + 1) * sizeof *live;
	size_t *key = arena_alloc(scratch, size);
	uint32_t before = search->failed.count;

	if (key == NULL)
		return -1;
	key[0] = at;
	memcpy(key + 1, live, live_count * sizeof *live);
	if (intern_add(&search->failed, scratch, key, size) == INTERN_NONE)
		return -1;
	return search->failed.count == before;
}

/* Chooses labels from the right until what is left leaves a time. */
static int
choose(struct search *search, size_t at, const size_t *live, size_t live_count)
{
	struct choice *choices;
	size_t count;
	int found = judge(search, at, live, live_count);

	if (found == 0 || (found == 1 && at == search->count))
		return found;
	if (!budget_spend(
		search->in->budget, (live_count + 1) * (search->in->words + 1)))
		return -1;
	found = was_tried(search, at, live, live_count);
	if (found != 0)
		return found < 0 ? -1 : 0;
	choices = list_choices(search, at, live, live_count, &count);
	if (choices == NULL)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (!budget_spend(search->in->budget, i * live_count))
			return -1;
		if (is_worse(choices, i))
			continue;
		search->store[at] = *choices[i].label;
		found =
		    choose(search, at + 1, choices[i].live, choices[i].count);
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
search_length(struct search *search, char *name)
{
	const struct hostsearch *in = search->in;
	size_t *live =
	    arena_alloc(in->scratch, (in->avoided_count + 1) * sizeof *live);
	size_t live_count = 0;
	int found;

	if (live == NULL || !budget_spend(in->budget, in->avoided_count + 1))
		return -1;
	for (size_t i = 0; i < in->avoided_count; i++) {
		if (pattern_has_length(avoided(search, i), search->count))
			live[live_count++] = i;
	}
	search->failed = (struct intern){0};
	found = choose(search, 0, live, live_count);
	return found == 1 ? write_name(search, name) : found;
}

/* Names of that many labels can be wanted. */
static bool
has_length(const struct hostsearch *in, size_t count)
{
	for (size_t i = 0; i < in->wanted_count; i++) {
		if (!pattern_has_length(in->wanted[i], count))
			return false;
	}
	return true;
}

int
hostsearch(const struct hostsearch *in, char name_r[HOSTNAME_MAX + 1],
    uint64_t *times_r)
{
	struct search search = {.in = in, .times = times_r};
	size_t longest = 1;

	for (size_t i = 0; i < in->wanted_count; i++) {
		if (in->wanted[i]->count > longest)
			longest = in->wanted[i]->count;
	}
	for (size_t i = 0; i < in->avoided_count; i++) {
		if (avoided(&search, i)->count > longest)
			longest = avoided(&search, i)->count;
	}
	/* names longer than all patterns are alike: one length for all */
	for (search.count = 1;
	     search.count <= longest + 1 && search.count < LABELS_MAX;
	     search.count++) {
		int found;

		if (!has_length(in, search.count))
			continue;
		found = search_length(&search, name_r);
		if (found != 0)
			return found;
	}
	return 0;
}
