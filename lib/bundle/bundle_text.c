/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/bundle_text.h"

#include <stdio.h>
#include <string.h>

#define HASH_DIGITS (BUNDLE_HASH_TEXT - 1)

/* Whether the line has that word, and whether the value is a right one,
 * bundle_parse() sees when it writes all of it again. */
int
bundle_take(
    struct note_text *rest, const char *word, char *value_r, size_t size)
{
	size_t skip = strlen(word) + 1;
	struct note_text line = {0};

	if (!note_next_line(rest, &line) || line.len <= skip ||
	    line.len - skip >= size)
		return -1;
	memcpy(value_r, line.text + skip, line.len - skip);
	value_r[line.len - skip] = '\0';
	return 0;
}

static int
take_file(struct note_text *rest, struct bundle *b)
{
	char value[HASH_DIGITS + 1 + BUNDLE_NAME_MAX + 1];
	struct bundle_file *file = &b->file[b->file_count];

	if (b->file_count == BUNDLE_FILES ||
	    bundle_take(rest, "file", value, sizeof value) < 0 ||
	    strlen(value) <= HASH_DIGITS + 1)
		return -1;
	memcpy(file->hash, value, HASH_DIGITS);
	snprintf(file->name, sizeof file->name, "%.*s", BUNDLE_NAME_MAX,
	    value + HASH_DIGITS + 1);
	b->file_count++;
	return 0;
}

int
bundle_take_files(struct note_text *rest, struct bundle *b)
{
	while (rest->len > 0 && rest->text[0] != '\n')
		if (take_file(rest, b) < 0)
			return -1;
	return 0;
}
