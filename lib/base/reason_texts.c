/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of the list of reasons, for the programs that show them. */
#include "lib/base/reason.h"

static const struct texts {
	const char *meaning, *help;
} texts[REASON_COUNT] = {[REASON_NONE] = {"", ""},
#define REASON_TEXTS(NAME, word, kind, meaning, help) \
	[REASON_##NAME] = {meaning, help},
    REASONS(REASON_TEXTS)
#undef REASON_TEXTS
};

static const struct texts *
texts_of(unsigned reason)
{
	unsigned number = reason & ~(unsigned)REASON_LEASE;

	return &texts[number < REASON_COUNT ? number : REASON_NONE];
}

const char *
reason_meaning(unsigned reason)
{
	return texts_of(reason)->meaning;
}

const char *
reason_help(unsigned reason)
{
	return texts_of(reason)->help;
}
