/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_BUNDLE_1_H
#define BUNDLE_BUNDLE_1_H

#include <stdbool.h>

#include "lib/bundle/bundle.h"
#include "lib/record/note.h"

/*
 * Format 1, of the release before: the bundle of a policy, which does not
 * expire.  It stays in force, and an emergency can restore it.  It cannot be
 * applied: it has to be proposed again.
 *
 *	sallyport policy bundle 1
 *	parent HASH-OF-THE-BUNDLE-BEFORE, or none
 *	author NAME
 *	time SECONDS-SINCE-1970
 *	reference TEXT
 *	file HASH NAME
 */

bool bundle_1_is(const struct note_text *line);
int bundle_1_take(struct note_text *rest, struct bundle *b);
int bundle_1_format(const struct bundle *b, char *text_r, size_t *len_r);

#endif
