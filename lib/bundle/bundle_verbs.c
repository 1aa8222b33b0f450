/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/bundle_verbs.h"

#include <string.h>

#define ARGUMENTS_MAX 2

struct argument {
	const char *word;
	bool (*ok)(const char *value);
	bool needed;
};

static bool
is_hash(const char *value)
{
	return bundle_hash_ok(value);
}

static bool
is_parent(const char *value)
{
	return strcmp(value, BUNDLE_NONE) == 0 || bundle_hash_ok(value);
}

static bool
is_time(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	return digits > 0 && digits <= 12 && value[digits] == '\0' &&
	       value[0] != '0';
}

/* What each one has beside author, time and reference. */
static const struct shape {
	struct argument argument[ARGUMENTS_MAX];
	bool files; /* at least one; else none */
} shapes[BUNDLE_VERB_COUNT] = {
    [BUNDLE_VERB_POLICY] = {{{BUNDLE_PARENT, is_parent, true},
				{BUNDLE_RESTORES, is_hash, false}},
	true},
    [BUNDLE_VERB_REVIEW] = {{{BUNDLE_AT, is_time, true},
				{BUNDLE_RESTORED, is_hash, true}},
	false},
};

static const struct {
	const char *word;
	unsigned people;
} verbs[BUNDLE_VERB_COUNT] = {
#define BUNDLE_VERB(NAME, word, people) {word, people},
    BUNDLE_VERBS(BUNDLE_VERB)
#undef BUNDLE_VERB
};

const char *
bundle_verb_word(enum bundle_verb verb)
{
	return verbs[verb].word;
}

unsigned
bundle_verb_people(enum bundle_verb verb)
{
	return verbs[verb].people;
}

enum bundle_verb
bundle_verb_find(const char *word)
{
	unsigned i = 0;

	while (i < BUNDLE_VERB_COUNT && strcmp(verbs[i].word, word) != 0)
		i++;
	return (enum bundle_verb)i;
}

bool
bundle_verb_fits(const struct bundle *b)
{
	enum bundle_verb verb = bundle_verb_find(b->verb);
	size_t known = 0;

	if (verb == BUNDLE_VERB_COUNT ||
	    (b->file_count > 0) != shapes[verb].files)
		return false;
	for (size_t i = 0; i < ARGUMENTS_MAX; i++) {
		const struct argument *a = &shapes[verb].argument[i];
		const char *value =
		    a->word != NULL ? bundle_argument(b, a->word) : "";

		if (value[0] != '\0' ? !a->ok(value)
				     : a->word != NULL && a->needed)
			return false;
		known += value[0] != '\0';
	}
	return known == b->argument_count;
}
