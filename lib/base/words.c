/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/words.h"

#include <stdio.h>
#include <string.h>

static const struct factor {
	const char *word;
	int ocsf;
	const char *type;
} factors[] = {
#define FACTOR_ROW(NAME, word, ocsf, type, carried) {word, ocsf, type},
    FACTORS(FACTOR_ROW)
#undef FACTOR_ROW
};

static const struct kind {
	const char *word;
	unsigned factor;
	const char *flag;
} kinds[FACTOR_KIND_COUNT] = {
#define KIND_ROW(NAME, name, word, FACTOR, flag) \
	[FACTOR_KIND_##NAME] = {word, FACTOR_##FACTOR, flag},
    FACTOR_KINDS(KIND_ROW)
#undef KIND_ROW
};

#define KIND_WORD_FITS(NAME, name, word, ...)                   \
	_Static_assert(sizeof word - 1 <= FACTOR_KIND_WORD_MAX, \
	    "the word fits in a message");
FACTOR_KINDS(KIND_WORD_FITS)
#undef KIND_WORD_FITS

static const char *const employments[EMPLOYMENT_COUNT] = {
#define EMPLOYMENT_ROW(NAME, word) [EMPLOYMENT_##NAME] = word,
    EMPLOYMENTS(EMPLOYMENT_ROW)
#undef EMPLOYMENT_ROW
};

static bool
is_word(const char *word, const char *text, size_t length)
{
	return strlen(word) == length && memcmp(word, text, length) == 0;
}

const char *
factor_word(unsigned number)
{
	return number < FACTOR_COUNT ? factors[number].word : NULL;
}

int
factor_ocsf(unsigned number, const char **type_r)
{
	*type_r = factors[number].type;
	return factors[number].ocsf;
}

uint32_t
factor_find(const char *word, size_t length)
{
	for (unsigned i = 0; i < FACTOR_COUNT; i++)
		if (is_word(factors[i].word, word, length))
			return 1U << i;
	return 0;
}

const char *
factor_kind_word(unsigned kind)
{
	return kind < FACTOR_KIND_COUNT ? kinds[kind].word : NULL;
}

enum factor_kind
factor_kind_find(const char *word)
{
	for (int i = 1; i < FACTOR_KIND_COUNT; i++)
		if (strcmp(kinds[i].word, word) == 0)
			return (enum factor_kind)i;
	return FACTOR_KIND_NONE;
}

uint32_t
factor_kind_factor(unsigned kind)
{
	return factor_kind_word(kind) != NULL ? 1U << kinds[kind].factor : 0;
}

const char *
factor_kind_flag(unsigned kind)
{
	return kind < FACTOR_KIND_COUNT ? kinds[kind].flag : NULL;
}

const char *
factor_kind_words(char *out, size_t room)
{
	size_t at = 0;

	out[0] = '\0';
	for (int i = 1; i < FACTOR_KIND_COUNT && at < room; i++) {
		int n = snprintf(out + at, room - at, "%s%s", i > 1 ? ", " : "",
		    kinds[i].word);

		at += n > 0 ? (size_t)n : 0;
	}
	return out;
}

const char *
employment_word(unsigned employment)
{
	return employment < EMPLOYMENT_COUNT ? employments[employment] : NULL;
}

enum employment
employment_find(const char *word, size_t length)
{
	for (int i = 1; i < EMPLOYMENT_COUNT; i++)
		if (is_word(employments[i], word, length))
			return (enum employment)i;
	return EMPLOYMENT_UNKNOWN;
}

uint32_t
account_rules_find(const char *word, size_t length)
{
	static const struct {
		const char *word;
		uint32_t bit;
	} all[] = {
#define ACCOUNT_RULES_ROW(NAME, word) {word, ACCOUNT_RULES_##NAME},
	    ACCOUNT_RULES(ACCOUNT_RULES_ROW)
#undef ACCOUNT_RULES_ROW
	};

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		if (is_word(all[i].word, word, length))
			return all[i].bit;
	return 0;
}
