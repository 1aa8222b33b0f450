/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/words.h"

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
