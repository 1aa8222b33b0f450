/* SPDX-License-Identifier: Apache-2.0 */
#ifndef POLICY_LANGUAGE_MISTAKES_H
#define POLICY_LANGUAGE_MISTAKES_H

/* What people write who know other languages, and what to write instead. */

#include "lib/conf/lex.h"

/* What the parser reads. */
enum place {
	PLACE_STATEMENT = 1 << 0,
	PLACE_PEOPLE = 1 << 1,
	PLACE_NETWORK = 1 << 2,
	PLACE_HOST = 1 << 3,
	PLACE_PERIOD = 1 << 4,
	PLACE_FACTOR = 1 << 5,
	PLACE_CLAUSE = 1 << 6,
	PLACE_SERVICE = 1 << 7,
	PLACE_DURATION = 1 << 8,
	PLACE_APPROVAL = 1 << 9, /* what may follow that word */
	PLACE_ANY = (1 << 10) - 1,
};

/*
 * A sentence for somebody who wrote this token there, or NULL.  words, if not
 * NULL, are those of the language, ended by NULL: one of them in capitals is a
 * mistake as well.
 */
const char *mistake_hint(
    const struct lex_token *token, enum place place, const char *const *words);

#endif
