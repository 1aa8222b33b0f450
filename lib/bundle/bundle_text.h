/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BUNDLE_BUNDLE_TEXT_H
#define BUNDLE_BUNDLE_TEXT_H

#include "lib/bundle/bundle.h"
#include "lib/record/note.h"

/* What the formats of a proposal share. */

/* Takes the next line as "WORD VALUE".  0, or -1 if its value does not fit. */
int bundle_take(
    struct note_text *rest, const char *word, char *value_r, size_t size);
/* Takes the lines "file HASH NAME" up to the empty line. */
int bundle_take_files(struct note_text *rest, struct bundle *b);

#endif
