/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/bundle/bundle_1.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bundle/bundle_text.h"
#include "lib/bundle/bundle_verbs.h"

#define HEADER "sallyport policy bundle 1"

bool
bundle_1_is(const struct note_text *line)
{
	return line->len == strlen(HEADER) &&
	       memcmp(line->text, HEADER, line->len) == 0;
}

static bool
values_ok(const struct bundle *b)
{
	const char *parent = bundle_argument(b, BUNDLE_PARENT);

	return (strcmp(parent, BUNDLE_NONE) == 0 || bundle_hash_ok(parent)) &&
	       bundle_person_ok(b->author) &&
	       bundle_reference_ok(b->reference) && b->time_unix >= 1 &&
	       b->time_unix <= BUNDLE_TIME_MAX && bundle_files_ok(b);
}

int
bundle_1_format(const struct bundle *b, char *text_r, size_t *len_r)
{
	size_t len;

	if (!values_ok(b))
		return -1;
	len = (size_t)snprintf(text_r, BUNDLE_TEXT_MAX,
	    HEADER "\nparent %s\nauthor %s\ntime %" PRId64 "\nreference %s\n",
	    bundle_argument(b, BUNDLE_PARENT), b->author, b->time_unix,
	    b->reference);
	for (size_t i = 0; i < b->file_count; i++)
		len += (size_t)snprintf(text_r + len, BUNDLE_TEXT_MAX - len,
		    "file %s %s\n", b->file[i].hash, b->file[i].name);
	*len_r = len;
	return 0;
}

int
bundle_1_take(struct note_text *rest, struct bundle *b)
{
	char parent[BUNDLE_HASH_TEXT], seconds[24];
	struct note_text line;

	snprintf(b->verb, sizeof b->verb, "%s",
	    bundle_verb_word(BUNDLE_VERB_POLICY));
	if (bundle_take(rest, "parent", parent, sizeof parent) < 0 ||
	    bundle_add_argument(b, BUNDLE_PARENT, parent) < 0 ||
	    bundle_take(rest, "author", b->author, sizeof b->author) < 0 ||
	    bundle_take(rest, "time", seconds, sizeof seconds) < 0 ||
	    bundle_take(rest, "reference", b->reference, sizeof b->reference) <
		0)
		return -1;
	b->time_unix = strtoll(seconds, NULL, 10);
	return bundle_take_files(rest, b) < 0 || !note_next_line(rest, &line)
		   ? -1
		   : 0;
}
