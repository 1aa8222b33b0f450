/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/reason.h"

#include <stdio.h>
#include <string.h>

#define LEASE "lease_"

enum kind { REFUSAL, NO_TRY, NO_ANSWER, EVENT };

static const struct row {
	const char *word;
	enum kind kind;
} rows[REASON_COUNT] = {
    /* a word that was left out is no way to guess for free */
    [REASON_NONE] = {"", REFUSAL},
#define REASON_ROW(NAME, word, kind, ...) [REASON_##NAME] = {word, kind},
    REASONS(REASON_ROW)
#undef REASON_ROW
};

#define REASON_FITS(NAME, word, ...)                                 \
	_Static_assert(sizeof LEASE + sizeof word <= REASON_MAX + 2, \
	    "a reason of a lease fits its field");
REASONS(REASON_FITS)

static const struct row *
row_of(unsigned reason)
{
	unsigned number = reason & ~(unsigned)REASON_LEASE;

	return &rows[number < REASON_COUNT ? number : REASON_NONE];
}

void
reason_write(unsigned reason, char word_r[REASON_MAX + 1])
{
	const char *word = row_of(reason)->word;

	snprintf(word_r, REASON_MAX + 1, "%s%s",
	    (reason & REASON_LEASE) != 0 && word[0] != '\0' ? LEASE : "", word);
}

unsigned
reason_find(const char *word)
{
	/* whole words first: "lease_unavailable" is one of them */
	for (unsigned i = 1; i < REASON_COUNT; i++)
		if (strcmp(rows[i].word, word) == 0)
			return i;
	if (strncmp(word, LEASE, sizeof LEASE - 1) != 0)
		return REASON_NONE;
	for (unsigned i = 1; i < REASON_COUNT; i++)
		if (strcmp(rows[i].word, word + sizeof LEASE - 1) == 0)
			return i | REASON_LEASE;
	return REASON_NONE;
}

bool
reason_is_no_answer(unsigned reason)
{
	return row_of(reason)->kind == NO_ANSWER;
}

bool
reason_is_no_try(unsigned reason)
{
	return row_of(reason)->kind == NO_TRY;
}
